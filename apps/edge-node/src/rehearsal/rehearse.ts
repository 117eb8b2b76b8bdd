/**
 * A node just started serves its first hundreds of calls by code that nobody has compiled yet: each costs up to twice what it
 * costs later. So it rehearses: another node in the same process, with a folder of its own and the first one's sound, takes
 * calls from a far side on the loopback until the code is warm, and is thrown away. It does so twice, on a stage of its own
 * each time: code compiled for the only node there ever was is thrown away as soon as another one runs it. Real calls go
 * first (decision 0026).
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeConfigSchema } from '@seatgrid/contracts/link/node-config.ts';
import { createIdSource } from '@seatgrid/core/kernel/ids.ts';
import { systemRandom as random } from '@seatgrid/media/call/runtime/system-random.ts';
import type { ProcessConfig } from '../config.ts';
import type { EdgeNode } from '../node.ts';
import { openUnreadLog } from '../open-log.ts';
import { openNode, type OpenNode } from '../open-node.ts';
import { realClock as clock } from '../runtime/real-clock.ts';
import { FarSide } from './far-side.ts';
import * as limits from './limits.ts';
import { rehearsalScript, rehearsedNumbers } from './rehearsal-script.ts';

const loopback = '127.0.0.1';
const noDesk = { send() {}, sendText() {}, close() {} };

export interface Rehearsed {
  readonly calls: number;
  readonly answered: number;
  /** Messages of the far side that had to be told once more. */
  readonly saidAgain: number;
  readonly durationMs: number;
}

/** Settles when it is over; a node that is busy all the while is left alone. */
export async function rehearse(config: ProcessConfig, real: EdgeNode): Promise<Rehearsed> {
  const startedAtMs = clock.nowMs();
  const untilMs = startedAtMs + limits.rehearsalMsMax;
  const farSide = await FarSide.open(loopback, soundAddress(config), { clock, random });
  let calls = 0;
  let answered = 0;
  try {
    for (let stages = limits.rehearsedStages; stages > 0; stages--) {
      const callsMax = Math.ceil((config.rehearsedCalls - calls) / stages);
      const performed = await performOnce(config, {
        farSide,
        real,
        callsMax,
        untilMs,
        isSpelledOut: stages % 2 === 1,
      });
      calls += performed.calls;
      answered += performed.answered;
      if (performed.calls < callsMax) break;
    }
  } finally {
    await farSide.close();
  }
  const { saidAgain } = farSide;
  return { calls, answered, saidAgain, durationMs: clock.nowMs() - startedAtMs };
}

interface Performance {
  readonly farSide: FarSide;
  readonly real: EdgeNode;
  readonly callsMax: number;
  readonly untilMs: number;
  /** As a centre writes its configuration, with what goes without saying in it too. */
  readonly isSpelledOut: boolean;
}

/** On a stage of its own, of which nothing is left. */
async function performOnce(
  config: ProcessConfig,
  performance: Performance,
): Promise<{ readonly calls: number; readonly answered: number }> {
  const folder = join(config.dataFolder, 'rehearsal');
  // One that was killed in the middle of it left its things about.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'prompts'), { recursive: true });
  let stage: OpenNode | undefined;
  try {
    stage = await openStage(config, { ...performance, folder });
    return await perform(stage, performance);
  } finally {
    await stage?.close(0);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The other node, with its agents on duty. */
async function openStage(
  config: ProcessConfig,
  parts: Performance & { readonly folder: string },
): Promise<OpenNode> {
  const { folder, farSide, real, isSpelledOut } = parts;
  const ids = createIdSource(clock, random);
  const { config: script, prompt } = rehearsalScript(farSide, { ids, nowMs: clock.nowMs() });
  writeFileSync(join(folder, 'prompts', `${prompt.sha256}.wav`), prompt.wav);
  const nodeConfigFile = join(folder, 'config.json');
  writeFileSync(nodeConfigFile, JSON.stringify(isSpelledOut ? nodeConfigSchema.parse(script) : script));
  const stage = await openNode(
    {
      ...config,
      dataFolder: folder,
      ledgerKeyFile: join(folder, 'ledger-key'),
      nodeConfigFile,
      centreUrl: null,
      sipAddress: loopback,
      sipAdvertised: loopback,
      sipPort: 0,
      sipSecond: null,
      sipTls: null,
      sipTlsPort: 0,
      sipWsPort: 0,
      sipWssPort: 0,
      deskAddress: loopback,
      deskPort: 0,
      localApiPort: 0,
      synthesiser: 'none',
      hepCollector: null,
    },
    openUnreadLog(),
    async () => ({ ...real.media, close: async () => {} }),
  );
  const { node } = stage;
  const tenant = [...node.directory.all()][0]!;
  for (const { id, extension } of tenant.agents.values()) {
    const flow = { protocol: 'udp', address: farSide.address, port: farSide.port } as const;
    const contact = `sip:${extension}@${farSide.address}:${farSide.port}`;
    node.phones.set(tenant, extension, [
      { contact, flow, expiresAtMs: Number.POSITIVE_INFINITY, userAgent: 'rehearsal', routes: [] },
    ]);
    const seat = node.hub.attach(tenant, id, noDesk)!;
    node.hub.detach(seat, noDesk);
    node.hub.signIn(seat, 'phone');
    node.hub.apply(seat, { kind: 'ready' });
  }
  return stage;
}

async function perform(
  { node }: OpenNode,
  { farSide, real, callsMax, untilMs }: Performance,
): Promise<{ readonly calls: number; readonly answered: number }> {
  const { port } = node.sip.listening().find(({ protocol }) => protocol === 'udp')!;
  const target = { address: loopback, port };
  let calls = 0;
  let answered = 0;
  const isOver = () => real.exchange.isDraining || clock.nowMs() > untilMs;
  const actor = async (callsUntil: number) => {
    while (calls < callsUntil && !isOver()) {
      if (real.calls.size > 0) {
        await rest(limits.rehearsalYieldMs);
        continue;
      }
      const isQueued = calls++ % limits.lineCallEvery !== 0;
      const number = isQueued ? rehearsedNumbers.queue : rehearsedNumbers.ring;
      if (await farSide.call(number, target, '1')) answered += 1;
    }
  };
  for (const callsUntil of [callsMax * (1 - limits.encoreShare), callsMax]) {
    await Promise.all(Array.from({ length: limits.rehearsedAtOnce }, () => actor(callsUntil)));
    if (!isOver()) await rest(limits.compilerRestMs);
  }
  return { calls, answered };
}

function rest(ms: number): Promise<void> {
  return new Promise((done) => clock.after(ms, done));
}

/** Sound goes out from where the engine's sockets are. */
function soundAddress({ sipAddress }: ProcessConfig): string {
  if (sipAddress === '0.0.0.0') return loopback;
  return sipAddress === '::' ? '::1' : sipAddress;
}
