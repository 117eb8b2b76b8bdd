/**
 * Starts a whole call centre on this machine: centre, node, portals, demo tenants. Whatever already runs or stands is left
 * as it is, so a second `up` is quick, and an `up` after a crash starts what is missing.
 */
import { existsSync } from 'node:fs';
import type { ApiClient } from '@seatgrid/contracts/api/client.ts';
import { Obstacle, type Verb, type Words } from '../command-line.ts';
import * as checks from '../checks.ts';
import { awaitConfigured } from '../house/await-configured.ts';
import { signIn } from '../house/centre-session.ts';
import { enrolNode, type EnrolledNode } from '../house/enrolment.ts';
import { Installation, type RunState, type Secrets } from '../house/installation.ts';
import { aptLine, install, isHere, speechTool } from '../house/machine-tools.ts';
import { build, isBuilt, portals } from '../house/portals.ts';
import { requireFree } from '../house/ports.ts';
import { awaitReady, centreOrigin, pause, startCentre, startNode, tail } from '../house/processes.ts';
import { isAlive } from '../house/process-identity.ts';
import { paint, secondsSince, step } from '../house/progress.ts';
import { centrePorts, differences, drawSecrets, nodePorts, readSettings, requireDisk, settingOptions } from '../house/settings.ts'; // prettier-ignore
import { summary } from '../house/summary.ts';
import { stopAll } from './down.ts';

export const up: Verb = {
  name: 'up',
  summary: 'start a whole call centre on this machine, with demo tenants and a number to ring.',
  options: {
    detach: { summary: 'return when everything answers, and leave it running' },
    ...settingOptions,
    'trunk-from': { summary: 'a carrier or PBX whose calls are taken, beside this machine itself', value: 'CIDR', environment: 'SEATGRID_TRUNK_FROM', isRepeatable: true, check: checks.addressBlock },
    'no-demo': { summary: 'no demo tenants, only a platform operator', environment: 'SEATGRID_NO_DEMO' },
  }, // prettier-ignore
  remarks:
    'In the foreground Ctrl-C stops everything. A second `up` tells what runs and starts what does not.\n' +
    'Two copies run side by side with different ports and data folders.',
  examples: [
    './seatgrid up',
    './seatgrid up --detach --data /srv/seatgrid --port 80',
    './seatgrid up --address 0.0.0.0 --trunk-from 192.0.2.10      calls from a PBX in the network',
    './seatgrid up --data .second --port 8180 --sip-port 5160 --desk-port 8190      a second copy',
  ],
  async run(words) {
    const startedMs = performance.now();
    const installation = new Installation(words.text('data'));
    const ending = askedToEnd();
    const spared = new Set(installation.alive().keys());
    try {
      await Promise.race([raise(installation, words, ending), asked(ending)]);
    } catch (fault) {
      // All or nothing: a centre without its node would only hold its port.
      await stopAll(installation, spared);
      if (ending.aborted) return interruptedCode;
      throw fault;
    }
    console.log(await summary(installation, total(startedMs)));
    if (words.has('detach')) return 0;
    console.log(paint.dim('Ctrl-C stops everything. (--detach leaves it running.)'));
    return attend(installation, ending);
  },
};

/** What shells say of a command that Ctrl-C ended. */
const interruptedCode = 130;

/** From the first moment on: a Ctrl-C while things start must not leave half of them behind. */
function askedToEnd(): AbortSignal {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => ending.abort());
  return ending.signal;
}

function asked(ending: AbortSignal): Promise<never> {
  return new Promise((_, refuse) => {
    ending.addEventListener('abort', () => refuse(new Error('asked to end')), { once: true });
  });
}

/** From the person's word to the frame, what the bash part of the door spent on packages included. */
function total(startedMs: number): string {
  const installed = Number(process.env['SEATGRID_INSTALL_SECONDS'] ?? 0);
  const seconds = (installed + Number(secondsSince(startedMs))).toFixed(1);
  return installed === 0 ? `${seconds} s` : `${seconds} s, ${installed} s of it for packages`;
}

