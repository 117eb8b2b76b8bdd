/** A draft as the nodes and edges the canvas draws. What has not changed keeps its identity, so that only what did is drawn again. */
import type { Edge, Node, Position } from '@xyflow/svelte';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { FlowDraft } from '../flow-draft.ts';
import { noCounts, type FlowCounts, type StepCounts } from '../flow-counts.ts';
import { faultsOfStep, type PlacedFault } from '../flow-faults.ts';
import { exitsOf, type DrawnExit } from '../step-exits.ts';
import { isPlain, nodeSizes, type Box } from './canvas-layout.ts';

export interface StepNodeData extends Record<string, unknown> {
  readonly step: FlowStep;
  readonly exits: readonly DrawnExit[];
  readonly isStart: boolean;
  /** The one step the form shows, not only one of several marked. */
  readonly isChosen: boolean;
  /** The way out the next new step is put into; null where another step is chosen. */
  readonly exit: string | null;
  readonly faults: readonly PlacedFault[];
  /** A call being followed has been here, or stands here. */
  readonly walk: 'been' | 'here' | null;
  /** Null while nobody asks. */
  readonly counts: StepCounts | null;
}
export type StepNode = Node<StepNodeData, 'step'>;

export interface Drawn {
  readonly draft: FlowDraft;
  readonly boxes: ReadonlyMap<StepKey, Box>;
  readonly faults: readonly PlacedFault[];
  readonly chosen: StepKey;
  readonly marked: ReadonlySet<StepKey>;
  readonly exit: string | undefined;
  /** The steps a call went through, in order; empty where none is followed. */
  readonly path: readonly StepKey[];
  /** Calls now and today; null while nobody asks. */
  readonly counts: FlowCounts | null;
}

export class CanvasGraph {
  #nodes = new Map<StepKey, StepNode>();
  #edges = new Map<string, Edge>();

  nodes(drawn: Drawn): StepNode[] {
    const before = this.#nodes;
    this.#nodes = new Map();
    for (const [key, step] of Object.entries(drawn.draft.steps)) {
      const box = drawn.boxes.get(key);
      if (!box) continue;
      const isChosen = key === drawn.chosen;
      const node = nodeOf(key, box, isChosen || drawn.marked.has(key), {
        step,
        exits: exitsOf(step),
        isStart: key === drawn.draft.start,
        isChosen,
        exit: isChosen ? (drawn.exit ?? null) : null,
        faults: faultsOfStep(drawn.faults, key),
        walk: key === drawn.path.at(-1) ? 'here' : drawn.path.includes(key) ? 'been' : null,
        counts: drawn.counts && (drawn.counts.steps.get(key) ?? noCounts),
      });
      const earlier = before.get(key);
      this.#nodes.set(key, earlier && isSame(earlier, node) ? earlier : node);
    }
    return [...this.#nodes.values()];
  }

  edges({ draft, chosen, path, counts }: Drawn): Edge[] {
    const walked = new Set(path.slice(1).map((key, index) => `${path[index]}>${key}`));
    const before = this.#edges;
    this.#edges = new Map();
    for (const [key, step] of Object.entries(draft.steps))
      for (const { field, to } of exitsOf(step)) {
        if (to === undefined || !draft.steps[to]) continue;
        const id = `${key}/${field}`;
        const look = [
          key === chosen || to === chosen ? 'lit' : '',
          walked.has(`${key}>${to}`) ? 'walked' : '',
        ]
          .join(' ')
          .trim();
        const label = String(counts?.ways.get(id) ?? '');
        const earlier = before.get(id);
        this.#edges.set(
          id,
          earlier?.target === to && earlier.class === look && earlier.label === label
            ? earlier
            : { id, source: key, sourceHandle: field, target: to, class: look, label },
        );
      }
    return [...this.#edges.values()];
  }
}

/** Sizes and handles are given, not measured: what is out of sight need not be drawn for its lines to be. */
function nodeOf(key: StepKey, { x, y, width, height }: Box, selected: boolean, data: StepNodeData): StepNode {
  const middleOfHead = nodeSizes.head / 2;
  const rowOf = (index: number) => nodeSizes.head + (index + 0.5) * nodeSizes.exit;
  return {
    id: key,
    type: 'step',
    position: { x, y },
    width,
    height,
    measured: { width, height },
    selected,
    data,
    handles: [
      { type: 'target', position: 'left' as Position, x: 0, y: middleOfHead, width: 0, height: 0 },
      ...data.exits.map(({ field }, index) => ({
        id: field,
        type: 'source' as const,
        position: 'right' as Position,
        x: width,
        y: isPlain(data.exits) ? middleOfHead : rowOf(index),
        width: 0,
        height: 0,
      })),
    ],
  };
}

function isSame(one: StepNode, other: StepNode): boolean {
  return (
    one.position.x === other.position.x &&
    one.position.y === other.position.y &&
    one.height === other.height &&
    one.selected === other.selected &&
    one.data.step === other.data.step &&
    one.data.isStart === other.data.isStart &&
    one.data.isChosen === other.data.isChosen &&
    one.data.exit === other.data.exit &&
    one.data.walk === other.data.walk &&
    isSameCount(one.data.counts, other.data.counts) &&
    toldOf(one) === toldOf(other)
  );
}

function toldOf({ data }: StepNode): string {
  return data.faults.map(({ field, message }) => `${field} ${message}`).join('\n');
}

function isSameCount(one: StepCounts | null, other: StepCounts | null): boolean {
  return (
    one === other ||
    (one !== null &&
      other !== null &&
      one.now === other.now &&
      one.lastTold === other.lastTold &&
      one.today === other.today)
  );
}
