/** D-18: the machine of core speaks values by each language's rules, expressions included, with the expressions of this package. */
import { expect, test } from 'vitest';
import { checkFlow, type FlowFault } from '@seatgrid/core/flows/check-flow.ts';
import { FlowMachine } from '@seatgrid/core/flows/flow-machine.ts';
import type { FlowValue } from '@seatgrid/core/flows/flow-value.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { Decimal } from '@seatgrid/core/kernel/decimal.ts';
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import type { LocalText } from '@seatgrid/core/kernel/locale.ts';
import { CelExpressions } from './cel-expressions.ts';

const expressions = new CelExpressions();
const variables: Record<string, FlowValue> = {
  name: '王小明',
  amount: Decimal.parse('12.05')!,
  due: '2026-11-25T18:30:00Z',
};
const stepsOf = (text: LocalText): Record<string, FlowStep> => ({
  say: { kind: 'say', text, next: 'bye' },
  bye: { kind: 'hang-up', say: [] },
});

function spoken(text: LocalText, language: string): unknown {
  const flow = new FlowMachine({
    flow: { id: 'f' as FlowId, name: 'main', version: 1, start: 'say', steps: stepsOf(text) },
    variables: new Map(Object.entries({ ...variables, language })),
    timeZone: 'Asia/Shanghai',
    defaultLocale: 'zh-Hans',
    manner: { tongues: { en: 'english', 'zh-Hans': 'mandarin', 'zh-Hant': 'cantonese' }, currency: 'HKD' },
    expressions,
    flows: new Map(),
    chance: () => 0,
  });
  return flow.handle({ kind: 'start' }, 1_000_000)[0];
}

test('a name and an amount are put into words in the language the text is in', () => {
  const text = {
    en: '{name}, you owe {amount * 2 | money USD} until {due | date}.',
    'zh-Hans': '{name}，您应付{amount | money}。',
    'zh-Hant': '{name}，你要畀{amount | money}。',
  };
  const said = (language: string) => spoken(text, language) as { readonly utterances: unknown };
  expect(said('en').utterances).toEqual([
    { kind: 'text', locale: 'en', text: '王小明, you owe twenty-four dollars and ten cents until November twenty-sixth, twenty twenty-six.' },
  ]); // prettier-ignore
  expect(said('zh-Hans').utterances).toMatchObject([{ text: '王小明，您应付十二港元零五分。' }]);
  expect(said('zh-Hant').utterances).toMatchObject([{ text: '王小明，你要畀十二元零五仙。' }]);
  // A caller of a language without text hears one that there is, and its rules.
  expect((spoken({ en: 'You owe {amount | money}.' }, 'zh-Hans') as { utterances: unknown }).utterances).toEqual([
    { kind: 'text', locale: 'en', text: 'You owe twelve Hong Kong dollars and five cents.' },
  ]); // prettier-ignore
});

test('what cannot be evaluated in a spoken text is told at its place', () => {
  const faults = (words: string): readonly FlowFault[] =>
    checkFlow(
      { start: 'say', steps: stepsOf({ en: words }) },
      {
        hasPrompt: () => false,
        hasQueue: () => false,
        hasAgent: () => false,
        hasFlow: () => false,
        hasMailbox: () => false,
        hasRingGroup: () => false,
        hasSite: () => false,
        hasCalendar: () => false,
        hasFaxBox: () => false,
        hasConnector: () => false,
        extension: () => undefined,
        expressions,
      },
    );
  expect(faults('Hello {name}, {amount * 2 | money}, {round(amount, 1)}')).toEqual([]);
  for (const words of ['{amount | shout}', '{amount * | money}', '{nothing(amount)}'])
    expect(faults(words), words).toMatchObject([{ step: 'say', field: 'text.0' }]);
});
