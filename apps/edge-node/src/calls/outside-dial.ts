/**
 * An outside number dialled for a call, over the first trunk that takes it, and of its servers the first that does. Each attempt is in
 * the record. Ends once: answered, or failed with a status.
 */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import { dialFailureOf, statusOfTone } from '@seatgrid/core/flows/dial-result.ts';
import { blamesTrunk } from '@seatgrid/core/numbers/trunk-health.ts';
import { familyOf } from '@seatgrid/media/call/family-of.ts';
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type { RecognisedTone } from '@seatgrid/media/audio/progress/tone-recogniser.ts';
import type { SipDiversion, SipFlow, SipParty } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { lineTones, type LineTone } from '@seatgrid/contracts/journal/journal-event.ts';
import { failedDialMs, trunkSilenceMs } from '../limits.ts';
import type { TrunkAtNode } from '../trunks/trunk-directory.ts';
import type { WayOut } from '../trunks/ways-out.ts';
import type { Call } from './call.ts';
import { lineIsDead } from './leg-reports.ts';
import type { OutgoingLegListener, OutgoingSipLeg } from './outgoing-sip-leg.ts';
import { TrunkLeg, type TrunkWay } from './trunk-leg.ts';

export interface OutsideDialRequest {
  readonly call: Call;
  readonly number: string;
  readonly callerNumber: string;
  /** The rule of whoever dials. */
  readonly way: WayOut;
  readonly ringTimeoutMs: number;
  /** Of another node that is reached so (B-06). */
  readonly openLeg?: (media: RtpLeg, way: TrunkWay, progress: OutgoingLegListener) => TrunkLeg;
}

type FailedOutcome = 'busy' | 'no-answer' | 'failed';

interface DialEnd {
  readonly status: number;
  /** The line said it by its sound alone. */
  readonly tone?: LineTone;
}

export interface OutsideDialListener {
  onRinging(leg: OutgoingSipLeg, hasSound: boolean): void;
  onAnswered(leg: OutgoingSipLeg): void;
  onFailed(outcome: FailedOutcome, status: number): void;
}

/** What a further party of a call sees: the number the caller knows this tenant by, unless the agent's rule binds one. */
export function shownNumberOf({ facts }: Call, way: WayOut): string {
  return way.boundNumber ?? (facts.direction === 'inbound' ? facts.toNumber : facts.fromNumber);
}

export class OutsideDial {
  readonly #request: OutsideDialRequest;
  readonly #listener: OutsideDialListener;
  #leg: TrunkLeg | null = null;
  /** The present one first, with those of its servers that are left. */
  #trunks: TrunkAtNode[] = [];
  #servers: SipFlow[] = [];
  /** The one of the present attempt. */
  #trunk: TrunkAtNode | null = null;
  #untilMs = 0;
  #isOver = false;
  #cancelTimer: Cancel = () => {};

  constructor(request: OutsideDialRequest, listener: OutsideDialListener) {
    this.#request = request;
    this.#listener = listener;
  }

