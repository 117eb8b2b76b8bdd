/** An agent's desktop without a browser: the desk socket, and a WebRTC peer for its sound. */
import { WebSocket } from 'ws';
import type {
  DeskCommand,
  DeskInteraction,
  DeskState,
  DeskToNode,
  NodeToDesk,
} from '@seatgrid/contracts/desk/desk-messages.ts';
import { TestBrowserPeer } from '@seatgrid/testkit/test-browser-peer.ts';
import type { FixtureTenant } from './fixture-config.ts';
import type { NodeProcess } from './node-process.ts';
import { until } from './until.ts';

type Reply = NodeToDesk & { kind: 'reply' | 'refusal' };

export class TestDesk {
  state: DeskState | null = null;
  closedWhy: string | null = null;
  /** How many whole states came. */
  statesSeen = 0;
  sound: TestBrowserPeer | null = null;
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, (reply: Reply) => void>();
  #lastId = 0;

  private constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on('message', (data) => this.#received(JSON.parse(String(data)) as NodeToDesk));
    this.#socket.on('error', () => undefined);
    // A desk that says nothing for long is taken for lost.
    const beats = setInterval(() => this.#send({ kind: 'beat' }), 5_000);
    this.#socket.on('close', () => clearInterval(beats));
  }

  static async open(node: NodeProcess, tenant: FixtureTenant, agentIndex = 0): Promise<TestDesk> {
    const agent = tenant.agents[agentIndex]!;
    const token = await node.fixture.deskToken(tenant.config.tenant.id, agent.id);
    const desk = await TestDesk.openWith(node.ready.desk, token);
    await until('the first state', () => desk.state);
    return desk;
  }

  static async openWith(url: string, token: string): Promise<TestDesk> {
    const desk = new TestDesk(url);
    await new Promise<void>((resolve, reject) => {
      desk.#socket.once('open', resolve);
      desk.#socket.once('error', reject);
    });
    desk.#send({ kind: 'hello', token });
    return desk;
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

  command(command: DeskCommand): Promise<Reply> {
    const id = ++this.#lastId;
    this.#send({ kind: 'command', id, command });
    return new Promise((resolve) => this.#replies.set(id, resolve));
  }

  async done(command: DeskCommand): Promise<Reply & { kind: 'reply' }> {
    const reply = await this.command(command);
    if (reply.kind === 'refusal')
      throw new Error(`${command.kind} was refused: ${reply.code} ${reply.detail}`);
    return reply;
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

  /**
   * Takes the node's answer. About one in a hundred of these peers does not come up on a busy machine; then a desk does what a
   * desk does, and connects anew.
   */
  async connect(callId: DeskInteraction['callId'], answer: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await Promise.race([this.sound!.accept(answer), tooLate(4_000)]);
        return;
      } catch (error) {
        if (attempt === 3) throw error;
        const sound = await this.openSound();
        answer = (await this.done({ kind: 'reconnect', callId, offer: sound.offerSdp })).answer!;
      }
    }
  }

  async openSound(): Promise<TestBrowserPeer> {
    this.sound?.close();
    this.sound = await TestBrowserPeer.open();
    return this.sound;
  }

  /** The last `durationMs` of what this desk will have heard then. */
  async listen(durationMs: number): Promise<Int16Array> {
    const sound = this.sound!;
    const from = sound.heard().length;
    const samples = durationMs * 8;
    await until('sound at the desk', () => sound.heard().length >= from + samples);
    return sound.heard().subarray(from, from + samples);
  }

  close(): void {
    this.sound?.close();
    this.#socket.terminate();
  }

  #send(message: DeskToNode): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #received(message: NodeToDesk): void {
    if (message.kind === 'state') {
      this.state = message.state;
      this.statesSeen++;
    } else if (message.kind === 'closed') this.closedWhy = message.why;
    else if (message.kind !== 'beat') {
      this.#replies.get(message.id)?.(message);
      this.#replies.delete(message.id);
    }
  }
}

function tooLate(deadlineMs: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no sound after ${deadlineMs} ms`)), deadlineMs).unref();
  });
}
