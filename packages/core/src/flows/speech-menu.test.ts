/** D-19, without a call: a spoken choice selects its branch; what is not understood comes to keys. */
import { expect, test } from 'vitest';
import type { FlowId } from '../kernel/ids.ts';
import type { FlowEffect, StepFacts } from './flow-effect.ts';
import type { FlowInput } from './flow-input.ts';
import { FlowMachine } from './flow-machine.ts';
import type { Recognised, SpeechMenuStep } from './kinds/speech-menu.ts';
import { noExpressions } from './no-expressions.ts';
import { definitionOf, type FlowStep } from './step-kinds.ts';

const text = (en: string) => [{ kind: 'text', text: { en } }] as const;
const menu: SpeechMenuStep = {
  kind: 'speech-menu',
  prompt: text('Sales or billing?'),
  options: [
    { label: 'Sales', phrases: { en: 'sales' }, key: '1', next: 'sales' },
    { label: '', phrases: { en: 'billing, my bill' }, key: '2', next: 'billing' },
  ],
  notUnderstood: text('Sorry.'),
  keysPrompt: text('Press one or two.'),
  isInterruptible: true,
  timeoutMs: 4_000,
  quietMs: 700,
  attempts: 2,
  likeness: 60,
  otherwise: 'nobody',
};
const bye: FlowStep = { kind: 'hang-up', say: [] };

/** One visit: inputs in, what was done and told out. Timers and answers are given by hand. */
class Visit {
  readonly done: string[] = [];
  left: StepFacts | undefined;
  #asked = 0;
  readonly #machine: FlowMachine;

