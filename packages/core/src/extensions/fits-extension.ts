/** Whether a step that runs an extension gives what it takes, and takes what it gives. */
import type { FieldFault } from '../flows/step-definition.ts';
import type { ExtensionFace } from './extension.ts';

/** The fields of a `run-extension` step, as far as they have to fit. */
interface Running {
  readonly inputs?: readonly { readonly name: string }[];
  readonly results?: readonly { readonly field: string }[];
}

export function stepFaults({ inputs = [], results = [] }: Running, face: ExtensionFace): FieldFault[] {
  return [
    ...inputs.flatMap(({ name }, index) =>
      face.inputs.some((one) => one.name === name)
        ? []
        : [{ field: `inputs.${index}.name`, message: `gives "${name}", which the extension does not take` }],
    ),
    ...results.flatMap(({ field }, index) =>
      face.outputs.some((one) => one.name === field)
        ? []
        : [
            {
              field: `results.${index}.field`,
              message: `takes "${field}", which the extension does not give`,
            },
          ],
    ),
  ];
}
