/** What goes wrong between two ends of a telephone call, each misfortune a scenario of SIPp, played to its end. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { answerOffer } from '../src/sdp/answer-offer.ts';
import type { LocalAudio } from '../src/sdp/audio-terms.ts';
import { makeOffer } from '../src/sdp/make-offer.ts';
import { createSipUserAgent } from '../src/sip/user-agent/create-sip-user-agent.ts';
import type {
  Dialog,
  DialogEnd,
  DialogListener,
  IncomingInvite,
  OutgoingInvite,
  SipUserAgent,
} from '../src/sip/user-agent/sip-user-agent.ts';
import { realClock, realRandom, until } from './real-clock.ts';
import { sdpOf } from './sip-party.ts';
import { asTheScenarioSays, hasSipp, playScenario } from './sipp-runner.ts';

const ours = '127.0.0.74';
const theirs = '127.0.0.75';

/** Ten times as fast, so that a session of a minute and a half expires while one waits. */
const fastClock: Clock = {
  nowMs: () => realClock.nowMs() * 10,
  after: (delayMs, wake) => realClock.after(delayMs / 10, wake),
};

/** Answers each caller by the user part it dials, and each offer as the product does. */
class AnsweringAgent {
  readonly heard: string[] = [];
  readonly agent: SipUserAgent;
  readonly #local: LocalAudio = {
    address: ours,
    port: 30_000,
    codecs: ['PCMU'],
    direction: 'sendrecv',
    sessionId: '1',
    previousSdp: '',
    srtp: { use: 'never', keyOf: () => new Uint8Array() },
  };

  constructor(clock: Clock) {
    this.agent = createSipUserAgent({
      clock,
      random: realRandom,
      product: 'Seatgrid test',
      listen: [{ protocol: 'udp', address: ours, port: 0 }],
      handler: {
        trust: () => ({ kind: 'trusted', peer: 'sipp' }),
        secret: () => undefined,
        onBindings() {},
        onInvite: (invite) => this.#onInvite(invite),
      },
    });
  }

  get target(): string {
    return `${ours}:${this.agent.listening()[0]!.port}`;
  }

  listener(): DialogListener {
    return {
      onReinvite: (sdp) => {
        const outcome = answerOffer(sdp, this.#local);
        this.heard.push(outcome.ok ? `offer ${outcome.negotiated.direction}` : 'offer refused');
        return outcome.ok ? outcome.answer : 488;
      },
      onLateAnswer: (sdp) => this.heard.push(sdp === '' ? 'no late answer' : 'late answer'),
      onRefer: ({ user }, referral) => {
        this.heard.push(`refer ${user}`);
        // Once the first NOTIFY is out.
        realClock.after(100, () => referral.progress(200));
        return 202;
      },
      onEnded: ({ by, reason }: DialogEnd) => this.heard.push(`ended by ${by}${reason ? `: ${reason.text}` : ''}`),
    };
  } // prettier-ignore

  #onInvite(invite: IncomingInvite): void {
    const answered = invite.sdp === '' ? undefined : answerOffer(invite.sdp, this.#local);
    const sdp = answered === undefined ? makeOffer(this.#local) : answered.ok ? answered.answer : '';
    if (invite.requestUser === 'early') invite.progress(183, sdp);
    else invite.progress(180);
    const dialog = invite.accept(sdp, this.listener());
    if (invite.requestUser === 'overlap') void this.#offer(dialog);
  }

  /** Goes out when the ACK is here. */
  async #offer(dialog: Dialog): Promise<void> {
    const outcome = await dialog.reinvite(makeOffer(this.#local));
    this.heard.push(outcome.ok ? 'offer taken' : `offer refused with ${outcome.status}`);
  }
}

describe.skipIf(!hasSipp)('with SIPp as the other side', () => {
  const usual = new AnsweringAgent(realClock);
  const hasty = new AnsweringAgent(fastClock);

  beforeAll(() => Promise.all([usual.agent.start(), hasty.agent.start()]));
  afterEach(() => {
    usual.heard.length = 0;
    hasty.heard.length = 0;
  });
  afterAll(() => Promise.all([usual.agent.close(), hasty.agent.close()]));

  test.each([
    ['a 200 that is lost comes again', 'uac-dropped-200', ['ended by remote']],
    ['offers that collide are both made in the end', 'uac-overlapping-reinvite', ['offer taken', 'ended by remote']],
    ['sound before the answer is acknowledged, then the answer comes', 'uac-early-media', ['ended by remote']],
    ['where nothing is offered, our offer is answered in the ACK', 'uac-late-offer', ['late answer', 'ended by remote']],
    ['hold, in three ways, and back', 'uac-hold', ['offer recvonly', 'offer recvonly', 'offer inactive', 'offer sendrecv', 'ended by remote']],
    ['a refused re-INVITE leaves the call as it was', 'uac-refused-reinvite', ['offer refused', 'ended by remote']],
    ['a CANCEL that crosses the 200 is without effect', 'uac-cancel-crosses-200', ['ended by remote']],
    ['a REFER is told how it goes', 'uac-refer', ['refer 8002', 'ended by remote']],
  ])('%s', async (_, scenario, heard) => {
    expect(await playScenario(scenario, usual.target, ['-i', theirs, '-m', '1', '-nr'])).toEqual(asTheScenarioSays);
    await until('the call to end', () => usual.heard.length >= heard.length);
    expect(usual.heard).toEqual(heard);
  }, 30_000); // prettier-ignore

  test('a session whose signs of life stay away is ended, and its BYE says why', async () => {
    const played = await playScenario('uac-session-expires', hasty.target, ['-i', theirs, '-m', '1', '-nr']);
    expect(played).toEqual(asTheScenarioSays);
    expect(hasty.heard).toEqual(['ended by timeout: Session expired']);
  }, 30_000);

  test.each([
    ['we give up, and their answer comes all the same', 'uas-answers-cancelled', sdpOf(20_000), ['progress 180', 'failed 487']],
    ['we offer nothing, and answer what they offer', 'uas-offers-late', '', ['progress 180', 'late offer', 'answered', 'ended by local']],
    ['their sound before the answer is acknowledged', 'uas-early-media-reliable', sdpOf(20_000), ['progress 183', 'answered', 'ended by local']],
  ])('%s', async (_, scenario, sdp, expected) => {
    const port = String(20_000 + (randomBytes(2).readUInt16BE() % 10_000));
    const played = playScenario(scenario, usual.target, ['-i', theirs, '-p', port, '-m', '1', '-nr']);
    const { heard } = usual;
    const call: OutgoingInvite = usual.agent.invite(
      {
        uri: `sip:sipp@${theirs}:${port}`,
        from: { user: '100', host: ours, displayName: '' },
        sdp,
        ringTimeoutMs: 20_000,
      },
      {
        ...usual.listener(),
        onProgress: ({ status }) => {
          heard.push(`progress ${status}`);
          if (scenario === 'uas-answers-cancelled') call.cancel();
        },
        onLateOffer: () => {
          heard.push('late offer');
          return sdpOf(20_000);
        },
        onAnswered: ({ dialog }) => {
          heard.push('answered');
          dialog.bye();
        },
        onFailed: ({ status }) => heard.push(`failed ${status}`),
      },
    );
    expect(await played).toEqual(asTheScenarioSays);
    expect(heard).toEqual(expected);
  }, 30_000); // prettier-ignore

  test('afterwards no dialog is left', async () => {
    const dialogs = () => [usual, hasty].map(({ agent }) => agent.statistics().dialogs);
    await until('the last dialog to go', () => dialogs().every((count) => count === 0));
  });
});
