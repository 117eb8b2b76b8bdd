import {
  nodeToDeskSchema,
  type DeskCommand,
  type DeskState,
  type NodeToDesk,
} from '@seatgrid/contracts/desk/desk-messages.ts';
import type { RelayPass } from '@seatgrid/contracts/nouns/relay-pass.ts';
import { LiveSocket, now } from '@seatgrid/ui';
import { AskedCommands } from '#lib/node-link/asked-commands.ts';

export type DeskReply = Extract<NodeToDesk, { kind: 'reply' }>;
export type DeskRefusal =
  | Extract<NodeToDesk, { kind: 'refusal' }>
  | { readonly kind: 'refusal'; readonly ok: false; readonly code: 'link-lost'; readonly detail: string };
export type ClosedWhy = Extract<NodeToDesk, { kind: 'closed' }>['why'];

/** What opens desks, and where. */
export interface DeskPass {
  readonly token: string;
  readonly deskUrl: string;
  readonly desks: readonly DeskPlace[];
}

export interface DeskPlace {
  readonly nodeName: string;
  readonly deskUrl: string;
  readonly isDraining: boolean;
}

/** A desk whose node is drained asks so often where else it could be. */
const lookEveryMs = 30_000;
const lost: DeskRefusal = { kind: 'refusal', ok: false, code: 'link-lost', detail: '' };

/**
 * The desk's line to its node: keeps it up, asks and hears the answers, holds the node's last word. Commands that were on
 * their way when the line broke are refused, not repeated: the state that follows says what became of them.
 */
export class DeskLink {
  /** The node's last word; undefined before the first. */
  state = $state.raw<DeskState>();
  /** What carries sound to the node where nothing else does. */
  relay: RelayPass | undefined;
  /** The node ended it for good; undefined while it may come back. */
  closedWhy = $state<ClosedWhy>();
  /** Where else this desk could be; empty while its own node answers and is not drained (B-12). */
  others = $state.raw<readonly DeskPlace[]>([]);
  readonly #socket: LiveSocket;
  readonly #getPass: () => Promise<DeskPass>;
  #pass: DeskPass | undefined;
  #lookedAtMs = 0;
  readonly #asked = new AskedCommands<DeskReply | DeskRefusal>(lost);

  constructor(getPass: () => Promise<DeskPass>) {
    this.#getPass = getPass;
    this.#socket = new LiveSocket({
      url: () => this.#whereTo(),
      onopen: () => this.#socket.send({ kind: 'hello', token: this.#pass?.token ?? '' }),
      onmessage: (data) => this.#receive(data),
      beat: { kind: 'beat' },
    });
  }

  open(): void {
    this.closedWhy = undefined;
    this.#socket.open();
  }

  close(): void {
    this.#socket.close();
    this.#asked.loseAll();
  }

  /** The same desk at another node. */
  moveTo(deskUrl: string): void {
    if (!this.#pass) return;
    this.close();
    this.#pass = { ...this.#pass, deskUrl };
    this.state = undefined;
    this.others = [];
    this.#lookedAtMs = 0;
    this.open();
  }

  /** The portal as the node itself serves it while the centre is away; undefined where this page is of it. */
  get ownPage(): string | undefined {
    if (!this.#pass || !URL.canParse(this.#pass.deskUrl)) return undefined;
    const url = new URL('/desk', this.#pass.deskUrl.replace(/^ws/, 'http'));
    return url.host === location.host ? undefined : url.href;
  }

  get isLive(): boolean {
    return this.#socket.isLive && this.state !== undefined;
  }

  get heardAtMs(): number | undefined {
    return this.#socket.heardAtMs;
  }

  command(command: DeskCommand): Promise<DeskReply | DeskRefusal> {
    return this.#asked.ask((id) => this.#socket.send({ kind: 'command', id, command }));
  }

  /** The pass outlives the centre: a desk whose centre is away comes back to its node with the one it has. */
  async #whereTo(): Promise<string> {
    if (this.#pass) void this.#lookAround(this.#pass);
    this.#pass ??= await this.#getPass();
    return this.#pass.deskUrl;
  }

  /** The node does not answer, or is drained: which others are there, as the centre knows now, or as it knew last. */
  async #lookAround(pass: DeskPass): Promise<void> {
    const { desks } = await this.#getPass().catch(() => pass);
    const others = desks.filter(({ deskUrl }) => deskUrl !== pass.deskUrl);
    if (this.#pass !== pass) return;
    if (!this.isLive) this.others = others;
    else if (this.state?.isDraining) this.others = others.filter(({ isDraining }) => !isDraining);
  }

  #receive(data: unknown): void {
    const parsed = nodeToDeskSchema.safeParse(data);
    // A newer node may say what this page does not know yet: that is no fault of the page.
    if (!parsed.success) return;
    const message = parsed.data;
    switch (message.kind) {
      case 'state':
        now.heard(message.state.atMs);
        this.state = message.state;
        this.#lookFor(message.state);
        break;
      case 'reply':
      case 'refusal':
        this.#asked.settle(message.id, message);
        break;
      case 'beat':
        now.heard(message.atMs);
        break;
      case 'relay':
        this.relay = message.pass;
        break;
      case 'closed':
        this.#closed(message.why);
        break;
    }
  }

  #lookFor({ isDraining, atMs }: DeskState): void {
    if (!isDraining) {
      this.others = [];
      this.#lookedAtMs = 0;
    } else if (this.#pass && atMs - this.#lookedAtMs >= lookEveryMs) {
      this.#lookedAtMs = atMs;
      void this.#lookAround(this.#pass);
    }
  }

  #closed(why: ClosedWhy): void {
    const hadPass = this.#pass !== undefined && this.state !== undefined;
    this.#pass = undefined;
    this.#socket.close();
    this.#asked.loseAll();
    // A token that has served its twelve hours is replaced once; one that was never believed is not asked for again.
    if (why === 'bad-token' && hadPass) this.#socket.open();
    else this.closedWhy = why;
    this.state = undefined;
  }
}
