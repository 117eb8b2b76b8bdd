/** A supervisor at one node, an agent who talks at another, and what each of them hears. */
import type { ApiClient } from '@seatgrid/contracts/api/client.ts';
import { expect } from 'vitest';
import type { Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import { CentredNodes, type CentredNode, type EnvironmentOf } from './centred-nodes.ts';
import { phonePassword } from './fixture-config.ts';
import type { TestDesk } from './test-desk.ts';
import { TestSupervisor } from './test-supervisor.ts';
import { agentHz, callerHz, supervisorHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

/** Of the node where agents are. */
export const agentsAddress = '127.0.0.1';

interface Listener {
  listen(durationMs: number): Promise<Int16Array>;
}

/** As soon as they are: what was said before is heard for a moment more. */
export function hears(party: Listener, ...hz: readonly number[]): Promise<unknown> {
  return until(`${hz.join(' and ')} Hz to be heard`, async () => {
    const heard = whoIsHeard(await party.listen(300));
    return heard.length === hz.length && hz.every((one) => heard.includes(one));
  }, 15_000); // prettier-ignore
}

export class FarEarScene {
  readonly all: CentredNodes;
  readonly agents: CentredNode;
  readonly supervisors: CentredNode;
  readonly supervising: ApiClient;
  readonly hotline: string;
  readonly #open: TestSupervisor[] = [];

  private constructor(all: CentredNodes, supervising: ApiClient, hotline: string) {
    this.all = all;
    [this.agents, this.supervisors] = all.nodes as [CentredNode, CentredNode];
    this.supervising = supervising;
    this.hotline = hotline;
  }

  static async start(environment: EnvironmentOf = () => ({})): Promise<FarEarScene> {
    const have = { phonePassword, environment };
    const all = await CentredNodes.start([agentsAddress, '127.0.0.12'], 3, have);
    const { number } = await all.queue();
    return new FarEarScene(all, await all.supervisor(), number);
  }

  /** Agent 0 talks with a caller who came in at that node. */
  async talking(entry = this.agents) {
    const desk = await this.all.ready(this.agents, this.all.agents[0]!);
    const call = await this.all.ring(entry, this.hotline);
    const { callId } = await desk.answer(20_000);
    desk.sound!.speak(toneOf(agentHz));
    await hears(call.rtp, agentHz);
    await hears(desk, callerHz);
    return { desk, call, callId };
  }

  get agentId() {
    return this.all.agents[0]!.agentId;
  }

  /** At the supervisor's own node, by what the floor's page would be given for the agent's. */
  async supervisor(who = this.supervising, at = this.supervisors): Promise<TestSupervisor> {
    const body = { nodeId: this.agents.nodeId };
    const { token } = await who.call('POST /api/supervision-token', { body });
    const supervisor = await TestSupervisor.openWith(at.process, token);
    await until('the first state', () => supervisor.state);
    this.#open.push(supervisor);
    return supervisor;
  }

  async listening(): Promise<TestSupervisor> {
    const supervisor = await this.supervisor();
    await until('the agent to be known to talk', async () => {
      try {
        await supervisor.monitor(this.agentId);
        return true;
      } catch {
        return false;
      }
    });
    supervisor.sound!.speak(toneOf(supervisorHz));
    await until('to listen', () => supervisor.state!.inspection?.mode === 'monitor');
    return supervisor;
  }

  /** The whole way: listens, whispers, barges in, is alone with the caller, leaves. */
  async everyMode(entry = this.agents): Promise<Ladder> {
    const { desk, call, callId } = await this.talking(entry);
    await untilShown(desk);
    const before = shown(desk);
    const supervisor = await this.listening();
    expect(supervisor.state!.inspection).toMatchObject({ callId, customer: { number: '13800138000' } });
    await hears(supervisor, agentHz, callerHz);
    await hears(call.rtp, agentHz);
    await hears(desk, callerHz);
    expect(shown(desk)).toEqual(before);

    await supervisor.done({ kind: 'switch', mode: 'whisper' });
    await hears(desk, callerHz, supervisorHz);
    await hears(call.rtp, agentHz);
    await hears(supervisor, agentHz, callerHz);
    expect(shown(desk)).toEqual(before);
    await supervisor.done({ kind: 'mute', isMuted: true });
    await hears(desk, callerHz);
    await supervisor.done({ kind: 'mute', isMuted: false });

    await supervisor.done({ kind: 'switch', mode: 'barge' });
    const notice = await until('the agent to be told', () => desk.state!.interaction?.bargeNotice);
    expect(notice.name).toBe('Susan');
    await until('the supervisor to see so', () => supervisor.state!.inspection?.mode === 'barge-notice');
    await hears(call.rtp, agentHz);
    await desk.done({ kind: 'allow-barge', callId });
    await hears(call.rtp, agentHz, supervisorHz);
    await hears(desk, callerHz, supervisorHz);
    await hears(supervisor, agentHz, callerHz);
    await desk.untilInteraction('conference');

    await supervisor.done({ kind: 'intercept' });
    await hears(call.rtp, supervisorHz);
    await hears(supervisor, callerHz);
    await until('the agent to be out of it', () => desk.state!.presence.state !== 'talking');
    expect(supervisor.state!.inspection).toMatchObject({ mode: 'intercept' });
    const taken = await this.agents.process.event('call.intercepted', (facts) => facts.callId === callId);
    expect(taken.facts).toMatchObject({ agentId: this.agentId, userName: 'Susan' });
    const { localApi } = this.agents.process.ready;
    const ladder = (await (await fetch(`${localApi}/calls/${callId}/ladder`)).json()) as Ladder;
    await supervisor.done({ kind: 'leave' });
    expect(supervisor.state!.endedWhy).toBe('left');
    await call.until(['ended'], 10_000);
    return ladder;
  }

  async settle(): Promise<void> {
    for (const supervisor of this.#open.splice(0)) supervisor.close();
    await this.all.settle();
  }

  async close(): Promise<void> {
    await this.all.close();
  }
}

/** Colleagues and queues are told a little later than the desk's own call. */
async function untilShown(desk: TestDesk): Promise<void> {
  await until('the desk to see itself talking', () =>
    desk.state!.colleagues.some(({ state }) => state === 'talking'),
  );
}

/** Without what changes by itself. */
function shown(desk: TestDesk): unknown {
  const { atMs: _atMs, figures: _figures, ...rest } = desk.state!;
  return rest;
}
