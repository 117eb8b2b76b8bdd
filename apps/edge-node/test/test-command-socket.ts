/** A browser without a browser: a socket of the node that takes commands and tells states, and a WebRTC peer for its sound. */
import { WebSocket } from 'ws';
import type { RelayPass } from '@seatgrid/contracts/nouns/relay-pass.ts';
import { TestBrowserPeer } from '@seatgrid/testkit/test-browser-peer.ts';
import { until } from './until.ts';

interface Refused {
  readonly kind: 'refusal';
  readonly id: number;
  readonly ok: false;
  readonly code: string;
  readonly detail: string;
}

type Message<State, Reply> =
  | { readonly kind: 'state'; readonly state: State }
  | (Reply & { readonly kind: 'reply'; readonly id: number })
  | Refused
  | { readonly kind: 'closed'; readonly why: string }
  | { readonly kind: 'relay'; readonly pass: RelayPass }
  | { readonly kind: 'welcome'; readonly relay: RelayPass | null }
  | { readonly kind: 'beat' };

/** About one in a hundred of these peers does not come up on a busy machine. */
const connectMaxMs = 4_000;
const attemptsMax = 3;

export abstract class TestCommandSocket<
  Command extends { readonly kind: string },
  State,
  Reply extends { readonly kind: 'reply'; readonly id: number; readonly answer: string | null },
  Refusal extends Refused,
> {
  state: State | null = null;
  closedWhy: string | null = null;
  /** Sound goes by this alone, where there is one. */
  relay: RelayPass | null = null;
  /** A visitor's hello was answered. */
  isWelcome = false;
  /** How many whole states came. */
  statesSeen = 0;
  sound: TestBrowserPeer | null = null;
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, (reply: Reply | Refusal) => void>();
  #lastId = 0;

  protected constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on('message', (data) => this.#received(JSON.parse(String(data)) as Message<State, Reply>));
    this.#socket.on('error', () => undefined);
    // Who says nothing for long is taken for lost.
    const beats = setInterval(() => this.#send({ kind: 'beat' }), 5_000);
    this.#socket.on('close', () => clearInterval(beats));
  }

  /** The node has closed it, or died. */
  get isCut(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED;
  }

  async hello(token: string): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.once('open', resolve);
      this.#socket.once('error', reject);
    });
    this.#send({ kind: 'hello', token });
    return this;
  }

  command(command: Command): Promise<Reply | Refusal> {
    const id = ++this.#lastId;
    this.#send({ kind: 'command', id, command });
    return new Promise((resolve) => this.#replies.set(id, resolve));
  }

  async done(command: Command): Promise<Reply> {
    const reply = await this.command(command);
    if (reply.kind === 'refusal')
      throw new Error(`${command.kind} was refused: ${reply.code} ${reply.detail}`);
    return reply;
  }

  /** Asked again until it is done, and not so often that the next command would be one too many in its second. */
  async untilDone(command: Command, what: string): Promise<void> {
    await until(what, async () => {
      const { kind } = await this.command(command);
      if (kind === 'refusal') await new Promise((wake) => setTimeout(wake, 200));
      return kind === 'reply';
    });
  }

  async openSound(): Promise<TestBrowserPeer> {
    this.sound?.close();
    this.sound = await TestBrowserPeer.open(this.relay);
    return this.sound;
  }

  /** Takes the node's answer; a peer that does not come up does what a browser does: `again` connects anew. */
  protected async connectSound(answer: string, again: (offer: string) => Promise<string>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (await isUpInTime(this.sound!.accept(answer))) return;
      if (attempt === attemptsMax) throw new Error(`no sound after ${connectMaxMs} ms`);
      answer = await again((await this.openSound()).offerSdp);
    }
  }

  /** The last `durationMs` of what will have been heard here then. */
  async listen(durationMs: number): Promise<Int16Array> {
    const sound = this.sound!;
    const from = sound.heard().length;
    const samples = durationMs * 8;
    await until('sound at a browser', () => sound.heard().length >= from + samples);
    return sound.heard().subarray(from, from + samples);
  }

  close(): void {
    this.sound?.close();
    this.#socket.terminate();
  }

  #send(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #received(message: Message<State, Reply>): void {
    if (message.kind === 'state') {
      this.state = message.state;
      this.statesSeen++;
    } else if (message.kind === 'relay') this.relay = message.pass;
    else if (message.kind === 'welcome') {
      this.relay = message.relay;
      this.isWelcome = true;
    } else if (message.kind === 'closed') this.closedWhy = message.why;
    else if (message.kind !== 'beat') {
      this.#replies.get(message.id)?.(message as Reply | Refusal);
      this.#replies.delete(message.id);
    }
  }
}

function isUpInTime(connecting: Promise<void>): Promise<boolean> {
  return Promise.race([
    connecting.then(() => true),
    new Promise<boolean>((resolve) => void setTimeout(() => resolve(false), connectMaxMs).unref()),
  ]);
}
