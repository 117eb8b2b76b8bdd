import { liveBeatMs } from '@seatgrid/contracts/realtime/frames.ts';
import { browserClock } from './browser-clock.ts';

/** Three beats, and what one may be late. */
const silenceMaxMs = liveBeatMs * 3 + 200;
const retryFirstMs = 500;
const retryMaxMs = 10_000;

export interface LiveSocketPlan {
  /** Where to, asked before every attempt; a failure counts as one. */
  readonly url: () => string | Promise<string>;
  readonly onopen?: () => void;
  readonly onmessage: (data: unknown) => void;
  /** Sent again and again, so that the far end sees this one live. */
  readonly beat?: unknown;
}

/**
 * A JSON WebSocket that comes back by itself. `isLive` turns false when it is closed, and when nothing was heard for as
 * long as three beats take: a socket can look open long after its far end is gone.
 */
export class LiveSocket {
  isLive = $state(false);
  /** When the far end was last heard, by this computer's clock; undefined before the first word. */
  heardAtMs = $state.raw<number>();
  readonly #plan: LiveSocketPlan;
  #socket: WebSocket | undefined;
  #isWanted = false;
  #attempts = 0;
  #cancels = new Set<() => void>();
  #cancelSilence = () => {};

  constructor(plan: LiveSocketPlan) {
    this.#plan = plan;
  }

  open(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    void this.#connect();
  }

  close(): void {
    this.#isWanted = false;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    this.#cancelSilence();
    this.#socket?.close();
    this.#socket = undefined;
    this.isLive = false;
  }

  /** False when there is nobody to send to. */
  send(message: unknown): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  async #connect(): Promise<void> {
    let url: string;
    try {
      url = await this.#plan.url();
    } catch {
      this.#retry();
      return;
    }
    if (!this.#isWanted) return;
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#heard();
      this.#plan.onopen?.();
      this.#keepBeating(socket);
    });
    socket.addEventListener('message', (event) => {
      this.#attempts = 0;
      this.#heard();
      this.#plan.onmessage(JSON.parse(String(event.data)));
    });
    socket.addEventListener('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#cancelSilence();
      this.isLive = false;
      this.#retry();
    });
  }

  #heard(): void {
    this.isLive = true;
    this.heardAtMs = browserClock.nowMs();
    this.#cancelSilence();
    this.#cancelSilence = browserClock.after(silenceMaxMs, () => {
      this.isLive = false;
      this.#socket?.close();
    });
  }

  #keepBeating(socket: WebSocket): void {
    const { beat } = this.#plan;
    if (beat === undefined) return;
    this.#later(liveBeatMs, () => {
      if (this.#socket !== socket) return;
      this.send(beat);
      this.#keepBeating(socket);
    });
  }

  /** Waits longer each time and never the same as its neighbours: a centre that comes back is not met by all desks at once. */
  #retry(): void {
    if (!this.#isWanted) return;
    const ceiling = Math.min(retryMaxMs, retryFirstMs * 2 ** this.#attempts++);
    const chance = (crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) / 65_536;
    this.#later(ceiling / 2 + (chance * ceiling) / 2, () => void this.#connect());
  }

  #later(delayMs: number, wake: () => void): void {
    const cancel = browserClock.after(delayMs, () => {
      this.#cancels.delete(cancel);
      wake();
    });
    this.#cancels.add(cancel);
  }
}

/** The address of a WebSocket on the page's own origin. */
export function ownSocketUrl(path: string): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
}
