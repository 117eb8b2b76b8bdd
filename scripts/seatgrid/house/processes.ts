/** Starting, awaiting and stopping the centre and the node. The only file of the door that knows their environments. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFlags } from '@seatgrid/edge-node/node-flags.ts';
import { Obstacle } from '../command-line.ts';
import { nodeBinary, root } from './environment.ts';
import type { Installation, ProcessName, RunState, Secrets } from './installation.ts';
import { identify, isAlive, signal, type ProcessIdentity } from './process-identity.ts';

export const centreOrigin = (state: RunState) => `http://${reach(state.address)}:${state.ports.web}`;
/** Where this machine itself reaches what listens on `address`. */
export const reach = (address: string) => (address === '0.0.0.0' ? '127.0.0.1' : address);

export function startCentre(installation: Installation, state: RunState, secrets: Secrets): ProcessIdentity {
  return start(installation, 'centre', 'apps/centre/src/main.ts', {
    CENTRE_DATA: installation.path('centre'),
    CENTRE_HOST: state.address,
    CENTRE_PORT: String(state.ports.web),
    CENTRE_OPERATOR_EMAIL: secrets.operator.email,
    CENTRE_OPERATOR_PASSWORD: secrets.operator.password,
  });
}

export function startNode(
  installation: Installation,
  state: RunState,
  token: string | undefined,
): ProcessIdentity {
  const { ports } = state;
  return start(installation, 'node', 'apps/edge-node/src/main.ts', {
    SEATGRID_NODE_DATA: installation.path('node'),
    SEATGRID_CENTRE_URL: centreOrigin(state),
    ...(token === undefined ? {} : { SEATGRID_ENROL_TOKEN: token }),
    SEATGRID_SIP_ADDRESS: state.address,
    SEATGRID_SIP_ADVERTISED: state.publicAddress,
    SEATGRID_SIP_PORT: String(ports.sip),
    SEATGRID_DESK_ADDRESS: state.address,
    SEATGRID_DESK_PORT: String(ports.desk),
    SEATGRID_LOCAL_API_PORT: String(ports.local),
    SEATGRID_RTP_PORTS: `${ports.rtp.from}-${ports.rtp.to}`,
    SEATGRID_WEBRTC_PORTS: `${ports.webrtc.from}-${ports.webrtc.to}`,
    SEATGRID_DRAIN_SECONDS: '3',
  });
}

/** Its own process group, so that Ctrl-C reaches the door alone and the door ends things in order. */
function start(
  installation: Installation,
  name: ProcessName,
  script: string,
  environment: Readonly<Record<string, string>>,
): ProcessIdentity {
  if (!existsSync(join(root, script)))
    throw new Obstacle(
      `${script} is missing`,
      'this clone is incomplete: git status, then git checkout -- .',
    );
  mkdirSync(installation.path('logs'), { recursive: true });
  const log = openSync(installation.log(name), 'a');
  const flags = ['--disable-warning=ExperimentalWarning', ...(name === 'node' ? nodeFlags : [])];
  const child = spawn(nodeBinary, [...flags, join(root, script)], {
    cwd: root,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...environment },
  });
  closeSync(log);
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (!identity) throw new Obstacle(`the ${name} did not start`, `see ${installation.log(name)}`);
  return identity;
}

/** Waits until `isReady` says so; a process that dies meanwhile is told with the end of its log. */
export async function awaitReady(
  installation: Installation,
  name: ProcessName,
  identity: ProcessIdentity,
  deadlineMs: number,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const endsAtMs = performance.now() + deadlineMs;
  while (performance.now() < endsAtMs) {
    if (await isReady().catch(() => false)) return;
    if (!isAlive(identity)) throw new Obstacle(`the ${name} ended at once; the end of its log:\n${tail(installation, name)}`, `see ${installation.log(name)}`); // prettier-ignore
    await pause(50);
  }
  throw new Obstacle(
    `the ${name} did not answer within ${deadlineMs / 1_000} s; the end of its log:\n${tail(installation, name)}`,
    `see ${installation.log(name)}; ./seatgrid down, then try again`,
  );
}

export function tail(installation: Installation, name: ProcessName, lines = 15): string {
  try {
    return readFileSync(installation.log(name), 'utf8').trimEnd().split('\n').slice(-lines).map((line) => `    ${line}`).join('\n'); // prettier-ignore
  } catch {
    return '    (nothing was written)';
  }
}

/** SIGTERM and a deadline, then SIGKILL; true when it ended by itself. */
export async function stop(identity: ProcessIdentity, deadlineMs = 10_000): Promise<boolean> {
  if (!signal(identity, 'SIGTERM')) return true;
  const endsAtMs = performance.now() + deadlineMs;
  while (isAlive(identity)) {
    if (performance.now() > endsAtMs) {
      signal(identity, 'SIGKILL');
      return false;
    }
    await pause(25);
  }
  return true;
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
