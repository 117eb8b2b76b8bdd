/** Every fixed sentence a tenant's flows, queues and rules may speak, so that it is synthesised before a caller waits for it. */
import type { Utterance } from '@seatgrid/core/flows/step-field.ts';
import { speechOf } from '@seatgrid/core/flows/step-speech.ts';
import { locales, type Locale, type LocalText } from '@seatgrid/core/kernel/locale.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import type { TenantConfig } from './node-config.ts';

export interface SpokenText {
  readonly text: string;
  readonly locale: Locale;
}

export function textsOf(tenant: TenantConfig): SpokenText[] {
  const texts: SpokenText[] = [];
  const add = (text: LocalText) => {
    for (const locale of locales) {
      const words = text[locale];
      // A text with a variable in it is another one for every call.
      if (words && !words.includes('{')) texts.push({ text: words, locale });
    }
  };
  const say = (utterances: readonly Utterance[]) => {
    for (const one of utterances) if (one.kind === 'text') add(one.text);
  };
  const next = (step: NextStep | null) => {
    if (step?.kind === 'hang-up') say(step.say);
  };
  for (const box of tenant.mailboxes) say(box.greeting);
  for (const flow of tenant.flows) for (const step of Object.values(flow.steps)) say(speechOf(step));
  for (const queue of tenant.queues) {
    say(queue.entry);
    next(queue.onFull);
    next(queue.onTimeout);
    if (queue.onNobody) next(queue.onNobody);
    if (queue.onAllBusy) next(queue.onAllBusy);
    if (queue.onLongWait) next(queue.onLongWait.step);
  }
  for (const group of tenant.ringGroups) next(group.onNoAnswer);
  for (const rule of tenant.rules) {
    next(rule.onDuty);
    next(rule.offDuty);
  }
  next(tenant.forcedHandling);
  return texts;
}
