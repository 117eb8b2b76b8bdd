/**
 * A supervisor at this node who takes part in the call of an agent at another: two legs, the supervisor's own and the one to that node, which
 * hear each other and nothing else. What the supervisor hears, and who hears them, is decided where the call is; how it stands is told from there.
 */
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type {
  InspectionState,
  SupervisionAct,
  SupervisionState,
} from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { EarWord } from '@seatgrid/contracts/visit/ear-words.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { LegKey, MediaCall, MediaCallListener } from '@seatgrid/media/call/media-engine.ts';
import type { OutgoingInvite, OutgoingInviteRequest } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { BrowserLeg } from '../calls/browser-leg.ts';
import { deafListener, type CallLeg } from '../calls/call-leg.ts';
import type { CallServices } from '../calls/call-services.ts';
import { OutgoingSipLeg } from '../calls/outgoing-sip-leg.ts';
import { ringPhoneAt } from '../calls/phone-fork.ts';
import { earAnswerMs, inspectionRingTimeoutMs, visitUnheardMs } from '../limits.ts';
import { phoneToRing } from '../supervision/phone-to-ring.ts';
import {
  done,
  refuse,
  supervisionOfStatus,
  type SupervisionOutcome,
} from '../supervision/supervision-outcome.ts';
import type { Supervisor } from '../supervision/supervisor.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { VisitPlace } from '../visits/visit-terms.ts';
import { wayToHost } from '../visits/way-to-host.ts';
import { FarEarLeg, type EarListener } from './far-ear-leg.ts';

type EndedWhy = NonNullable<SupervisionState['endedWhy']>;

const given: SupervisionOutcome = refuse('no-call', 'it was given up');

export class FarEar implements EarListener, MediaCallListener {
  readonly key: string;
  readonly services: CallServices;
  readonly tenant: TenantAtNode;
  readonly agentId: AgentId;
  inspection: InspectionState | null = null;
  isRinging = false;
  readonly #supervisor: Supervisor;
  #media: MediaCall | null = null;
  #near: CallLeg | null = null;
  #far: FarEarLeg | null = null;
  #hasBegun = false;
  #isOver = false;
  #toldWhy: EndedWhy | null = null;
  /** Whoever waits for the other node's answer. */
  #settle: (outcome: SupervisionOutcome) => void = () => {};
  /** A line that was never heard cannot fall silent. */
  readonly #heard = new Set<LegKey>();

  constructor(services: CallServices, supervisor: Supervisor, agentId: AgentId) {
    this.key = `ear-${services.ids.next<'match'>()}`;
    this.services = services;
    this.tenant = supervisor.tenant;
    this.agentId = agentId;
    this.#supervisor = supervisor;
    supervisor.far = this;
    supervisor.endedWhy = null;
    services.ears.opened(this);
  }

  async listenByBrowser(offer: string): Promise<SupervisionOutcome> {
    const reached = await this.#reach();
    if (!reached.ok) return this.#giveUp(reached);
    const near = await this.#media!.openWebrtcLeg(offer, { key: 'supervisor' });
    if (near.kind === 'refused') return this.#giveUp(refuse('media-refused', near.detail));
    if (this.#isOver) {
      near.close();
      return given;
    }
    this.#near = new BrowserLeg(near);
    this.#begin();
    return { ok: true, answer: near.answerSdp };
  }

