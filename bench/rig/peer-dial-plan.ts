/**
 * The dial plan every engine of a peer comparison serves, as a node's configuration: 2000 rings the callee; 4RQQQQ says a second
 * of prompt that a key interrupts, takes one key, and queues for the longest idle of queue QQQQ, recorded where R is 1.
 */
import { createHash } from 'node:crypto';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { sampleRateHz } from '@seatgrid/media/frame.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import {
  FixtureConfig,
  newId,
  plainRule,
  type FixtureTenant,
} from '../../apps/edge-node/test/fixture-config.ts';

export const profiles = ['small', 'shared', 'distinct'] as const;
export type Profile = (typeof profiles)[number];

/** Callers come from the first; agents and callee answer at the second, whatever the user part. */
export const peers = { trunk: '127.0.10.2', phones: { host: '127.0.10.3', port: 5_060 } } as const;

export interface DialPlan {
  readonly config: NodeConfig;
  readonly tenant: FixtureTenant;
  /** Whom an agent's phone is, by the agent's place in the list. */
  contactOf(index: number): string;
  readonly prompt: { readonly sha256: string; readonly wav: Uint8Array };
}

const agentsOf: Readonly<Record<Profile, number>> = { small: 400, shared: 1_000, distinct: 10_000 };
/** The callee of queue 0001 takes any number of calls at once; an agent here takes one, so it is as many agents. */
const calleeLines = 500;
const sharedQueues = 100;
const agentsPerSharedQueue = 100;

export function peerDialPlan(profile: Profile): DialPlan {
  const agents = agentsOf[profile];
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: [peers.trunk], target: peers.phones, channelsMax: 100_000 });
  const tenant = fixture.tenant({
    slug: 'peers',
    number: '+2000',
    agents: agents + calleeLines,
    quotas: { agentsSignedIn: 100_000, concurrentCalls: 100_000, flows: 10_000 },
  });
  const wav = writeWav(makeTone({ frequencyHz: 440, durationMs: 1_000 }), sampleRateHz);
  const sha256 = createHash('sha256').update(wav).digest('hex');
  const promptId = newId<'prompt'>();
  tenant.config.prompts = [{ id: promptId, name: 'Prompt', kind: 'prompt', sha256, octets: wav.length, durationMs: 1_000 }];
  ring(fixture, tenant);
  const skills = queuesOf(agents).map(({ name, serves }) => {
    const skillId = newId<'skill'>();
    for (const isRecorded of [false, true]) {
      const number = `+4${isRecorded ? 1 : 0}${name}`;
      const queue = fixture.queue(tenant, {
        name: number,
        requires: [{ skillId, level: 1 }],
        ringTimeoutMs: 15_000,
        waitingMax: 10_000,
        waitMaxMs: 3_600_000,
        isRecorded,
      });
      reach(fixture, tenant, number, {
        key: { kind: 'gather', prompt: [{ kind: 'prompt', promptId }], variable: 'key', length: { kind: 'single' }, timeoutMs: 5_000, next: 'queue', onEmpty: 'bye' },
        queue: { kind: 'enqueue', queueId: queue.id },
        bye: { kind: 'hang-up', say: [] },
      });
    }
    return { skillId, serves };
  });
  tenant.config.skills = skills.map(({ skillId }, index) => ({ id: skillId, name: `Skill ${index}` }));
  tenant.config.agents = tenant.agents.map((agent, index) => ({
    ...agent,
    skills: skills.filter(({ serves }) => serves(index)).map(({ skillId }) => ({ skillId, level: 1 })),
  }));
  return {
    config: fixture.build(),
    tenant,
    contactOf: (index) => `sip:${index < agents ? `a${String(index).padStart(5, '0')}` : 'callee'}@${peers.phones.host}:${peers.phones.port}`,
    prompt: { sha256, wav },
  };
} // prettier-ignore

function ring(fixture: FixtureConfig, tenant: FixtureTenant): void {
  tenant.config.dids = [];
  reach(fixture, tenant, '+2000', {
    dial: { kind: 'dial', number: 'callee', ringTimeoutMs: 30_000, onFailed: 'bye' },
    bye: { kind: 'hang-up', say: [] },
  });
}

function reach(fixture: FixtureConfig, tenant: FixtureTenant, number: string, steps: Record<string, FlowStep>): void {
  const flow = fixture.flow(tenant, Object.keys(steps)[0]!, steps, number);
  const did = { id: newId<'did'>(), number, siteId: null };
  const step = { kind: 'flow', flowId: flow.id } as const;
  tenant.config.dids.push(did);
  tenant.config.rules.push({ ...plainRule, id: newId<'inbound-rule'>(), name: number, didIds: [did.id], onDuty: step, offDuty: step });
} // prettier-ignore

function queuesOf(agents: number): readonly { name: string; serves: (index: number) => boolean }[] {
  const firsts = [10, 100, 400, 1_000].filter((many) => many <= agents);
  const isShared = agents >= sharedQueues * 10;
  // Next to one another: ten agents on where they are shared, a hundred where each has one queue only.
  const stride = agents / sharedQueues;
  return [
    { name: '0001', serves: (index) => index >= agents },
    ...firsts.map((many) => ({
      name: String(many).padStart(4, '0'),
      serves: (index: number) => index < many,
    })),
    ...Array.from({ length: isShared ? sharedQueues : 0 }, (_, queue) => ({
      name: String(5_000 + queue),
      serves: (index: number) =>
        index < agents && (index - queue * stride + agents) % agents < agentsPerSharedQueue,
    })),
  ];
}
