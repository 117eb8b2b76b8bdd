import {
  nodeToSupervisorSchema,
  type NodeToSupervisor,
  type SupervisionCommand,
  type SupervisionState,
} from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { RelayPass } from '@seatgrid/contracts/nouns/relay-pass.ts';
import { LiveSocket, now } from '@seatgrid/ui';
import { AskedCommands } from '#lib/node-link/asked-commands.ts';

export interface SupervisionPass {
  readonly token: string;
  readonly url: string;
  readonly others: readonly string[];
}
export type SupervisionReply = Extract<NodeToSupervisor, { kind: 'reply' }>;
export type SupervisionRefusal =
  Extract<NodeToSupervisor, { kind: 'refusal' }> | { readonly ok: false; readonly code: 'link-lost' };

const lost: SupervisionRefusal = { ok: false, code: 'link-lost' };

/** A supervisor's line to the agent's node, or to another that reaches it. Whoever listened and lost the line listens no more. */
export class SupervisionLink {
  state = $state.raw<SupervisionState>();
  /** The way round where browser and node do not reach each other. */
  relay: RelayPass | undefined;
  readonly #socket: LiveSocket;
  /** Of another node than the agent's; undefined: the agent's own. */
  readonly via: string | undefined;
  /** Where the same is to be had at other nodes. */
  others: readonly string[] = [];
  /** Whoever listens listens no more. */
  onLost: () => void = () => {};
  #token = '';
  readonly #asked = new AskedCommands<SupervisionReply | SupervisionRefusal>(lost);
  #greeted: () => void = () => {};
  /** Settles with the first state; never, where the line does not come up. */
  readonly isGreeted = new Promise<void>((resolve) => (this.#greeted = resolve));

  constructor(getPass: () => Promise<SupervisionPass>, via?: string) {
    this.via = via;
    this.#socket = new LiveSocket({
      url: async () => {
        this.#hasLost();
        const { token, url, others } = await getPass();
        this.#token = token;
        this.others = others;
        return via ?? url;
      },
      onopen: () => this.#socket.send({ kind: 'hello', token: this.#token }),
      onmessage: (data) => this.#receive(data),
      beat: { kind: 'beat' },
    });
    this.#socket.open();
  }

  /** It broke, and is about to come back. */
  #hasLost(): void {
    const { state } = this;
    if (!state) return;
    this.state = undefined;
    this.#asked.loseAll();
    if (state.inspection || state.isPhoneRinging) this.onLost();
  }

  close(): void {
    this.#socket.close();
    this.#asked.loseAll();
  }

  command(command: SupervisionCommand): Promise<SupervisionReply | SupervisionRefusal> {
    return this.#asked.ask((id) => this.#socket.send({ kind: 'command', id, command }), this.isGreeted);
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
        this.#asked.settle(message.id, message);
        break;
      case 'relay':
        this.relay = message.pass;
        break;
      case 'beat':
        now.heard(message.atMs);
        break;
      case 'closed':
        this.close();
        break;
    }
  }
}
