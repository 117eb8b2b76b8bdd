/** An agent's desktop without a browser: the desk socket, and a WebRTC peer for its sound. */
import type {
  DeskCommand,
  DeskInteraction,
  DeskState,
  NodeToDesk,
} from '@seatgrid/contracts/desk/desk-messages.ts';
import type { FixtureTenant } from './fixture-config.ts';
import type { NodeProcess } from './node-process.ts';
import { TestCommandSocket } from './test-command-socket.ts';
import { until } from './until.ts';

export class TestDesk extends TestCommandSocket<
  DeskCommand,
  DeskState,
  NodeToDesk & { kind: 'reply' },
  NodeToDesk & { kind: 'refusal' }
> {
  static async open(node: NodeProcess, tenant: FixtureTenant, agentIndex = 0): Promise<TestDesk> {
    const agent = tenant.agents[agentIndex]!;
    const token = await node.fixture.deskToken(tenant.config.tenant.id, agent.id);
    const desk = await TestDesk.openWith(node.ready.desk, token);
    await until('the first state', () => desk.state);
    return desk;
  }

  static openWith(url: string, token: string): Promise<TestDesk> {
    return new TestDesk(url).hello(token);
  }

  /** Signed in with a browser, and ready. */
  static async ready(node: NodeProcess, tenant: FixtureTenant, agentIndex = 0): Promise<TestDesk> {
    const desk = await TestDesk.open(node, tenant, agentIndex);
    await desk.done({ kind: 'sign-in', device: 'browser' });
    await desk.done({ kind: 'ready' });
    // Where callers wait, ready lasts no time at all.
    await until('the agent to be ready', () => ['ready', 'reserved'].includes(desk.state!.presence.state));
    return desk;
  }

  untilPresence(state: DeskState['presence']['state'], deadlineMs?: number): Promise<DeskState> {
    return until(
      `presence ${state}`,
      () => (this.state?.presence.state === state ? this.state : undefined),
      deadlineMs,
    );
  }

  untilInteraction(state: DeskInteraction['state'], deadlineMs?: number): Promise<DeskInteraction> {
    return until(
      `an interaction that is ${state}`,
      () => (this.state?.interaction?.state === state ? this.state.interaction : undefined),
      deadlineMs,
    );
  }

  /** Answers what rings, with sound. */
  async answer(deadlineMs?: number): Promise<DeskInteraction> {
    const { callId } = await this.untilInteraction('ringing', deadlineMs);
    const sound = await this.openSound();
    const reply = await this.done({ kind: 'answer', callId, offer: sound.offerSdp });
    await this.connect(callId, reply.answer!);
    return this.untilInteraction('talking');
  }

  /** Takes the node's answer to a call placed or taken. */
  connect(callId: DeskInteraction['callId'], answer: string): Promise<void> {
    return this.connectSound(
      answer,
      async (offer) => (await this.done({ kind: 'reconnect', callId, offer })).answer!,
    );
  }
}
