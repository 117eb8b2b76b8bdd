import {
  nodeToSupervisorSchema,
  type NodeToSupervisor,
  type SupervisionCommand,
  type SupervisionState,
} from '@seatgrid/contracts/supervision/supervision-messages.ts';
import { browserClock, LiveSocket, now } from '@seatgrid/ui';

export type SupervisionReply = Extract<NodeToSupervisor, { kind: 'reply' }>;
export type SupervisionRefusal =
  Extract<NodeToSupervisor, { kind: 'refusal' }> | { readonly ok: false; readonly code: 'link-lost' };

const beatEveryMs = 2_000;
const replyMaxMs = 10_000;

/** A supervisor's line to the node that carries the call. Whoever listened and lost the line listens no more: it is opened anew for each call. */
export class SupervisionLink {
  state = $state.raw<SupervisionState>();
  readonly #socket: LiveSocket;
  readonly #getToken: () => Promise<{ readonly token: string; readonly url: string }>;
  #token = '';
  #nextId = 1;
  readonly #waiting = new Map<number, (answer: SupervisionReply | SupervisionRefusal) => void>();
  #greeted: () => void = () => {};
  readonly #isGreeted = new Promise<void>((resolve) => (this.#greeted = resolve));

  constructor(getToken: () => Promise<{ readonly token: string; readonly url: string }>) {
    this.#getToken = getToken;
    this.#socket = new LiveSocket({
      url: async () => {
        const { token, url } = await this.#getToken();
        this.#token = token;
        return url;
      },
      onopen: () => this.#socket.send({ kind: 'hello', token: this.#token }),
      onmessage: (data) => this.#receive(data),
      beat: { kind: 'beat' },
      beatEveryMs,
    });
    this.#socket.open();
  }

  close(): void {
    this.#socket.close();
    for (const id of this.#waiting.keys()) this.#settle(id, lost);
  }

  async command(command: SupervisionCommand): Promise<SupervisionReply | SupervisionRefusal> {
    const id = this.#nextId++;
    const answer = new Promise<SupervisionReply | SupervisionRefusal>((resolve) => {
      const cancel = browserClock.after(replyMaxMs, () => this.#settle(id, lost));
      this.#waiting.set(id, (reply) => {
        cancel();
        resolve(reply);
      });
    });
    await Promise.race([this.#isGreeted, answer]);
    if (!this.#socket.send({ kind: 'command', id, command })) this.#settle(id, lost);
    return answer;
  }

  #receive(data: unknown): void {
    const parsed = nodeToSupervisorSchema.safeParse(data);
    if (!parsed.success) return;
    const message = parsed.data;
    switch (message.kind) {
      case 'state':
        now.heard(message.state.atMs);
        this.state = message.state;
        this.#greeted();
        break;
      case 'reply':
      case 'refusal':
        this.#settle(message.id, message);
        break;
      case 'beat':
        now.heard(message.atMs);
        break;
      case 'closed':
        this.close();
        break;
    }
  }

  #settle(id: number, answer: SupervisionReply | SupervisionRefusal): void {
    const tell = this.#waiting.get(id);
    this.#waiting.delete(id);
    tell?.(answer);
  }
}

const lost: SupervisionRefusal = { ok: false, code: 'link-lost' };
