/** What a step of a flow left behind for whoever follows it (D-17): why it failed, and what it gave values to. */
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';

type Step = Pick<Extract<EventFacts, { kind: 'flow.step' }>, 'fault' | 'changes' | 'heard'>;

export interface StepTelling {
  readonly word: 'tl.fault' | 'tl.faultAt' | 'tl.heard' | 'tl.unheard' | 'tl.change' | 'tl.changeEmpty';
  readonly values: Readonly<Record<string, string>>;
}

/** A secret arrives as stars and is told as them. */
export function stepTrace({ fault, heard = [], changes = {} }: Step): StepTelling[] {
  const told: StepTelling[] = [];
  if (fault) {
    const { code, place, message } = fault;
    told.push(
      place === null
        ? { word: 'tl.fault', values: { code, message } }
        : { word: 'tl.faultAt', values: { code, place, message } },
    );
  }
  for (const one of heard)
    told.push(
      'why' in one
        ? { word: 'tl.unheard', values: { why: one.why } }
        : {
            word: 'tl.heard',
            values: { text: one.text, choice: one.choice, distance: String(one.distance) },
          },
    );
  for (const [name, value] of Object.entries(changes))
    told.push(
      value === ''
        ? { word: 'tl.changeEmpty', values: { name } }
        : { word: 'tl.change', values: { name, value } },
    );
  return told;
}
