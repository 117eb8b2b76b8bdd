/** A node with a caller on its trunk and an outside number behind it: what tests of whole calls stand on. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PromptId } from '@seatgrid/core/kernel/ids.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import { plainSpeech } from '@seatgrid/core/spoken/speech-settings.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import { readTelephoneWav } from '@seatgrid/media/audio/wav.ts';
import type { Dialog } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { soundLikeness } from '@seatgrid/testkit/sound-likeness.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import type { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { ownVoice } from '../src/speech/own-voice.ts';
import { createSynthesiser, type Synthesiser, type Voice } from '../src/speech/synthesiser.ts';
import { FixtureConfig, newId, plainRule, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { callerHz, outsideHz, toneOf } from './tones.ts';
import { until } from './until.ts';

export interface OutsideLeg {
  readonly dialog: Dialog;
  readonly rtp: TestRtpPeer;
  readonly number: string;
  readonly from: string;
}

export class TelephoneSide {
  readonly fixture = new FixtureConfig();
  node!: NodeProcess;
  phone!: TestPhone;
  outside!: TestPhone;
  /** The one rung last, and all of them. */
  outsideLeg: OutsideLeg | null = null;
  readonly outsideLegs: OutsideLeg[] = [];
  /** Numbers outside that are busy just now. */
  readonly busyOutside = new Set<string>();
  outsideEnded = 0;
  #synthesiser!: Synthesiser;
  #desks: TestDesk[] = [];
  #calls: PhoneCall[] = [];

  /** `configure` fills the fixture before the node starts. */
  static async start(
    configure: (fixture: FixtureConfig) => void,
    environment: Record<string, string> = {},
    program?: string,
  ): Promise<TelephoneSide> {
    const side = new TelephoneSide();
    side.outside = await TestPhone.open({
      address: '127.0.0.4',
      onRung(invite, rtp) {
        if (side.busyOutside.has(invite.requestUser)) return invite.reject(486);
        invite.progress(180);
        const dialog = invite.accept(rtp.sdp(), {
          onReinvite: () => rtp.sdp(),
          onEnded: () => side.outsideEnded++,
        });
        rtp.connect(invite.sdp);
        rtp.speak(toneOf(outsideHz));
        side.outsideLeg = { dialog, rtp, number: invite.requestUser, from: invite.from.user };
        side.outsideLegs.push(side.outsideLeg);
      },
    });
    side.fixture.trunk({
      sources: ['127.0.0.2', '127.0.0.4'],
      target: { host: '127.0.0.4', port: side.outside.sipPort },
    });
    configure(side.fixture);
    side.node = await NodeProcess.start(side.fixture, environment, { program });
    side.#synthesiser = createSynthesiser({ folder: join(side.node.folder, 'speech-of-the-test') });
    side.phone = await TestPhone.open({ address: '127.0.0.2' });
    return side;
  }

  /** A caller who sounds like a caller. */
  async ring(number: string, from = '13800138000'): Promise<PhoneCall> {
    const call = await this.phone.ring({ host: nodeAddress, port: this.node.sipPort, number, from });
    call.rtp.speak(toneOf(callerHz));
    this.#calls.push(call);
    return call;
  }

  async ready(tenant: FixtureTenant, agentIndex = 0): Promise<TestDesk> {
    return this.track(await TestDesk.ready(this.node, tenant, agentIndex));
  }

  /** Signed out when the test is over. */
  track(desk: TestDesk): TestDesk {
    this.#desks.push(desk);
    return desk;
  }

  /** The samples of a text as the node speaks it. */
  speech(text: string, locale: Locale): Promise<Int16Array> {
    return this.speechBy(text, ownVoice('espeak-ng', plainSpeech.voices[locale]));
  }

  async speechBy(text: string, voice: Voice): Promise<Int16Array> {
    const wav = readTelephoneWav(readFileSync(await this.#synthesiser.speak(text, voice)));
    if (!wav.ok) throw new Error(wav.failure.detail);
    return wav.value;
  }

  /** Until the text was heard by the caller, whole. Looks at each stretch of what comes in once. */
  async untilSaid(call: PhoneCall, text: string, locale: Locale, deadlineMs = 20_000): Promise<void> {
    await this.untilHeard(call, await this.speech(text, locale), { text, deadlineMs });
  }

  /** The same of a sound. */
  async untilHeard(
    call: PhoneCall,
    known: Int16Array,
    { text, deadlineMs = 20_000 }: { readonly text: string; readonly deadlineMs?: number },
  ): Promise<void> {
    const endsAtMs = performance.now() + deadlineMs;
    let lookedTo = 0;
    for (;;) {
      const heard = call.rtp.heard();
      if (isMostlyIn(heard.subarray(Math.max(0, lookedTo - known.length)), known)) return;
      lookedTo = heard.length;
      // A line that has nothing to say sends nothing: then the end of what came is looked at.
      const pauseEndsMs = performance.now() + stretchMs;
      const hasMore = () =>
        call.rtp.heard().length > lookedTo + stretchMs * 8 || performance.now() > pauseEndsMs;
      await call.rtp.until(hasMore, endsAtMs - performance.now(), `"${text}"`);
    }
  }

  async wasSaid(call: PhoneCall, text: string, locale: Locale): Promise<boolean> {
    return isIn(call.rtp.heard(), await this.speech(text, locale));
  }

  /** Every call over, every desk closed. */
  async settle(): Promise<void> {
    for (const call of this.#calls.splice(0)) call.hangUp();
    for (const { dialog } of this.outsideLegs.splice(0)) dialog.bye();
    this.outsideLeg = null;
    await this.node.written();
    await until(
      'every call to be over',
      () => this.node.eventsOf('call.started').length === this.node.eventsOf('call.ended').length,
    );
    for (const desk of this.#desks.splice(0)) {
      await until(
        'the agent to be free',
        () => !['reserved', 'talking'].includes(desk.state!.presence.state),
      );
      await desk.command({ kind: 'sign-out' });
      desk.close();
    }
  }

  async reconfigure(): Promise<void> {
    const { node } = this;
    node.fixture.generation++;
    node.writeConfig();
    node.reload();
    await until('the new generation', () => node.stderr.includes(`"generation":${node.fixture.generation}`));
  }

  async close(): Promise<void> {
    this.#synthesiser?.close();
    await this.phone?.close();
    await this.outside?.close();
    await this.node?.close();
  }
}

/** A further number of a tenant, with a rule of its own. */
export function numberWith(
  tenant: FixtureTenant,
  number: string,
  step: NextStep,
  hours: { readonly workingTime: TenantRule['workingTime']; readonly offDuty: NextStep } = {
    workingTime: [],
    offDuty: step,
  },
): void {
  const did = { id: newId<'did'>(), number, siteId: null };
  tenant.config.dids.push(did);
  tenant.config.rules.push({
    id: newId<'inbound-rule'>(),
    ...plainRule,
    name: `Rule ${number}`,
    didIds: [did.id],
    workingTime: hours.workingTime,
    onDuty: step as never,
    offDuty: hours.offDuty as never,
  });
}

type TenantRule = FixtureTenant['config']['rules'][number];

/** A sound file of a tenant, laid where the node keeps them. */
export function promptFile(tenant: FixtureTenant, wav: Uint8Array, durationMs: number): PromptFileAtHand {
  const sha256 = createHash('sha256').update(wav).digest('hex');
  const id = newId<'prompt'>();
  tenant.audio.set(sha256, wav);
  tenant.config.prompts.push({ id, name: sha256.slice(0, 8), kind: 'prompt', sha256, octets: wav.length, durationMs });
  return { id, sha256, wav };
} // prettier-ignore

export interface PromptFileAtHand {
  readonly id: PromptId;
  readonly sha256: string;
  readonly wav: Uint8Array;
}

export function layPrompts(node: NodeProcess, prompts: readonly PromptFileAtHand[]): void {
  mkdirSync(join(node.folder, 'prompts'), { recursive: true });
  for (const { sha256, wav } of prompts) writeFileSync(join(node.folder, 'prompts', `${sha256}.wav`), wav);
}

const stretchMs = 500;

function isIn(heard: Int16Array, known: Int16Array): boolean {
  return soundLikeness(heard, known) > 0.8;
}

/** A starved machine may throw a moment of a sentence away: what is before it and what is after then lie apart. */
function isMostlyIn(heard: Int16Array, known: Int16Array): boolean {
  if (isIn(heard, known)) return true;
  const third = Math.ceil(known.length / 3);
  return [0, 1, 2].filter((at) => isIn(heard, known.subarray(at * third, (at + 1) * third))).length >= 2;
}
