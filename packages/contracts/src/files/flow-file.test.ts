import { describe, expect, test } from 'vitest';
import { freshStep } from '@seatgrid/core/flows/step-definition.ts';
import { definitionOf, stepKinds, type FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { faultsInFile, readFlowFile, writeFlowFile, type FlowInFile } from './flow-file.ts';

const flow: FlowInFile = {
  name: 'Hotline: "nights"',
  start: 'menu',
  steps: {
    menu: {
      kind: 'menu',
      welcome: [],
      prompt: [{ kind: 'text', text: { en: 'Press one.', 'zh-Hans': '请按一。' } }],
      choices: { '1': { label: 'Sales', next: 'bye' } },
      invalid: [],
      timeoutMs: 5_000,
      attempts: 3,
      otherwise: 'bye',
    },
    bye: { kind: 'hang-up', say: [] },
  },
};
const everything = {
  hasPrompt: () => true,
  hasQueue: () => true,
  hasAgent: () => true,
  hasFlow: () => true,
  hasConnector: () => true,
  hasMailbox: () => true,
  expressions: { check: () => undefined, namesIn: () => [] } as never,
};

describe('a flow as a file', () => {
  test('comes back as it went, and is written the same whatever order its keys had', () => {
    const text = writeFlowFile(flow);
    expect(readFlowFile(text)).toEqual({ ok: true, value: flow });
    const { menu, bye } = flow.steps as { menu: FlowStep; bye: FlowStep };
    const turned = Object.fromEntries(Object.entries(menu).reverse()) as unknown as FlowStep;
    expect(writeFlowFile({ ...flow, steps: { bye, menu: turned } })).toBe(text);
  });

  test('is a line a change', () => {
    const { menu } = flow.steps as { menu: FlowStep & { kind: 'menu' } };
    const before = writeFlowFile(flow).split('\n');
    const after = writeFlowFile({ ...flow, steps: { ...flow.steps, menu: { ...menu, attempts: 4 } } }).split(
      '\n',
    );
    expect(after.filter((line, at) => line !== before[at])).toEqual(['    attempts: 4']);
  });

  test('holds a step of every kind', () => {
    const steps = Object.fromEntries(
      stepKinds.map((kind) => [kind, freshStep(definitionOf(kind), 'hang-up') as FlowStep]),
    );
    const written = writeFlowFile({ name: 'All', start: 'say', steps });
    for (const kind of stepKinds) expect(written).toContain(`\n    kind: ${kind}\n`);
  });
});

describe('a refused file names line and cause', () => {
  const linesOf = (text: string) => {
    const read = readFlowFile(text);
    return read.ok ? [] : read.failure.map(({ line, path, message }) => `${line} ${path}: ${message}`);
  };

  test('where it is no YAML', () => {
    expect(linesOf('format: seatgrid-flow-1\nname: "open\n')[0]).toMatch(/^[23] : .*quote/i);
  });

  test('where it is another file', () => {
    for (const text of ['', '- 1\n', 'name: x\n', '7', 'format: seatgrid-flow-9\n'])
      expect(linesOf(text)[0], text).toMatch(/^1 format: is not a flow file/);
  });

  test('where a field is of the wrong kind, missing, or unknown in its value', () => {
    const text = writeFlowFile(flow);
    const line = (of: string) => text.split('\n').findIndex((each) => each.includes(of)) + 1;
    expect(linesOf(text.replace('attempts: 3', 'attempts: many'))[0]).toMatch(
      `${line('attempts')} steps.menu.attempts:`,
    );
    expect(linesOf(text.replace('    timeoutMs: 5000\n', ''))[0]).toMatch(
      `${line('  menu:')} steps.menu.timeoutMs:`,
    );
    expect(linesOf(text.replace('kind: hang-up', 'kind: hang-on'))[0]).toMatch(
      `${line('kind: hang-up')} steps.bye.kind:`,
    );
  });

  test('where what it means is wrong', () => {
    const text = writeFlowFile(flow).replace('next: bye', 'next: nobody');
    const read = readFlowFile(text);
    if (!read.ok) throw new Error('it should read');
    const line = text.split('\n').findIndex((each) => each.includes('"1":')) + 1;
    expect(faultsInFile(text, read.value, everything)).toEqual([
      expect.objectContaining({
        line,
        path: 'steps.menu.choices.1',
        message: 'leads to "nobody", which does not exist',
      }),
    ]);
  });

  test('and aliases that would grow without end are not followed', () => {
    expect(linesOf('format: seatgrid-flow-1\na: &a [x]\nb: [*a, *a]\n')).toEqual([
      '3 : a flow file has no anchors and aliases',
    ]);
  });
});
