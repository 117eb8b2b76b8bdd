/** What is said beside a field of a step's form beyond its label; a place is `field`, or `kind.field` where it differs by kind. */
import type { Word } from '#lib/words/catalogue.ts';

const help: Readonly<Record<string, Word>> = {
  callerNumber: 'step.callerHelp',
  'confer.next': 'step.conferNextHelp',
  expression: 'step.expressionHelp',
  condition: 'step.expressionHelp',
  isSecret: 'step.secretHelp',
  length: 'step.lengthHelp',
  'menu.otherwise': 'step.otherwiseHelp',
  number: 'step.numberHelp',
  isInterruptible: 'step.interruptHelp',
  likeness: 'step.likenessHelp',
  phrases: 'step.phrasesHelp',
  'invite-party.party': 'step.partyHelp',
  text: 'speech.textHelp',
  'set.value': 'step.valueHelp',
  variable: 'step.variableHelp',
};

/** What a way out means that is left out. */
const leftOut: Readonly<Record<string, Word>> = {
  onError: 'step.flowDefault',
  onFull: 'step.queueDefault',
  onTimeout: 'step.queueDefault',
};

export function helpOf(kind: string, field: string): Word | undefined {
  return help[`${kind}.${field}`] ?? help[field];
}

export function leftOutWord(field: string): Word {
  return leftOut[field] ?? 'step.f.next';
}