  constructor(step: SpeechMenuStep = menu) {
    const steps = { menu: step, sales: bye, billing: bye, nobody: bye };
    this.#machine = new FlowMachine({
      flow: { id: 'flow' as FlowId, name: 'main', version: 1, start: 'menu', steps },
      variables: new Map(),
      timeZone: 'UTC',
      defaultLocale: 'en',
      expressions: noExpressions,
      flows: new Map(),
      chance: () => 0,
    });
    this.take({ kind: 'start' });
  }

  take(...inputs: FlowInput[]): this {
    for (const input of inputs) for (const effect of this.#machine.handle(input, 0)) this.#keep(effect);
    return this;
  }

  answer(value: unknown): this {
    return this.take({ kind: 'answer', askId: this.#asked, answer: { kind: 'answered', value } });
  }

  fails(why: string): this {
    return this.take({ kind: 'answer', askId: this.#asked, answer: { kind: 'failed', why, detail: '' } });
  }

  says(said: string): this {
    const value: Recognised = {
      text: said,
      words: said.split(' ').filter((word) => word !== ''),
      choices: [[['sales']], [['billing'], ['my', 'bill']]],
    };
    return this.take({ kind: 'speech-began' }, { kind: 'utterance', wav: new Uint8Array() }).answer(value);
  }

  /** What was done since this was last asked. */
  since(): readonly string[] {
    return this.done.splice(0);
  }

  get way(): readonly (string | null)[] {
    const facts = this.left!;
    return [facts.outcome, facts.digits, facts.label];
  }

  #keep(effect: FlowEffect): void {
    if (effect.kind === 'ask') this.#asked = effect.askId;
    if (effect.kind === 'step' && effect.facts.stepKey === 'menu') this.left = effect.facts;
    if (effect.kind === 'speak')
      this.done.push(...effect.utterances.map((one) => (one.kind === 'text' ? one.text : one.kind)));
    else if (effect.kind === 'ask') this.done.push(effect.request.kind);
    else if (effect.kind !== 'step') this.done.push(effect.kind);
  }
}

const heardOut: FlowInput = { kind: 'speech-ended' };
const silence: FlowInput = { kind: 'timer' };
const key = (digit: string): FlowInput => ({ kind: 'digit', digit });

test('a caller who speaks cuts the prompt short, and what they said selects the branch', () => {
  const visit = new Visit();
  expect(visit.since()).toEqual(['find-recogniser']);
  visit.answer(true);
  expect(visit.since()).toEqual(['Sales or billing?', 'await-speech']);
  visit.take({ kind: 'speech-began' });
  expect(visit.since()).toEqual(['stop-speech', 'clear-timer']);
  visit.take({ kind: 'utterance', wav: new Uint8Array() });
  expect(visit.since()).toEqual(['recognise']);
  visit.answer({ text: 'My bill, please.', words: ['my', 'bill', 'please'], choices: [[['sales']], [['my', 'bill']]] }); // prettier-ignore
  expect(visit.way).toEqual(['spoken', null, 'billing, my bill']);
  expect(visit.left!.heard).toEqual([{ text: 'My bill, please.', choice: 'billing, my bill', distance: 5 }]);
});

test('after the prompt the caller has their time; a key is taken at any moment, also while the recogniser thinks', () => {
  const visit = new Visit().answer(true).take(heardOut);
  expect(visit.since().slice(-1)).toEqual(['set-timer']);
  visit.take({ kind: 'speech-began' }, { kind: 'utterance', wav: new Uint8Array() }, key('9'), key('1'));
  expect(visit.way).toEqual(['1', '91', 'Sales']);
  expect(visit.since()).toContain('cease-asking');
  expect(new Visit().answer(true).take(key('2')).way).toEqual(['2', '2', 'billing, my bill']);
});

test('what is not understood is asked again, and then comes to keys', () => {
  const visit = new Visit().answer(true);
  visit.since();
  visit.says('nonsense entirely');
  expect(visit.since().slice(-3)).toEqual(['Sorry.', 'Sales or billing?', 'await-speech']);
  visit.says('sales billing');
  expect(visit.since().slice(-1)).toEqual(['Press one or two.']);
  visit.take(heardOut, key('1'));
  expect(visit.way).toEqual(['1', '1', 'Sales']);
  expect(visit.left!.heard).toEqual([
    { text: 'nonsense entirely', choice: expect.any(String), distance: expect.any(Number) },
    { text: 'sales billing', choice: 'Sales', distance: 10 },
  ]);
});

test('silence is asked twice by voice and twice by keys, and ends on its own way', () => {
  const visit = new Visit().answer(true).take(heardOut, silence);
  expect(visit.since().slice(-4)).toEqual(['set-timer', 'stop-hearing', 'Sales or billing?', 'await-speech']);
  visit.take(heardOut, silence);
  expect(visit.since()).toEqual(['set-timer', 'stop-hearing', 'Press one or two.']);
  visit.take(heardOut, silence, heardOut, silence);
  expect(visit.way).toEqual(['timeout', null, null]);
});

test.each(['timeout', 'unreachable', 'resting'])('a recogniser that is %s leaves keys, and is told of', (why) => {
  const visit = new Visit().answer(true).take({ kind: 'speech-began' }, { kind: 'utterance', wav: new Uint8Array() });
  visit.since();
  visit.fails(why);
  expect(visit.since()).toEqual(['Press one or two.']);
  expect(visit.take(key('2')).way).toEqual(['2', '2', 'billing, my bill']);
  expect(visit.left!.heard).toEqual([{ why }]);
}); // prettier-ignore

test('without a recogniser only keys are offered', () => {
  const visit = new Visit().answer(false);
  expect(visit.since()).toEqual(['find-recogniser', 'Press one or two.']);
  visit.take(key('7'), key('8'));
  expect(visit.way).toEqual(['otherwise', '78', null]);
});

test('where lines echo, the caller is heard after the prompt', () => {
  const visit = new Visit({ ...menu, isInterruptible: false }).answer(true);
  expect(visit.since()).toEqual(['find-recogniser', 'Sales or billing?']);
  visit.take({ kind: 'speech-began' }, heardOut);
  expect(visit.since()).toEqual(['await-speech', 'set-timer']);
});

test('of a secret menu nothing is told but the way it went, and nothing is recorded', () => {
  const visit = new Visit({ ...menu, isSecret: true });
  expect(visit.since()).toEqual(['secret', 'find-recogniser']);
  visit.answer(true).says('sales');
  expect(visit.way).toEqual(['spoken', null, null]);
  expect(visit.left!.heard).toBeUndefined();
  expect(visit.since()).toContain('secret');
  expect(new Visit({ ...menu, isSecret: true }).answer(true).take(key('2')).way).toEqual([
    'keyed',
    null,
    null,
  ]);
});

test('a caller who hangs up is heard no longer', () => {
  expect(new Visit().answer(true).take({ kind: 'call-left' }).since()).toContain('stop-hearing');
});

test('the check wants keys to fall back to, each for one choice', () => {
  const { check } = definitionOf('speech-menu');
  const [one, two] = menu.options;
  const faults = (options: SpeechMenuStep['options']) => check!({ ...menu, options } as never, {});
  expect(faults([{ ...one!, key: '' }])).toEqual([{ field: 'options', message: 'offers no key' }]);
  expect(faults([{ ...one!, key: 'x' }])).toEqual([{ field: 'options.0.key', message: 'is no key' }]);
  expect(faults([one!, { ...two!, key: '1' }])).toEqual([{ field: 'options.1.key', message: 'is another choice’s key' }]); // prettier-ignore
  expect(faults(menu.options)).toEqual([]);
});
