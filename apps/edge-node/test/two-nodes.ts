/** Two nodes of one tenant: callers at one, agents at both, and matches made by hand. */
import type { AgentId, CallId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import type { VisitAsked, VisitPlace } from '../src/visits/visit-terms.ts';
import { newId, type FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import type { MatchQuestion } from './matched-node.ts';
import { NodeProcess } from './node-process.ts';
import { TelephoneSide } from './telephone-side.ts';
import { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

/** The program of a node that is asked what a matchmaker would ask. */
export const matchedNode = new URL('matched-node.ts', import.meta.url).pathname;
export const hostAddress = '127.0.0.12';

/** A caller who waits at the home. */
export interface Match {
  readonly callId: CallId;
  readonly queueId: QueueId;
}

export class TwoNodes {
  readonly home: TelephoneSide;
  readonly host: NodeProcess;
  readonly homeNodeId: VisitAsked['homeNodeId'];
  readonly #desks: TestDesk[] = [];
  readonly #seen = new Set<string>();

  private constructor(home: TelephoneSide, host: NodeProcess, homeNodeId: VisitAsked['homeNodeId']) {
    this.home = home;
    this.host = host;
    this.homeNodeId = homeNodeId;
  }

  static async start(
    configure: (fixture: FixtureConfig) => void,
    environment: Record<string, string> = {},
  ): Promise<TwoNodes> {
    const home = await TelephoneSide.start(configure, environment, matchedNode);
    const { fixture } = home;
    const homeNodeId = fixture.nodeId;
    fixture.nodeId = newId<'node'>();
    const there = { ...environment, SEATGRID_SIP_ADDRESS: hostAddress };
    const host = await NodeProcess.start(fixture, there, { program: matchedNode });
    return new TwoNodes(home, host, homeNodeId);
  }

  /** The next caller of whom the home has written that they wait. */
  async waiting(): Promise<Match> {
    const entered = await until('a caller to wait', () =>
      this.home.node.eventsOf('queue.entered').find(({ id }) => !this.#seen.has(id)),
    );
    const { callId, queueId } = entered.facts;
    this.#seen.add(entered.id);
    return { callId, queueId };
  }

  /** The host keeps an agent; null where it cannot. */
  expect(match: Match, tenant: FixtureTenant, agentId: AgentId, at = this.host): Promise<VisitPlace | null> {
    const tenantId = tenant.config.tenant.id;
    const { homeNodeId } = this;
    const asked: VisitAsked = { matchId: newId<'match'>(), tenantId, agentId, homeNodeId, ...match };
    return at.ask<VisitPlace | null>({ kind: 'expect', asked } satisfies MatchQuestion);
  }

  /** The home rings there. */
  claim(match: Match, tenant: FixtureTenant, agentId: AgentId, place: VisitPlace): Promise<boolean> {
    const tenantId = tenant.config.tenant.id;
    const { homeNodeId } = this;
    const to = { agentId, place, homeNodeId };
    const question: MatchQuestion = { kind: 'claim', tenantId, callId: match.callId, to };
    return this.home.node.ask<boolean>(question);
  }

  /** An agent at the host. */
  async ready(tenant: FixtureTenant, agentIndex: number, at = this.host): Promise<TestDesk> {
    const desk = await TestDesk.ready(at, tenant, agentIndex);
    this.#desks.push(desk);
    return desk;
  }

  /** The same, and it rings. */
  async rung(match: Match, tenant: FixtureTenant, agentIndex: number, at = this.host): Promise<TestDesk> {
    const desk = await this.ready(tenant, agentIndex, at);
    const agentId = tenant.agents[agentIndex]!.id;
    const place = await this.expect(match, tenant, agentId, at);
    await this.claim(match, tenant, agentId, place!);
    await desk.untilInteraction('ringing');
    return desk;
  }

  async served(
    match: Match,
    tenant: FixtureTenant,
    agentIndex: number,
    at = this.host,
  ): Promise<{ desk: TestDesk }> {
    const desk = await this.rung(match, tenant, agentIndex, at);
    await desk.answer();
    return { desk };
  }

  async ladder(callId: CallId): Promise<Ladder> {
    const { localApi } = this.home.node.ready;
    return (await (await fetch(`${localApi}/calls/${callId}/ladder`)).json()) as Ladder;
  }

  async settle(): Promise<void> {
    await this.home.settle();
    for (const desk of this.#desks.splice(0)) {
      await until(
        'the agent to be free',
        () => !['reserved', 'talking'].includes(desk.state!.presence.state),
      );
      await desk.command({ kind: 'sign-out' });
      desk.close();
    }
  }

  async close(): Promise<void> {
    await this.host?.close();
    await this.home?.close();
  }
}