  /** It rings once the agent's node has a place for it. */
  async listenByPhone(extension: string): Promise<SupervisionOutcome> {
    const phone = phoneToRing(this.services, this.tenant, extension, this.agentId);
    if (!phone) return this.#giveUp(refuse('not-available', 'this desk phone cannot be rung now'));
    const reached = await this.#reach();
    if (!reached.ok) return this.#giveUp(reached);
    const media = this.#media!.openRtpLeg({
      key: 'supervisor',
      natAddress: phone.binding.flow.address,
      srtp: this.tenant.secrets.get(extension)?.srtp ?? 'accept',
    });
    if (media.kind === 'refused') return this.#giveUp(refuse('media-refused', media.detail));
    const leg = new OutgoingSipLeg(media, {
      onRinging() {},
      onAnswered: () => this.run(() => this.#begin()),
      onFailed: () => this.run(() => this.end('no-answer')),
    });
    this.#near = leg;
    this.isRinging = true;
    ringPhoneAt(this, leg, {
      ...phone,
      extension,
      isAutoAnswer: true,
      ringTimeoutMs: inspectionRingTimeoutMs,
      from: this.#agentAsCaller(),
    });
    this.#supervisor.changed();
    return done;
  }

  ask(act: SupervisionAct): Promise<SupervisionOutcome> {
    if (act.kind === 'leave') {
      this.end('left');
      return Promise.resolve(done);
    }
    const far = this.#hasBegun ? this.#far : null;
    if (!far) return Promise.resolve(refuse('wrong-state', 'you listen to no call yet'));
    return new Promise((settle) =>
      far.say({ kind: 'act', act }, (status) => settle(supervisionOfStatus(status))),
    );
  }

  hear(word: EarWord): number {
    if (word.kind !== 'state') return 400;
    // Its end is that of the dialog, which follows.
    if (!word.inspection) this.#toldWhy = word.endedWhy;
    else {
      const shiftMs = this.services.clock.nowMs() - word.atMs;
      const { sinceMs, joinsAtMs } = word.inspection;
      this.inspection = {
        ...word.inspection,
        sinceMs: sinceMs + shiftMs,
        joinsAtMs: joinsAtMs === null ? null : joinsAtMs + shiftMs,
      };
      this.#supervisor.changed();
    }
    return 200;
  }

  end(why: EndedWhy): void {
    if (this.#isOver) return;
    this.#close();
    this.#supervisor.endedWhy = why;
    this.#supervisor.changed();
  }

  /** Of its legs: no call's ladder is theirs. */
  invite(request: OutgoingInviteRequest, leg: OutgoingSipLeg): OutgoingInvite {
    return this.services.sip.invite(request, leg);
  }

  after(delayMs: number, wake: () => void): Cancel {
    return this.services.clock.after(delayMs, () => this.run(wake));
  }

  /** A mistake of ours costs this listening only. */
  run(work: () => void): void {
    if (this.#isOver) return;
    try {
      work();
    } catch (error) {
      this.services.log.error({ err: error }, 'a supervisor’s ear failed by our own mistake');
      this.end('sound-lost');
    }
  }

  // What the engine reports

  onHeard({ leg }: { readonly leg: LegKey }): void {
    this.#heard.add(leg);
  }

  onSilent({ leg, cause }: Parameters<MediaCallListener['onSilent']>[0]): void {
    const isQuiet = cause === 'no-packets' && (!this.#heard.has(leg) || this.#near?.isHolding === true);
    if (!isQuiet) this.end('sound-lost');
  }

  onFailed(): void {
    this.end('sound-lost');
  }

  /** The engine itself passes keys on that come with the sound. */
  onDigit(): void {}
  onRecorded(): void {}

  /** The node that has the agent is found, and dialled. */
  async #reach(): Promise<SupervisionOutcome> {
    const { ears } = this.services;
    const outcome = await ears.seek(this.#supervisor, this.agentId, 'listen');
    if (this.#isOver) return given;
    if (outcome.kind !== 'kept')
      return outcome.kind === 'refused' ? { ok: false, ...outcome } : refuse('wrong-state', outcome.kind);
    return this.#dial(outcome.at);
  }

  #dial(place: VisitPlace): SupervisionOutcome | Promise<SupervisionOutcome> {
    const { media: engine, log, sipHost } = this.services;
    const media = engine.openCall(this.key, this);
    if (media.kind === 'refused') return refuse('media-refused', media.detail);
    this.#media = media;
    const srtp = place.fingerprint === null ? 'accept' : 'require';
    const sound = media.openRtpLeg({ key: 'node', srtp });
    if (sound.kind === 'refused') return refuse('media-refused', sound.detail);
    return new Promise((settle) => {
      this.#settle = settle;
      const far = new FarEarLeg(
        sound,
        { ear: this, log },
        {
          onRinging() {},
          onAnswered: () => settle(done),
          onFailed: (_leg, status) => settle(supervisionOfStatus(status)),
        },
      );
      this.#far = far;
      far.listener = { ...deafListener, onGone: (_leg, by) => this.run(() => this.end(this.#whyGone(by))) };
      far.start(this, {
        ...wayToHost(place),
        from: { user: 'ear', host: sipHost, displayName: '' },
        ringTimeoutMs: earAnswerMs,
        silenceTimeoutMs: visitUnheardMs,
      });
    });
  }

  #whyGone(by: 'remote' | 'timeout' | 'transport'): EndedWhy {
    return this.#toldWhy ?? (by === 'remote' ? 'call-over' : 'node-lost');
  }

  #begin(): void {
    const near = this.#near!;
    const far = this.#far!;
    near.listener = {
      onHold: ({ isHolding }) => far.say({ kind: 'hold', isHolding }),
      onDigit: (_leg, digit) => far.media.sendDigits(digit),
      onGone: (_leg, by) => this.run(() => this.end(by === 'remote' ? 'left' : 'sound-lost')),
    };
    this.#hasBegun = true;
    this.isRinging = false;
    this.#media!.setHears([
      { leg: near.key, hears: [far.key] },
      { leg: far.key, hears: [near.key] },
    ]);
    far.say({ kind: 'begin' });
    this.#supervisor.changed();
  }

  /** What the supervisor's phone shows: who is listened to. */
  #agentAsCaller() {
    const agent = this.tenant.agents.get(this.agentId);
    return {
      user: agent?.extension ?? 'anonymous',
      host: this.services.sipHost,
      displayName: agent?.name ?? '',
    };
  }

  #giveUp(outcome: SupervisionOutcome): SupervisionOutcome {
    if (!this.#isOver) this.#close();
    return outcome;
  }

  #close(): void {
    this.#isOver = true;
    this.#settle(given);
    this.#far?.release();
    this.#near?.release();
    this.#media?.close();
    this.inspection = null;
    this.isRinging = false;
    this.services.ears.closed(this);
    if (this.#supervisor.far === this) this.#supervisor.far = null;
  }
}
