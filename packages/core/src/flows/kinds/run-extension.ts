import { extensionAnswerMsMax, extensionParametersMax } from '../../extensions/limits.ts';
import type { ExtensionId } from '../../extensions/extension.ts';
import type { NamedValues } from '../../extensions/typed-values.ts';
import { stepAnswerGraceMs } from '../limits.ts';
import type { OutsideRequest } from '../outside-request.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { expression, extension, onError, rows, text, variable, wayOn } from '../step-field.ts';

export interface RunExtensionRequest extends OutsideRequest {
  readonly kind: 'run-extension';
  readonly extensionId: ExtensionId;
  readonly given: NamedValues;
}

/** D-13: a function of the tenant's own is given values and gives others; what it does wrong costs this step and nothing else. */
export const runExtension = defineStep({
  kind: 'run-extension',
  family: 'asks',
  fields: {
    extensionId: extension(),
    inputs: rows({ name: text(1, 40), expression: expression('kept') }, 0, extensionParametersMax),
    results: rows({ field: text(1, 40), variable: variable('') }, 0, extensionParametersMax),
    next: wayOn(),
    onError: onError(),
  },
  silentExits: 'all',
  enter(step, walk) {
    const given = Object.fromEntries(
      step.inputs.map((one, index) => [
        one.name,
        walk.evaluate(one.expression, `inputs.${index}.expression`),
      ]),
    );
    const asked: RunExtensionRequest = { kind: 'run-extension', extensionId: step.extensionId, given };
    walk.ask(asked, extensionAnswerMsMax + stepAnswerGraceMs, (answer) => {
      const outputs = walk.answered(answer, 'extensionId') as NamedValues;
      for (const { field, variable: name } of step.results) walk.set(name, outputs[field] ?? null);
      walk.leave('answered', step.next);
    });
  },
});
export type RunExtensionStep = StepIn<typeof runExtension>;
