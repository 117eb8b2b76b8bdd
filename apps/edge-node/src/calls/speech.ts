/**
 * Turns what a flow or queue says into files the media engine can play: stored prompts, and texts spoken by synthesis: by the
 * chosen voice beforehand or now, by espeak-ng where that fails or takes too long. What cannot be had at all becomes a moment of
 * silence and a warning, since a missing prompt must not cost the caller the call.
 */
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import { locales, pickText } from '@seatgrid/core/kernel/locale.ts';
import type { PromptId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import { expandSpeech } from '@seatgrid/core/flows/expand-text.ts';
import type { FlowVariables } from '@seatgrid/core/flows/flow-value.ts';
import type { Utterance } from '@seatgrid/core/flows/step-field.ts';
import type { SpokenUtterance } from '@seatgrid/core/flows/flow-effect.ts';
import type { MusicSource, PlayRequest } from '@seatgrid/media/call/media-engine.ts';
import type { PromptFiles } from '../prompts/prompt-files.ts';
import { SpeechError } from '@seatgrid/adapters/speech/speech-error.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { chosenVoiceMaxMs } from '../speech/limits.ts';
import type { Synthesiser, Voice } from '../speech/synthesiser.ts';
import type { TenantVoices } from '../speech/tenant-voices.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import { missingSpeechMs } from '../limits.ts';

type Parts = PlayRequest['parts'];
/** What is said to a caller; a `sound` is a file that lies here already. */
export type Said = SpokenUtterance | { readonly kind: 'sound'; readonly path: string };
type SpokenText = Extract<SpokenUtterance, { kind: 'text' }>;
const nothing: Parts = [{ silenceMs: missingSpeechMs }];

export interface SpeechParts {
  readonly prompts: PromptFiles;
  readonly synthesiser: Synthesiser;
  readonly voices: TenantVoices;
  readonly clock: Clock;
  readonly warn: (what: string) => void;
}

export class Speech {
  readonly #prompts: PromptFiles;
  readonly #synthesiser: Synthesiser;
  readonly #voices: TenantVoices;
  readonly #clock: Clock;
  readonly #warn: (what: string) => void;

  constructor({ prompts, synthesiser, voices, clock, warn }: SpeechParts) {
    this.#prompts = prompts;
    this.#synthesiser = synthesiser;
    this.#voices = voices;
    this.#clock = clock;
    this.#warn = warn;
  }

  /** At once where everything is at hand, as it nearly always is; else a promise that never rejects. */
  parts(tenant: TenantAtNode, utterances: readonly Said[]): Parts | Promise<Parts> {
    const parts: string[] = [];
    let isReady = true;
    for (const one of utterances) {
      const path =
        one.kind === 'text'
          ? this.#spokenAlready(tenant, one)
          : one.kind === 'sound'
            ? one.path
            : this.#prompt(tenant, one.promptId);
      if (path !== undefined) parts.push(path);
      else if (one.kind === 'text') isReady = false;
    }
    if (!isReady) return this.#synthesised(tenant, utterances);
    return parts.length > 0 ? parts : nothing;
  }

  /** Stored utterances in the language of the call, with its variables in place. */
  spoken(
    tenant: TenantAtNode,
    utterances: readonly Utterance[],
    locale: Locale,
    variables: FlowVariables,
  ): readonly SpokenUtterance[] {
    return utterances.map((one) => {
      if (one.kind === 'prompt') return one;
      const spokenLocale =
        [locale, tenant.locale, ...locales].find((each) => one.text[each] !== undefined) ?? locale;
      return {
        kind: 'text',
        text: expandSpeech(pickText(one.text, locale, tenant.locale), variables, {
          locale: spokenLocale,
          manner: tenant.manner,
        }),
        locale: spokenLocale,
      };
    });
  }

  /** The queue's music, else the tenant's, else the product's own. */
  music(tenant: TenantAtNode, queueId: QueueId | null): MusicSource {
    const queue = queueId === null ? undefined : tenant.queues.get(queueId);
    const own = this.#paths(tenant, queue?.music ?? []);
    if (own.length > 0) return { music: own };
    const theirs = this.#paths(tenant, tenant.config.music);
    return { music: theirs.length > 0 ? theirs : this.#prompts.defaultMusic() };
  }

  #paths(tenant: TenantAtNode, prompts: readonly PromptId[]): string[] {
    return prompts.flatMap((promptId) => this.#prompt(tenant, promptId) ?? []);
  }

  #prompt(tenant: TenantAtNode, promptId: PromptId): string | undefined {
    const path = this.#prompts.pathOf(tenant.id, promptId);
    if (path === undefined) this.#warn(`prompt ${promptId} of ${tenant.tenant.slug} is not here yet`);
    return path;
  }

  /** Beforehand by the centre, or here at an earlier time. */
  #spokenAlready(tenant: TenantAtNode, { text, locale }: SpokenText): string | undefined {
    const voice = this.#voices.chosen(tenant, locale) ?? this.#voices.own(tenant, locale);
    return this.#prompts.spokenOf(tenant.id, text, locale) ?? this.#synthesiser.cached(text, voice);
  }

  async #spokenNow(tenant: TenantAtNode, said: SpokenText): Promise<string> {
    const { text, locale } = said;
    const already = this.#spokenAlready(tenant, said);
    if (already !== undefined) return already;
    const chosen = this.#voices.chosen(tenant, locale);
    if (chosen) {
      try {
        return await this.#inTime(text, chosen);
      } catch (error) {
        this.#warn(`espeak-ng speaks "${text}" instead of the chosen voice: ${String(error)}`);
      }
    }
    return this.#synthesiser.speak(text, this.#voices.own(tenant, locale));
  }

  /** One that comes too late is kept for the next caller. */
  #inTime(text: string, voice: Voice): Promise<string> {
    return new Promise((resolve, reject) => {
      const late = new SpeechError('too-late', `nothing was heard within ${chosenVoiceMaxMs} ms`);
      const cancel = this.#clock.after(chosenVoiceMaxMs, () => reject(late));
      this.#synthesiser.speak(text, voice).then(resolve, reject).finally(cancel);
    });
  }

  async #synthesised(tenant: TenantAtNode, utterances: readonly Said[]): Promise<Parts> {
    const parts = await Promise.all(
      utterances.map(async (one) => {
        if (one.kind === 'sound') return one.path;
        if (one.kind === 'prompt') return this.#prompt(tenant, one.promptId);
        try {
          return await this.#spokenNow(tenant, one);
        } catch (error) {
          this.#warn(`cannot speak "${one.text}": ${String(error)}`);
          return undefined;
        }
      }),
    );
    const found = parts.filter((path) => path !== undefined);
    return found.length > 0 ? found : nothing;
  }
}
