/** A supervisor's floor without a browser: the supervision socket, and a WebRTC peer for its sound. */
import { WebSocket } from 'ws';
import type { Role } from '@seatgrid/core/context/access.ts';
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type {
  NodeToSupervisor,
  SupervisionCommand,
  SupervisionState,
} from '@seatgrid/contracts/supervision/supervision-messages.ts';
import { TestBrowserPeer } from '@seatgrid/testkit/test-browser-peer.ts';
import type { FixtureTenant } from './fixture-config.ts';
import type { NodeProcess } from './node-process.ts';
import { until } from './until.ts';

type Reply = NodeToSupervisor & { kind: 'reply' | 'refusal' };

export class TestSupervisor {
  state: SupervisionState | null = null;
  closedWhy: string | null = null;
  sound: TestBrowserPeer | null = null;
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, (reply: Reply) => void>();
  #lastId = 0;

  private constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (data) => this.#received(JSON.parse(String(data)) as NodeToSupervisor));
  }

  static async open(node: NodeProcess, tenant: FixtureTenant, role: Role = 'supervisor') {
    const token = await node.fixture.supervisionToken(tenant.config.tenant.id, role);
    const supervisor = await TestSupervisor.openWith(node, token);
    await until('the first state', () => supervisor.state);
    return supervisor;
  }

  static async openWith(node: NodeProcess, token: string): Promise<TestSupervisor> {
    const supervisor = new TestSupervisor(node.ready.desk.replace(/\/desk$/, '/supervise'));
    await new Promise<void>((resolve, reject) => {
      supervisor.#socket.once('open', resolve);
      supervisor.#socket.once('error', reject);
    });
    supervisor.#socket.send(JSON.stringify({ kind: 'hello', token }));
    return supervisor;
  }

  command(command: SupervisionCommand): Promise<Reply> {
    const id = ++this.#lastId;
    this.#socket.send(JSON.stringify({ kind: 'command', id, command }));
    return new Promise((resolve) => this.#replies.set(id, resolve));
  }

  async done(command: SupervisionCommand): Promise<Reply & { kind: 'reply' }> {
    const reply = await this.command(command);
    if (reply.kind === 'refusal')
      throw new Error(`${command.kind} was refused: ${reply.code} ${reply.detail}`);
    return reply;
  }

  async monitor(agentId: AgentId): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.sound?.close();
      this.sound = await TestBrowserPeer.open();
      const { answer } = await this.done({ kind: 'monitor', agentId, offer: this.sound.offerSdp });
      // About one in a hundred of these peers does not come up on a busy machine.
      const isUp = await Promise.race([
        this.sound.accept(answer!).then(() => true),
        new Promise<boolean>((resolve) => void setTimeout(() => resolve(false), 4_000).unref()),
      ]);
      if (isUp) return;
      if (attempt === 3) throw new Error('no sound');
      await this.done({ kind: 'leave' });
    }
  }

  /** The last `durationMs` of what this supervisor will have heard then. */
  async listen(durationMs: number): Promise<Int16Array> {
    const sound = this.sound!;
    const from = sound.heard().length;
    const samples = durationMs * 8;
    await until('sound at the supervisor', () => sound.heard().length >= from + samples);
    return sound.heard().subarray(from, from + samples);
  }

  close(): void {
    this.sound?.close();
    this.#socket.terminate();
  }

  #received(message: NodeToSupervisor): void {
    if (message.kind === 'state') this.state = message.state;
    else if (message.kind === 'closed') this.closedWhy = message.why;
    else if (message.kind !== 'beat') {
      this.#replies.get(message.id)?.(message);
      this.#replies.delete(message.id);
    }
  }
}
