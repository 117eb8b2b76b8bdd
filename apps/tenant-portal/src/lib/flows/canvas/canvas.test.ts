import { expect, test } from 'vitest';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { addStep, changeStep, leadTo, newFlow, type FlowDraft } from '../flow-draft.ts';
import { CanvasGraph, type Drawn } from './canvas-graph.ts';
import { layOut, shapeOf, type Box } from './canvas-layout.ts';
import { stepBeside } from './walk-steps.ts';

const menu: FlowStep = {
  kind: 'menu',
  welcome: [],
  prompt: [],
  invalid: [],
  choices: { '1': { label: 'Sales', next: 'sales' }, '2': { label: 'Help', next: 'help' } },
  timeoutMs: 5_000,
  attempts: 3,
  otherwise: 'bye',
};
const flow: FlowDraft = {
  name: 'Hotline',
  start: 'menu',
  steps: {
    menu,
    sales: { kind: 'say', text: {}, next: 'bye' },
    help: { kind: 'say', text: {}, next: 'menu' },
    bye: { kind: 'hang-up', say: [] },
  },
};

function drawnOf(draft: FlowDraft, chosen: string): Drawn {
  return {
    draft,
    boxes: layOut(draft),
    faults: [],
    chosen,
    marked: new Set(),
    exit: undefined,
    path: [],
    counts: null,
  };
}

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Three hundred steps: menus every tenth, ways back now and then. */
function bigFlow(): FlowDraft {
  let draft = newFlow('Big');
  let last = 'welcome';
  for (let index = 0; index < 298; index++) {
    const { draft: grown, key } = addStep(draft, index % 10 === 0 ? 'menu' : 'say', {
      step: last,
      field: 'next',
    });
    draft = index % 25 === 24 ? leadTo(grown, { step: key, field: 'next' }, 'welcome') : grown;
    last = draft.steps[key]!.kind === 'say' ? key : last;
  }
  return draft;
}

test('what follows stands further right, and no step covers another', () => {
  const boxes = layOut(flow);
  expect(boxes.get('sales')!.x).toBeGreaterThan(boxes.get('menu')!.x + boxes.get('menu')!.width);
  const big = [...layOut(bigFlow()).values()];
  expect(big.length).toBe(300);
  expect(big.filter((box, index) => big.slice(index + 1).some((other) => overlap(box, other)))).toEqual([]);
});

test('typing into a step moves nothing, another way out does', () => {
  const typed = changeStep(flow, 'sales', { kind: 'say', text: { en: 'Hello' }, next: 'bye' });
  expect(shapeOf(typed)).toBe(shapeOf(flow));
  expect(shapeOf(leadTo(flow, { step: 'sales', field: 'next' }, 'menu'))).not.toBe(shapeOf(flow));
});

test('of three hundred steps only the one typed into is drawn again', () => {
  const graph = new CanvasGraph();
  const draft = bigFlow();
  const drawn = drawnOf(draft, 'welcome');
  const nodes = graph.nodes(drawn);
  const edges = graph.edges(drawn);
  const typed = {
    ...drawn,
    draft: changeStep(draft, 'say-7', { kind: 'say', text: { en: 'Hi' }, next: 'bye' }),
  };
  expect(
    graph
      .nodes(typed)
      .filter((node) => !nodes.includes(node))
      .map((node) => node.id),
  ).toEqual(['say-7']);
  expect(graph.edges({ ...typed, draft }).filter((edge) => !edges.includes(edge))).toEqual([]);
});

test('arrows walk: right along the chosen way out, left back, up and down past it', () => {
  const boxes = layOut(flow);
  const walk = (step: string, exit: string | undefined, arrow: Parameters<typeof stepBeside>[3]) =>
    stepBeside(flow, boxes, { step, exit }, arrow);
  expect(walk('menu', 'choices.2', 'ArrowRight')).toBe('help');
  expect(walk('help', 'next', 'ArrowLeft')).toBe('menu');
  expect(walk('menu', 'choices.1', 'ArrowLeft')).toBe('help');
  expect(new Set([walk('sales', 'next', 'ArrowDown'), walk('help', 'next', 'ArrowUp')])).toContain('sales');
  expect(walk('bye', undefined, 'ArrowRight')).toBeUndefined();
});

test('a call that is followed is seen on its steps and on the ways between them', () => {
  const drawn = { ...drawnOf(flow, 'bye'), path: ['menu', 'help', 'menu', 'sales'] };
  const graph = new CanvasGraph();
  expect(Object.fromEntries(graph.nodes(drawn).map(({ id, data }) => [id, data.walk]))).toEqual({
    menu: 'been',
    help: 'been',
    sales: 'here',
    bye: null,
  });
  const walked = graph.edges(drawn).filter((edge) => String(edge.class).includes('walked'));
  expect(walked.map(({ id }) => id)).toEqual(['menu/choices.1', 'menu/choices.2', 'help/next']);
});

test('calls stand on the steps they are at and on the ways they took; only where a figure changed is drawn again', () => {
  const graph = new CanvasGraph();
  const at = (now: number) => ({ now, lastTold: 0, today: 5 });
  const ways = new Map([
    ['menu/choices.1', 3],
    ['menu/otherwise', 2],
  ]);
  const drawn = (now: number) => ({
    ...drawnOf(flow, 'bye'),
    counts: { steps: new Map([['menu', at(now)]]), ways, elsewhere: 0 },
  });
  const before = graph.nodes(drawn(1));
  expect(Object.fromEntries(before.map(({ id, data }) => [id, data.counts]))).toMatchObject({
    menu: at(1),
    sales: { now: 0, today: 0 },
  });
  expect(Object.fromEntries(graph.edges(drawn(1)).map(({ id, label }) => [id, label]))).toMatchObject({
    'menu/choices.1': '3',
    'menu/choices.2': '',
    'menu/otherwise': '2',
  });
  const after = graph.nodes(drawn(2));
  expect(after.filter((node) => !before.includes(node)).map(({ id }) => id)).toEqual(['menu']);
});
