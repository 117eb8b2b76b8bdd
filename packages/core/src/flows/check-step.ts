/** What one step must satisfy by its fields: what it names exists, and what it says says something. */
import { stepFaults } from '../extensions/fits-extension.ts';
import type { ExtensionFace } from '../extensions/extension.ts';
import type { LocalText } from '../kernel/locale.ts';
import { expressionsIn } from './expand-text.ts';
import type { Expressions } from './expression.ts';
import type { FieldFault, OtherSteps } from './step-definition.ts';
import type { Fields, Utterance } from './step-field.ts';
import { definitionOf, type FlowStep } from './step-kinds.ts';

/** The tenant's own things a flow may name. */
export interface FlowSurroundings {
  readonly hasPrompt: (id: string) => boolean;
  readonly hasQueue: (id: string) => boolean;
  readonly hasAgent: (id: string) => boolean;
  readonly hasFlow: (id: string) => boolean;
  /** A site with a node that serves the tenant. */
  readonly hasSite: (id: string) => boolean;
  readonly hasMailbox: (id: string) => boolean;
  readonly hasRingGroup: (id: string) => boolean;
  readonly hasCalendar: (id: string) => boolean;
  readonly hasFaxBox: (id: string) => boolean;
  readonly expressions: Pick<Expressions, 'check' | 'namesIn'>;
  readonly hasConnector: (id: string) => boolean;
  /** `unseen`: what it takes and gives is not known here. */
  readonly extension: (id: string) => ExtensionFace | 'unseen' | undefined;
}

export function checkStep(step: FlowStep, others: OtherSteps, surroundings: FlowSurroundings): FieldFault[] {
  const definition = definitionOf(step.kind);
  return [
    ...fieldFaults(definition.fields, step as unknown as Values, surroundings),
    ...(definition.check?.(step, others) ?? []),
  ];
}

type Values = Readonly<Record<string, unknown>>;

function fieldFaults(
  fields: Fields,
  values: Values,
  surroundings: FlowSurroundings,
  within = '',
): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const value = values[name];
    if (value === undefined) continue;
    const place = within + name;
    const miss = (isThere: boolean, message: string, at = place) => {
      if (!isThere) faults.push({ field: at, message });
    };
    const spokenFaults = (text: LocalText, at: string) => {
      miss(saysSomething(text), saysNothing, at);
      for (const expression of expressionsIn(text)) evaluable(expression, at);
    };
    const evaluable = (expression: string, at: string) => {
      const fault = surroundings.expressions.check(expression);
      if (fault) miss(false, `cannot be evaluated at ${fault.at + 1}: ${fault.message}`, at);
    };
    switch (field.type) {
      case 'speech':
        (value as readonly Utterance[]).forEach((utterance, index) => {
          const at = `${place}.${index}`;
          if (utterance.kind === 'prompt') miss(surroundings.hasPrompt(utterance.promptId), noPrompt, at);
          else spokenFaults(utterance.text, at);
        });
        break;
      case 'prompts':
        (value as readonly string[]).forEach((promptId, index) =>
          miss(surroundings.hasPrompt(promptId), noPrompt, `${place}.${index}`),
        );
        break;
      case 'local-text':
        spokenFaults(value as LocalText, `${place}.0`);
        break;
      case 'phrases':
        miss(saysSomething(value as object), 'can be said in no language');
        break;
      case 'queue':
        miss(surroundings.hasQueue(value as string), 'names a queue that does not exist');
        break;
      case 'agent':
        miss(surroundings.hasAgent(value as string), 'names an agent who does not exist');
        break;
      case 'flow':
        miss(surroundings.hasFlow(value as string), 'names a flow that is not published');
        break;
      case 'site':
        miss(surroundings.hasSite(value as string), 'names a site that does not serve you');
        break;
      case 'ring-group':
        miss(surroundings.hasRingGroup(value as string), 'names a ring group that does not exist');
        break;
      case 'calendar':
        miss(surroundings.hasCalendar(value as string), 'names a calendar that does not exist');
        break;
      case 'mailbox':
        miss(surroundings.hasMailbox(value as string), 'names a mailbox that does not exist');
        break;
      case 'fax-box':
        miss(surroundings.hasFaxBox(value as string), 'names a fax box that does not exist');
        break;
      case 'expression':
        evaluable(value as string, place);
        break;
      case 'connector':
        miss(surroundings.hasConnector(value as string), 'names a connector that does not exist');
        break;
      case 'extension': {
        const face = surroundings.extension(value as string);
        miss(face !== undefined, 'names an extension that does not exist');
        if (typeof face === 'object') faults.push(...stepFaults(values, face));
        break;
      }
      case 'rows':
        (value as readonly Values[]).forEach((row, index) =>
          faults.push(...fieldFaults(field.fields, row, surroundings, `${place}.${index}.`)),
        );
        break;
    }
  }
  return faults;
}

const noPrompt = 'plays a prompt that does not exist';
const saysNothing = 'says nothing in any language';

function saysSomething(text: LocalText): boolean {
  return Object.values(text).some((words) => words?.trim());
}
