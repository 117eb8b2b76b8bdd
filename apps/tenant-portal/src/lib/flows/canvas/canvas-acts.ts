/** What a step on the canvas asks of the page around it; nodes are made by the canvas, which hands them nothing but data. */
import { getContext, setContext } from 'svelte';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';

export interface CanvasActs {
  readonly chooseExit: (step: StepKey, field: string) => void;
}

const place = Symbol('canvas acts');

export function provideCanvasActs(acts: CanvasActs): void {
  setContext(place, acts);
}

export function canvasActs(): CanvasActs {
  return getContext<CanvasActs>(place);
}
