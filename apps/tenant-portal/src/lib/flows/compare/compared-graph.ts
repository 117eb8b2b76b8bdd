/** Two contents of a flow as the nodes and lines a canvas draws. */
import { MarkerType, type Edge, type Node, type Position } from '@xyflow/svelte';
import { isPlain, layOutSteps, nodeSizes } from '../canvas/canvas-layout.ts';
import type { ComparedFlow, ComparedStep, WayFate } from './compared-flow.ts';

export type ComparedNode = Node<{ readonly compared: ComparedStep }, 'compared'>;

const roomForWords = 112;
const colours: Readonly<Record<WayFate, string>> = {
  added: 'var(--green)',
  removed: 'var(--red)',
  same: 'var(--line-strong)',
};

/** `word`: what a way that was added or removed is called. */
export function comparedGraph(
  { steps, ways }: ComparedFlow,
  word: (fate: Exclude<WayFate, 'same'>) => string,
): { readonly nodes: ComparedNode[]; readonly edges: Edge[] } {
  const boxes = layOutSteps(steps, ways, roomForWords);
  const nodes = steps.map((compared): ComparedNode => {
    const { x, y, width, height } = boxes.get(compared.key)!;
    const middleOfHead = nodeSizes.head / 2;
    const { exits } = compared;
    return {
      id: compared.key,
      type: 'compared',
      position: { x, y },
      width,
      height,
      measured: { width, height },
      data: { compared },
      handles: [
        { type: 'target', position: 'left' as Position, x: 0, y: middleOfHead, width: 0, height: 0 },
        ...exits.map(({ field }, index) => ({
          id: field,
          type: 'source' as const,
          position: 'right' as Position,
          x: width,
          y: isPlain(exits) ? middleOfHead : nodeSizes.head + (index + 0.5) * nodeSizes.exit,
          width: 0,
          height: 0,
        })),
      ],
    };
  });
  const edges = ways.map(({ id, from, field, to, fate }): Edge => ({
    id,
    source: from,
    sourceHandle: field,
    target: to,
    class: fate,
    label: fate === 'same' ? '' : word(fate),
    markerEnd: { type: MarkerType.ArrowClosed, color: colours[fate] },
  }));
  return { nodes, edges };
}
