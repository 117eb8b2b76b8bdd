/** An outside number dialled for a call, over the first trunk that takes it. Ends once: answered, or failed with a status. */
import { isIP } from 'node:net';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import { familyOf } from '@seatgrid/media/call/family-of.ts';
import type { SipParty } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { TrunkAtNode } from '../trunks/trunk-directory.ts';
import type { WayOut } from '../trunks/ways-out.ts';
import type { Call } from './call.ts';
import { OutgoingSipLeg } from './outgoing-sip-leg.ts';
import { TrunkLeg } from './trunk-leg.ts';

export interface OutsideDialRequest {
  readonly call: Call;
  readonly number: string;
  readonly callerNumber: string;
  /** The rule of whoever dials. */
  readonly way: WayOut;
  readonly ringTimeoutMs: number;
}

export interface OutsideDialListener {
  onRinging(leg: OutgoingSipLeg, hasSound: boolean): void;
  onAnswered(leg: OutgoingSipLeg): void;
  onFailed(outcome: 'busy' | 'no-answer' | 'failed', status: number): void;
}

/** What a further party of a call sees: the number the caller knows this tenant by, unless the agent's rule binds one. */
export function shownNumberOf({ facts }: Call, way: WayOut): string {
  return way.boundNumber ?? (facts.direction === 'inbound' ? facts.toNumber : facts.fromNumber);
}

export class OutsideDial {
  readonly #request: OutsideDialRequest;
  readonly #listener: OutsideDialListener;
  #leg: TrunkLeg | null = null;
  #trunks: TrunkAtNode[] = [];
  #isOver = false;
  #cancelTimer: Cancel = () => {};

  constructor(request: OutsideDialRequest, listener: OutsideDialListener) {
    this.#request = request;
    this.#listener = listener;
  }

  start(): void {
    const { call, way } = this.#request;
    this.#trunks = [...call.services.waysOut.order(way)];
    // Never at once: whoever dials is still busy with it.
    if (this.#trunks.length === 0) this.#cancelTimer = call.after(0, () => this.#fail(503, null));
    else this.#next();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimer();
    if (!this.#leg) return;
    this.#record('no-answer', 487);
    this.#leg.release();
  }

  #next(): void {
    const { call, number, callerNumber, way, ringTimeoutMs } = this.#request;
    const trunk = this.#trunks.shift()!;
    call.services.waysOut.used(way, trunk);
    const { host, port, protocol } = trunk.config.target!;
    const media = call.media.openRtpLeg({
      key: call.sound.nextLegKey('outside'),
      srtp: trunk.config.srtp ?? 'accept',
      ...(isIP(host) === 0 ? {} : { family: familyOf(host) }),
    });
    if (media.kind === 'refused')
      return void (this.#cancelTimer = call.after(0, () => this.#fail(503, trunk)));
    let hasRung = false;
    const leg = new TrunkLeg(media, trunk, {
      onRinging: (ringing, hasSound) =>
        call.run(() => {
          hasRung = true;
          this.#listener.onRinging(ringing, hasSound);
        }),
      onAnswered: (answered) => call.run(() => this.#answered(answered)),
      onFailed: (_failed, status) =>
        call.run(() => {
          if (this.#isOver) return;
          // RFC 3261 §21.5: a server's failure says nothing of the callee, so that the next trunk may be tried.
          if (status >= 500 && status < 600 && !hasRung && this.#trunks.length > 0) this.#next();
          else this.#fail(status, trunk);
        }),
    });
    this.#leg = leg;
    call.record({ kind: 'leg.dialled', callId: call.id, number, callerNumber, trunkId: trunk.id });
    const from: SipParty = {
      user: trunk.writeCaller(callerNumber) || 'anonymous',
      host: call.services.sipHost,
      displayName: '',
    };
    const uriHost = host.includes(':') ? `[${host}]` : host;
    leg.start(call, {
      uri: `sip:${trunk.writeCalled(number).replaceAll('#', '%23')}@${uriHost}:${port}${protocol === 'tcp' ? ';transport=tcp' : ''}`,
      from,
      ringTimeoutMs,
    });
  }

  #answered(leg: OutgoingSipLeg): void {
    if (this.#isOver) return leg.release();
    this.#isOver = true;
    this.#record('answered', 200);
    this.#listener.onAnswered(leg);
  }

  #fail(status: number, trunk: TrunkAtNode | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const outcome =
      status === 486 || status === 600 || status === 603
        ? 'busy'
        : status === 408 || status === 480 || status === 487
          ? 'no-answer'
          : 'failed';
    if (trunk) this.#record(outcome, status);
    this.#listener.onFailed(outcome, status);
  }

  #record(outcome: 'answered' | 'busy' | 'no-answer' | 'failed', status: number): void {
    const { call, number } = this.#request;
    call.record({ kind: 'leg.dial-ended', callId: call.id, number, outcome, status });
  }
}