async function raise(installation: Installation, words: Words, ending: AbortSignal): Promise<void> {
  requireDisk(installation);
  const running = installation.alive();
  if (running.size > 0)
    console.log(`  ${paint.green('✓')} already running: ${[...running.keys()].join(', ')}`);
  await settle(installation, words);
  await prepareMachine();
  // Building took its time: somebody may have taken a port meanwhile.
  let state = await settle(installation, words);
  const secrets = installation.readSecrets() ?? drawSecrets();
  installation.writeSecrets(secrets);
  installation.write(state);

  const origin = centreOrigin(state);
  if (!running.has('centre'))
    await step('start the centre', async (tell) => {
      ending.throwIfAborted();
      const centre = startCentre(installation, state, secrets);
      state = { ...state, processes: { ...state.processes, centre } };
      installation.write(state);
      await awaitReady(installation, 'centre', centre, 60_000, () => answers(origin));
      tell(origin);
    });
  const { api } = await signIn(origin, secrets.operator.email, secrets.operator.password);
  const node = await raiseNode(installation, state, api, ending);
  if (state.hasDemo) await raiseDemo(state, secrets, api, node, words.all('trunk-from'));
  await step('node takes its configuration', (tell) =>
    awaitConfigured(api, 20_000, (nodes) => {
      const mine = nodes.find(({ nodeId }) => nodeId === node.id);
      tell(`generation ${mine?.generation ?? 0} of ${mine?.generationWanted ?? '?'}`);
    }),
  );
}

/** What is asked, held against what runs and what is taken; nothing is started or written. */
async function settle(installation: Installation, words: Words): Promise<RunState> {
  const before = installation.read();
  const running = installation.alive();
  let state = await readSettings(words, before, new Set(running.keys()));
  if (running.size > 0 && before) {
    const other = differences(before, state, new Set(running.keys()));
    if (other.length > 0)
      throw new Obstacle(`this data folder already runs otherwise: ${other.join('; ')}`, './seatgrid down, then up again; or another --data folder for a second copy'); // prettier-ignore
    state = { ...state, processes: Object.fromEntries(running), hasDemo: state.hasDemo || before.hasDemo };
  }
  await requireFree([
    ...(running.has('centre') ? [] : centrePorts(state)),
    ...(running.has('node') ? [] : nodePorts(state)),
  ]);
  return state;
}

async function prepareMachine(): Promise<void> {
  if (!isHere(speechTool))
    await step(`install ${speechTool.package} (${speechTool.purpose})`, async (_, warn) => {
      const { missing, why } = await install([speechTool]);
      if (missing.length > 0) warn(`${why}; menus stay silent until: ${aptLine(missing)}`);
    });
  for (const portal of portals) if (!isBuilt(portal)) await step(`build ${portal}`, () => build(portal));
}

/** A centre that answers anything at all, even with a refusal, is up. */
async function answers(origin: string): Promise<boolean> {
  const response = await fetch(`${origin}/api/openapi.json`, { signal: AbortSignal.timeout(2_000) });
  await response.arrayBuffer();
  return response.ok;
}

async function raiseNode(
  installation: Installation,
  state: RunState,
  api: ApiClient,
  ending: AbortSignal,
): Promise<EnrolledNode> {
  const isNew = !existsSync(installation.path('node'));
  const node = await enrolNode(api, { needsToken: isNew });
  if (!installation.alive().has('node'))
    await step('start the node', async (tell) => {
      ending.throwIfAborted();
      const identity = startNode(installation, state, node.token);
      installation.write({ ...state, processes: { ...installation.read()?.processes, node: identity } });
      await awaitReady(installation, 'node', identity, 30_000, () => isLinked(api, node));
      tell(`${state.publicAddress}:${state.ports.sip}, link up`);
    });
  return node;
}

async function isLinked(api: ApiClient, node: EnrolledNode): Promise<boolean> {
  const { items } = await api.call('GET /api/platform/nodes');
  return items.find((one) => one.id === node.id)?.health.link === 'up';
}

async function raiseDemo(
  state: RunState,
  secrets: Secrets,
  api: ApiClient,
  node: EnrolledNode,
  trunkFrom: readonly string[],
): Promise<void> {
  const { seedDemo } = await import('../../demo/seed-demo.ts');
  const origin = centreOrigin(state);
  await step('demo tenants', async (tell) => {
    const made = await seedDemo({
      platform: api,
      signIn: async (email, password) => (await signIn(origin, email, password)).api,
      nodeId: node.id,
      trunkFrom,
      password: secrets.demoPassword,
      phonePassword: secrets.phonePassword,
    });
    tell(made === 0 ? 'stand already' : `${made} things made`);
  });
}

/** The foreground: waits for Ctrl-C, or for something to end that should not. */
async function attend(installation: Installation, ending: AbortSignal): Promise<number> {
  while (!ending.aborted) {
    await pause(200);
    const ended = Object.entries(installation.read()?.processes ?? {}).find(
      ([, identity]) => !isAlive(identity),
    );
    if (!ended || ending.aborted) continue;
    const name = ended[0] as 'centre' | 'node';
    console.error(`${paint.red(`the ${name} ended`)}; the end of its log:\n${tail(installation, name)}`);
    await stopAll(installation);
    return 1;
  }
  console.log('');
  await stopAll(installation);
  return 0;
}
