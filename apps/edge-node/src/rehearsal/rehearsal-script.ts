/**
 * What is rehearsed, as a node's configuration: one number rings a line outside, the other says a prompt, takes a key and
 * queues for an agent. Nothing of it is seen by anyone: it lives in a folder of its own for as long as the rehearsal lasts.
 */
import { createHash } from 'node:crypto';
import type { IdSource } from '@seatgrid/core/kernel/ids.ts';
import type { z } from 'zod';
import type { nodeConfigSchema } from '@seatgrid/contracts/link/node-config.ts';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { sampleRateHz } from '@seatgrid/media/frame.ts';
import { rehearsedAgents } from './limits.ts';

export const rehearsedNumbers = { ring: '+10001', queue: '+10002' } as const;

type Script = z.input<typeof nodeConfigSchema>;
type TenantScript = Script['tenants'][number];

export interface RehearsalScript {
  readonly config: Script;
  readonly prompt: { readonly sha256: string; readonly wav: Uint8Array };
}

/** `farSide` is where callers come from and calls go to. */
export function rehearsalScript(
  farSide: { readonly address: string; readonly port: number },
  parts: { readonly ids: IdSource; readonly nowMs: number },
): RehearsalScript {
  const { ids } = parts;
  const wav = writeWav(new Int16Array(sampleRateHz), sampleRateHz);
  const sha256 = createHash('sha256').update(wav).digest('hex');
  const prompt = { id: ids.next<'prompt'>(), name: 'Prompt', kind: 'prompt', sha256, octets: wav.length, durationMs: 1_000 } as const; // prettier-ignore
  const skill = { id: ids.next<'skill'>(), name: 'Skill' };
  const queue: TenantScript['queues'][number] = {
    id: ids.next<'queue'>(),
    name: 'Queue',
    requires: [{ skillId: skill.id, level: 1 }],
    ringing: 'one-by-one',
    ringTimeoutMs: 5_000,
    wrapUpMs: 0,
    waitingMax: 1_000,
    waitMaxMs: 60_000,
    onFull: { kind: 'hang-up', say: [] },
    onTimeout: { kind: 'hang-up', say: [] },
    entry: [],
    music: [],
    announcePositionEveryMs: null,
    isRecorded: false,
  };
  const bye: TenantScript['flows'][number]['steps'][string] = { kind: 'hang-up', say: [] };
  const numbers: readonly { number: string; steps: TenantScript['flows'][number]['steps']; start: string }[] =
    [
      {
        number: rehearsedNumbers.ring,
        start: 'ring',
        steps: { ring: { kind: 'dial', number: 'line', ringTimeoutMs: 5_000, onFailed: 'bye' }, bye },
      },
      {
        number: rehearsedNumbers.queue,
        start: 'key',
        steps: {
          key: {
            kind: 'gather',
            prompt: [{ kind: 'prompt', promptId: prompt.id }],
            variable: 'key',
            length: { kind: 'single' },
            timeoutMs: 5_000,
            next: 'queue',
            onEmpty: 'bye',
          },
          queue: { kind: 'enqueue', queueId: queue.id },
          bye,
        },
      },
    ];
  const entries = numbers.map(({ number, steps, start }) => {
    const did = { id: ids.next<'did'>(), number, siteId: null };
    const flow = { id: ids.next<'flow'>(), name: number, version: 1, start, steps };
    const step = { kind: 'flow', flowId: flow.id } as const;
    const rule = { id: ids.next<'inbound-rule'>(), name: number, didIds: [did.id], workingTime: [], onDuty: step, offDuty: step }; // prettier-ignore
    return { did, flow, rule };
  });
  const agents = Array.from({ length: rehearsedAgents }, (_, index) => ({
    id: ids.next<'agent'>(),
    userId: ids.next<'user'>(),
    name: `Agent ${index}`,
    staffId: String(8_001 + index),
    extension: String(1_001 + index),
    locale: 'en' as const,
    kind: 'general' as const,
    groupId: null,
    skills: [{ skillId: skill.id, level: 1 }],
    isAutoAnswer: false,
  }));
  const lines = 10_000;
  const config: Script = {
    schema: 1,
    nodeId: ids.next<'node'>(),
    siteId: null,
    generation: 1,
    issuedAtMs: parts.nowMs,
    deskTokenKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x' }],
    trunks: [
      {
        id: ids.next<'trunk'>(),
        name: 'Trunk',
        sources: [farSide.address],
        target: { host: farSide.address, port: farSide.port, protocol: 'udp' },
        isProbed: false,
        channelsMax: lines,
      },
    ],
    tenants: [
      {
        tenant: {
          id: ids.next<'tenant'>(),
          slug: 'rehearsal',
          name: 'Rehearsal',
          locale: 'en',
          timeZone: 'UTC',
          state: 'active',
          quotas: { agentsSignedIn: rehearsedAgents, concurrentCalls: lines, flows: entries.length },
        },
        dids: entries.map(({ did }) => did),
        rules: entries.map(({ rule }) => rule),
        forcedHandling: null,
        flows: entries.map(({ flow }) => flow),
        queues: [queue],
        skills: [skill],
        agents,
        // Nobody proves anything here: those who are rung have them, as everywhere.
        phoneSecrets: agents.map(({ extension }) => ({ extension, md5: hex(32), sha256: hex(64) })),
        prompts: [prompt],
        music: [],
        dispositions: [],
        pauseReasons: [],
      },
    ],
  };
  return { config, prompt: { sha256, wav } };
}

function hex(digits: number): string {
  return '0'.repeat(digits);
}
