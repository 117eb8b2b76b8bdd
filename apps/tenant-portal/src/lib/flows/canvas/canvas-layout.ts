/**
 * Where the steps of a flow stand on the canvas. Nobody moves them by hand: what follows stands further right, so that a flow
 * reads the same to everybody and its file holds nothing but meaning (decision 0028).
 */
import { graphlib, layout } from '@dagrejs/dagre';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowDraft } from '../flow-draft.ts';
import { exitsOf, type DrawnExit } from '../step-exits.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const nodeSizes = { width: 200, head: 44, exit: 22, foot: 6 } as const;
const gaps = { between: 24, onward: 56 } as const;

/** A single way on leaves from the head; only a choice of ways is written out. */
export function isPlain(exits: readonly DrawnExit[]): boolean {
  return exits.length <= 1 && exits.every(({ field }) => field === 'next');
}

/** A step as far as its place depends on it. */
export interface DrawnNode {
  readonly key: StepKey;
  readonly exits: readonly DrawnExit[];
}

export interface DrawnWay {
  readonly id: string;
  readonly from: StepKey;
  readonly field: string;
  readonly to: StepKey;
}

export function layOut(draft: FlowDraft): Map<StepKey, Box> {
  const nodes = Object.entries(draft.steps).map(([key, step]) => ({ key, exits: exitsOf(step) }));
  const ways = nodes.flatMap(({ key, exits }) =>
    exits.flatMap(({ field, to }) =>
      to !== undefined && draft.steps[to] ? [{ id: field, from: key, field, to }] : [],
    ),
  );
  return layOutSteps(nodes, ways);
}

/** `onward`: room for what is written on the lines. */
export function layOutSteps(
  nodes: readonly DrawnNode[],
  ways: readonly DrawnWay[],
  onward: number = gaps.onward,
): Map<StepKey, Box> {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({
    rankdir: 'LR',
    ranker: 'tight-tree',
    nodesep: gaps.between,
    ranksep: onward,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key, exits } of nodes) {
    const rows = isPlain(exits) ? 0 : exits.length * nodeSizes.exit + nodeSizes.foot;
    graph.setNode(key, { width: nodeSizes.width, height: nodeSizes.head + rows });
  }
  for (const { id, from, to } of ways) if (to !== from) graph.setEdge(from, to, {}, id);
  layout(graph);
  return new Map(
    nodes.map(({ key }) => {
      const { x, y, width, height } = graph.node(key) as Box;
      return [key, { x: x - width / 2, y: y - height / 2, width, height }];
    }),
  );
}

/** Equal for drafts whose steps stand in the same places: what is typed into a step moves nothing. */
export function shapeOf({ start, steps }: FlowDraft): string {
  const lines = Object.entries(steps).map(
    ([key, step]) =>
      `${key}:${exitsOf(step)
        .map(({ field, to }) => `${field}>${to ?? ''}`)
        .join()}`,
  );
  return [start, ...lines].join('\n');
}
