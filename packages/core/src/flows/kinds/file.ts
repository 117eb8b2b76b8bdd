import type { OutsideRequest } from '../outside-request.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { expandedText, oneOf, onError, optional, variable, wayOn } from '../step-field.ts';

export const fileActs = ['read', 'write', 'append', 'delete', 'make-folder', 'list'] as const;

export interface FileRequest extends OutsideRequest {
  readonly kind: 'file';
  readonly act: (typeof fileActs)[number];
  /** Within the tenant's own space at this node. */
  readonly path: string;
  readonly content: string;
}

/** D-16: files and folders of the tenant's own at the node. */
export const file = defineStep({
  kind: 'file',
  family: 'asks',
  fields: {
    fileAct: oneOf(fileActs, 'read'),
    path: expandedText(1, 200),
    /** Written or appended. */
    content: optional(expandedText(0, 2_000)),
    /** What was read, or the names listed. */
    variable: optional(variable('content')),
    next: wayOn(),
    onError: onError(),
  },
  silentExits: 'all',
  enter(step, walk) {
    const content = walk.expand(step.content ?? '');
    const request: FileRequest = { kind: 'file', act: step.fileAct, path: walk.expand(step.path), content };
    walk.ask(request, 5_000, (answer) => {
      const value = walk.answered(answer, 'path');
      if (step.variable !== undefined) walk.set(step.variable, value);
      walk.leave('next', step.next);
    });
  },
});
export type FileStep = StepIn<typeof file>;
