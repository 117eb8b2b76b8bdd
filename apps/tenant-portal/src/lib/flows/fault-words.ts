/** The sentences faults of a flow are told in by the check, as words of the catalogue. A test holds them to the check itself. */
import { issueWord, type IssueWord } from '@seatgrid/ui/records/issue-words.ts';
import { notChosen } from './flow-faults.ts';

export type FaultWord =
  | 'fault.notChosen'
  | 'fault.leadsNowhere'
  | 'fault.noStart'
  | 'fault.unreached'
  | 'fault.circle'
  | 'fault.noEnd'
  | 'fault.noPrompt'
  | 'fault.saysNothing'
  | 'fault.noKey'
  | 'fault.notKey'
  | 'fault.sameKey'
  | 'fault.cannotBeSaid'
  | 'fault.noQueue'
  | 'fault.noAgent'
  | 'fault.noParty'
  | 'fault.noFlow'
  | 'fault.noMailbox'
  | 'fault.noRingGroup'
  | 'fault.noSite'
  | 'fault.noCalendar'
  | 'fault.noName'
  | 'fault.twoOfName'
  | 'fault.noFaxBox'
  | 'fault.expression'
  | 'fault.noConnector'
  | 'fault.noExtension'
  | 'fault.notTaken'
  | 'fault.notGiven'
  | 'fault.noProcedure'
  | 'fault.noValueName'
  | 'fault.longerThan'
  | 'fault.tellsSecret'
  | 'fault.tooMany';

const sentences: readonly (readonly [RegExp, FaultWord, ...string[]])[] = [
  [new RegExp(`^${notChosen}$`), 'fault.notChosen'],
  [/^leads to "", which/, 'fault.notChosen'],
  [/^leads to "(.*)", which does not exist$/, 'fault.leadsNowhere', 'step'],
  [/^there is no step "(.*)" to start with$/, 'fault.noStart', 'step'],
  [/^no step leads here$/, 'fault.unreached'],
  [/^goes round for ever/, 'fault.circle'],
  [/^never comes to an end/, 'fault.noEnd'],
  [/^plays a prompt that does not exist$/, 'fault.noPrompt'],
  [/^says nothing in any language$/, 'fault.saysNothing'],
  [/^offers no key$/, 'fault.noKey'],
  [/^is no key$/, 'fault.notKey'],
  [/^is another choice’s key$/, 'fault.sameKey'],
  [/^can be said in no language$/, 'fault.cannotBeSaid'],
  [/^names a queue that does not exist$/, 'fault.noQueue'],
  [/^names an agent who does not exist$/, 'fault.noAgent'],
  [/^names a flow that is not published$/, 'fault.noFlow'],
  [/^names a mailbox that does not exist$/, 'fault.noMailbox'],
  [/^names a ring group that does not exist$/, 'fault.noRingGroup'],
  [/^names a site that does not serve you$/, 'fault.noSite'],
  [/^names a calendar that does not exist$/, 'fault.noCalendar'],
  [/^there is no [a-z-]+ called "(.*)"$/, 'fault.noName', 'name'],
  [/^more than one [a-z-]+ is called "(.*)": its id/, 'fault.twoOfName', 'name'],
  [/^names a fax box that does not exist$/, 'fault.noFaxBox'],
  [/^cannot be evaluated at (\d+): (.*)$/, 'fault.expression', 'at', 'what'],
  [/^names a connector that does not exist$/, 'fault.noConnector'],
  [/^names an extension that does not exist$/, 'fault.noExtension'],
  [/^gives "(.*)", which the extension does not take$/, 'fault.notTaken', 'name'],
  [/^takes "(.*)", which the extension does not give$/, 'fault.notGiven', 'name'],
  [/^is no procedure’s name$/, 'fault.noProcedure'],
  [/^is no name of a value/, 'fault.noValueName'],
  [/^names a party whom no step brings in$/, 'fault.noParty'],
  [/^"longer than" needs/, 'fault.longerThan'],
  [/^tells the secret "(.*)"$/, 'fault.tellsSecret', 'variable'],
  [/^a flow has at most (\d+) steps$/, 'fault.tooMany', 'max'],
];

export type FaultTelling =
  | { readonly kind: 'flow'; readonly word: FaultWord; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'field'; readonly issue: IssueWord }
  | { readonly kind: 'as-told'; readonly message: string };

export function faultTelling(message: string): FaultTelling {
  for (const [pattern, word, ...values] of sentences) {
    const match = pattern.exec(message);
    if (match)
      return {
        kind: 'flow',
        word,
        values: Object.fromEntries(values.map((value, index) => [value, match[index + 1] ?? ''])),
      };
  }
  const issue = issueWord({ message, path: [] });
  return issue.word === 'issue.other' ? { kind: 'as-told', message } : { kind: 'field', issue };
}