  start(): void {
    const { call, way, ringTimeoutMs } = this.#request;
    this.#untilMs = call.services.clock.nowMs() + ringTimeoutMs;
    this.#trunks = [...call.services.waysOut.order(way)];
    this.#servers = serversOf(this.#trunks[0]);
    // Never at once: whoever dials is still busy with it, and may dial again.
    if (!this.#next()) this.#cancelTimer = call.after(failedDialMs, () => this.#fail({ status: 503 }));
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimer();
    if (!this.#leg) return;
    this.#record('no-answer', { status: 487 });
    this.#leg.release();
  }

  /** Nothing here waits for names: a trunk whose servers are not known is none at the moment. */
  #nextWay(): TrunkWay | undefined {
    const { waysOut } = this.#request.call.services;
    for (;;) {
      const [trunk] = this.#trunks;
      if (!trunk) return undefined;
      // Calls of others may have filled it since, and a new generation may have taken its target.
      const { location } = trunk.way;
      const server = waysOut.isFree(trunk) ? this.#servers.shift() : undefined;
      if (server && location) return { trunk, location, server };
      this.#trunks.shift();
      this.#servers = serversOf(this.#trunks[0]);
    }
  }

  /** False where there is no further trunk, or no time for it. */
  #next(): boolean {
    const { call, number, callerNumber, way } = this.#request;
    const leftMs = this.#untilMs - call.services.clock.nowMs();
    const next = leftMs > 0 ? this.#nextWay() : undefined;
    if (!next) return false;
    const { trunk, server } = next;
    call.services.waysOut.used(way, trunk);
    const media = call.media.openRtpLeg({
      key: call.sound.nextLegKey('outside'),
      srtp: trunk.config.srtp,
      family: familyOf(server.address),
      recognisesTones: trunk.config.toneCountry ?? call.tenant.config.toneCountry ?? true,
    });
    if (media.kind === 'refused') return false;
    let hasRung = false;
    const { openLeg = (...parts) => new TrunkLeg(...parts) } = this.#request;
    const leg = openLeg(media, next, {
      onRinging: (ringing, hasSound) =>
        call.run(() => {
          hasRung = true;
          this.#listener.onRinging(ringing, hasSound);
        }),
      onAnswered: (answered) => call.run(() => this.#answered(answered)),
      onFailed: (_failed, status) => call.run(() => this.#attemptFailed({ status }, hasRung)),
    });
    call.sound.whenTone(leg, (tone) => call.run(() => this.#toneHeard(leg, tone)));
    this.#leg = leg;
    this.#trunk = trunk;
    call.record({ kind: 'leg.dialled', callId: call.id, number, callerNumber, trunkId: trunk.id });
    const from: SipParty = {
      user: trunk.writeCaller(callerNumber) || 'anonymous',
      // A carrier that knows us by an account looks for it under its own domain.
      host: trunk.config.account ? trunk.domain : call.services.sipHost,
      displayName: '',
    };
    leg.start(call, {
      uri: trunk.uri(trunk.writeCalled(number)),
      server,
      routes: trunk.way.routes,
      peer: trunk.id,
      from,
      diversions: this.#diversions(trunk),
      ringTimeoutMs: leftMs,
      silenceTimeoutMs: trunkSilenceMs,
    });
    return true;
  }

  #attemptFailed(end: DialEnd, hasRung: boolean): void {
    if (this.#isOver) return;
    const { status } = end;
    if (hasRung || !blamesTrunk(status) || !this.#hasTimeLeft()) return this.#fail(end);
    this.#record('failed', end);
    this.#trunk = null;
    if (!blamesServer(status)) this.#servers = [];
    if (!this.#next()) this.#fail(end);
  }

  /** A carrier without signalling of its own says by tone what others say by status; a line that rang may still be found busy. */
  #toneHeard(leg: TrunkLeg, heard: RecognisedTone): void {
    const status = statusOfTone(heard);
    const tone = lineTones.find((one) => one === heard);
    if (status === undefined || !tone) return;
    if (leg.isAnswered)
      return heard === 'information' ? undefined : lineIsDead(this.#request.call, leg, heard);
    if (this.#isOver || leg !== this.#leg) return;
    leg.release();
    this.#attemptFailed({ status, tone }, false);
  }

  #hasTimeLeft(): boolean {
    return this.#request.call.services.clock.nowMs() < this.#untilMs;
  }

  /** A caller who is sent to the outside was for one of our numbers: the carrier sees why it is not the one who calls. */
  #diversions(trunk: TrunkAtNode): readonly SipDiversion[] {
    const { call, openLeg } = this.#request;
    const { facts, services } = call;
    if (facts.direction !== 'inbound' || openLeg) return [];
    const user = trunk.writeCaller(facts.toNumber);
    return [{ from: { user, host: services.sipHost, displayName: '' }, cause: 302 }];
  }

  #answered(leg: OutgoingSipLeg): void {
    if (this.#isOver) return leg.release();
    this.#isOver = true;
    this.#record('answered', { status: 200 });
    this.#listener.onAnswered(leg);
  }

  #fail(end: DialEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const outcome = outcomeOf(end.status);
    this.#record(outcome, end);
    this.#listener.onFailed(outcome, end.status);
  }

  /** How the present attempt ended, where there is one. */
  #record(outcome: 'answered' | FailedOutcome, end: DialEnd): void {
    const { call, number } = this.#request;
    if (!this.#trunk) return;
    const trunkId = this.#trunk.id;
    call.record({ kind: 'leg.dial-ended', callId: call.id, number, trunkId, outcome, ...end });
  }
}

function serversOf(trunk: TrunkAtNode | undefined): SipFlow[] {
  return [...(trunk?.way.location?.order() ?? [])];
}

/** RFC 3263 §4.3: silence, no way there and 503 are one server's own; any other failure is the carrier's. */
function blamesServer(status: number): boolean {
  return status === 408 || status === 503;
}

function outcomeOf(status: number): FailedOutcome {
  const failure = dialFailureOf(status);
  return failure === 'busy' || failure === 'no-answer' ? failure : 'failed';
}
