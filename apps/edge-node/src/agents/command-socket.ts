/**
 * One browser's WebSocket at the node's door: hello first, then commands, each answered once, and beats. What the commands
 * are, and who may send them, the desk and the supervision sockets say.
 */
import type { RawData, WebSocket } from 'ws';
import type { z } from 'zod';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { deskCommandsPerSecondMax, deskHelloMaxMs, deskSilentMaxMs, deskUnsentBytesMax } from '../limits.ts';
import type { NodeLog } from '../node-log.ts';
import { makeRelayPass, type RelaysAtHand } from './relay-passes.ts';

export interface CommandSocketOptions {
  readonly clock: Clock;
  readonly log: NodeLog;
  /** None where browsers reach the node by themselves. */
  readonly relays: RelaysAtHand | null;
}

type Frame<Command> =
  | { readonly kind: 'hello'; readonly token: string }
  | { readonly kind: 'beat' }
  | { readonly kind: 'command'; readonly id: number; readonly command: Command };

export abstract class CommandSocket<Command extends { readonly kind: string }> {
  protected readonly socket: WebSocket;
  readonly #options: CommandSocketOptions;
  readonly #schema: z.ZodType<Frame<Command>>;
  /** Settles once the token was looked at; commands sent close behind the hello wait for it. */
  #greeting: Promise<void> | null = null;
  #cancelWatch: Cancel;
  #cancelPass: Cancel = () => {};
  #commandsInSecond = 0;
  #secondBegan = 0;

  constructor(
    socket: WebSocket,
    options: CommandSocketOptions,
    schema: z.ZodType<Frame<Command>>,
    onGone: () => void,
  ) {
    this.socket = socket;
    this.#options = options;
    this.#schema = schema;
    this.#cancelWatch = options.clock.after(deskHelloMaxMs, () => socket.terminate());
    socket.on('message', (data, isBinary) => this.#received(data, isBinary));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#cancelWatch();
      this.#cancelPass();
      this.gone();
      onGone();
    });
  }

  /** Looks at the token; closes the socket where it is not believed. */
  protected abstract greet(token: string): Promise<void>;
  /** The reply or refusal, but for its id; undefined where nobody is greeted. */
  protected abstract perform(command: Command): Promise<object | undefined>;
  protected abstract gone(): void;

  protected sendJson(message: object): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    if (!this.isOpen) return;
    // A browser that does not read is gone; it comes back and is told everything anew.
    if (this.socket.bufferedAmount > deskUnsentBytesMax) return this.socket.terminate();
    this.socket.send(text);
  }

  /** To whoever was believed; replaced while it still has half its time. */
  protected tellRelay(bearer: string): void {
    const { relays, clock } = this.#options;
    if (!relays || !this.isOpen) return;
    this.sendJson({ kind: 'relay', pass: makeRelayPass(relays, bearer, clock.nowMs()) });
    this.#cancelPass = clock.after(500 * relays.seconds, () => this.tellRelay(bearer));
  }

  protected get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  protected closeWith(why: string): void {
    this.sendJson({ kind: 'closed', why });
    this.socket.close(4_000, why);
  }

  goAway(): void {
    this.socket.close(1_001);
  }

  #received(data: RawData, isBinary: boolean): void {
    const frame = isBinary ? undefined : this.#parse(String(data));
    if (!frame) return this.socket.close(1_008, 'malformed');
    if (!this.#greeting) {
      if (frame.kind !== 'hello') return this.socket.close(1_008, 'hello first');
      this.#greeting = this.greet(frame.token).then(() => {
        if (this.isOpen) this.#watch();
      });
      return;
    }
    this.#watch();
    if (frame.kind === 'beat') this.sendJson({ kind: 'beat', atMs: this.#options.clock.nowMs() });
    else if (frame.kind === 'malformed') this.#refuse(frame.id, 'malformed', frame.detail);
    else if (frame.kind === 'command') void this.#command(frame.id, frame.command);
  }

  async #command(id: number, command: Command): Promise<void> {
    await this.#greeting;
    if (this.#isTooFast()) return this.#refuse(id, 'malformed', 'too many commands');
    try {
      const answer = await this.perform(command);
      if (answer) this.sendJson({ id, ...answer });
    } catch (error) {
      this.#options.log.error(
        { err: error, command: command.kind },
        'a command from a browser failed by our own mistake',
      );
      this.#refuse(id, 'not-available', 'the node made a mistake');
    }
  }

  #refuse(id: number, code: 'malformed' | 'not-available', detail: string): void {
    this.sendJson({ kind: 'refusal', id, ok: false, code, detail });
  }

  #isTooFast(): boolean {
    const second = Math.floor(this.#options.clock.nowMs() / 1_000);
    if (second !== this.#secondBegan) {
      this.#secondBegan = second;
      this.#commandsInSecond = 0;
    }
    return ++this.#commandsInSecond > deskCommandsPerSecondMax;
  }

  #watch(): void {
    this.#cancelWatch();
    this.#cancelWatch = this.#options.clock.after(deskSilentMaxMs, () => this.socket.terminate());
  }

  #parse(
    text: string,
  ):
    | Frame<Command>
    | { readonly kind: 'malformed'; readonly id: number; readonly detail: string }
    | undefined {
    let input: unknown;
    try {
      input = JSON.parse(text);
    } catch {
      return undefined;
    }
    const parsed = this.#schema.safeParse(input);
    if (parsed.success) return parsed.data;
    const id = (input as { id?: unknown } | null)?.id;
    if (typeof id !== 'number' || !Number.isInteger(id)) return undefined;
    const [issue] = parsed.error.issues;
    return { kind: 'malformed', id, detail: `${issue?.path.join('.')}: ${issue?.message}` };
  }
}
