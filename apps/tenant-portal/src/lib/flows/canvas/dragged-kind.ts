/** A kind of step under way from the palette to the canvas. */
import { stepKinds, type StepKind } from '@seatgrid/core/flows/step-kinds.ts';

const format = 'application/x-seatgrid-step';

export const draggedKind = {
  put(event: DragEvent, kind: StepKind): void {
    event.dataTransfer?.setData(format, kind);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copy';
  },

  isOne(event: DragEvent): boolean {
    return event.dataTransfer?.types.includes(format) ?? false;
  },

  of(event: DragEvent): StepKind | undefined {
    const kind = event.dataTransfer?.getData(format);
    return stepKinds.find((each) => each === kind);
  },
};
