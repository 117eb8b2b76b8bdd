import { describe, expect, test } from 'vitest';
import { freshStep } from '@seatgrid/core/flows/step-definition.ts';
import { definitionOf, stepKinds, type FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { anyNames, namesAmong, type NamedThings } from './flow-names.ts';
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
const written = (one: FlowInFile) => writeFlowFile(one, anyNames);
const everything = {
  hasPrompt: () => true,
  hasQueue: () => true,
  hasAgent: () => true,
  hasFlow: () => true,
  hasConnector: () => true,
  extension: () => 'unseen' as const,
  hasMailbox: () => true,
  hasRingGroup: () => true,
  hasSite: () => true,
  hasCalendar: () => true,
  hasFaxBox: () => true,
  expressions: { check: () => undefined, namesIn: () => [] } as never,
};

describe('a flow as a file', () => {
  test('comes back as it went, and is written the same whatever order its keys had', () => {
    const text = written(flow);
    expect(readFlowFile(text, anyNames)).toEqual({ ok: true, value: flow });
    const { menu, bye } = flow.steps as { menu: FlowStep; bye: FlowStep };
    const turned = Object.fromEntries(Object.entries(menu).reverse()) as unknown as FlowStep;
    expect(written({ ...flow, steps: { bye, menu: turned } })).toBe(text);
  });

  test('is a line a change', () => {
    const { menu } = flow.steps as { menu: FlowStep & { kind: 'menu' } };
    const before = written(flow).split('\n');
    const after = written({ ...flow, steps: { ...flow.steps, menu: { ...menu, attempts: 4 } } }).split('\n');
    expect(after.filter((line, at) => line !== before[at])).toEqual(['    attempts: 4']);
  });

  test('holds a step of every kind', () => {
    const steps = Object.fromEntries(
      stepKinds.map((kind) => [kind, freshStep(definitionOf(kind), 'hang-up') as FlowStep]),
    );
    const all = written({ name: 'All', start: 'say', steps });
    for (const kind of stepKinds) expect(all).toContain(`\n    kind: ${kind}\n`);
  });
});

describe('a refused file names line and cause', () => {
  const linesOf = (text: string) => {
    const read = readFlowFile(text, anyNames);
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
    const text = written(flow);
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
    const text = written(flow).replace('next: bye', 'next: nobody');
    const read = readFlowFile(text, anyNames);
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

describe('what a flow names', () => {
  const id = (at: number) => `0190aaaa-0000-7000-8000-00000000000${at}`;
  const none = { queue: [], agent: [], flow: [], site: [], mailbox: [], 'ring-group': [], calendar: [], connector: [], prompt: [] }; // prettier-ignore
  const here: NamedThings = {
    ...none,
    queue: [{ id: id(1), name: 'Sales' }],
    agent: [
      { id: id(2), name: 'Ada' },
      { id: id(3), name: 'Ada' },
    ],
    calendar: [{ id: id(6), name: 'Holidays' }],
    prompt: [{ id: id(4), name: 'Welcome tune' }],
  };
  const naming: FlowInFile = {
    name: 'Naming',
    start: 'play',
    steps: {
      play: { kind: 'play', prompts: [id(4) as never], next: 'hours' },
      hours: {
        kind: 'time',
        periods: [{ days: [1], from: '09:00', to: '18:00' }],
        calendarId: id(6) as never,
        inside: 'ring',
        outside: 'wait',
      },
      ring: { kind: 'agent', agentId: id(3) as never, ringTimeoutMs: 9_000, onUnavailable: 'wait' },
      wait: { kind: 'enqueue', queueId: id(1) as never, onFull: 'bye' },
      bye: { kind: 'hang-up', say: [{ kind: 'prompt', promptId: id(4) as never }] },
    },
  };
  const text = writeFlowFile(naming, namesAmong(here));

  test('stands by its name, with its id where two have one name, and comes back', () => {
    expect(text).toContain('\n    queueId: Sales\n');
    expect(text).toContain(`\n    agentId: Ada (${id(3)})\n`);
    expect(text).toContain('\n    calendarId: Holidays\n');
    expect(text).toContain('promptId: Welcome tune\n');
    expect(text).toContain('    prompts:\n      - Welcome tune\n');
    expect(readFlowFile(text, namesAmong(here))).toEqual({ ok: true, value: naming });
  });

  test('is found again in another tenant, whose ids are others', () => {
    const there: NamedThings = {
      ...here,
      queue: [{ id: id(7), name: 'Sales' }],
      agent: [{ id: id(8), name: 'Ada' }],
    };
    const read = readFlowFile(text, namesAmong(there));
    expect(read.ok && read.value.steps).toMatchObject({ wait: { queueId: id(7) }, ring: { agentId: id(8) } });
  });

  test('is told with its line where nobody has it, or two have it', () => {
    const there: NamedThings = { ...here, queue: [], agent: here.agent.map((one, at) => ({ ...one, id: id(8 + at) })) };
    const read = readFlowFile(text, namesAmong(there));
    const lineOf = (part: string) => text.split('\n').findIndex((each) => each.includes(part)) + 1;
    expect(read.ok ? [] : read.failure.map(({ line, path, message }) => [line, path, message])).toEqual([
      [lineOf('agentId'), 'steps.ring.agentId', `more than one agent is called "Ada (${id(3)})": its id goes behind it in brackets`],
      [lineOf('queueId'), 'steps.wait.queueId', 'there is no queue called "Sales"'],
    ]);
  });

  test('is sound without a tenant, by name as by id; a file of ids is still read', () => {
    const read = readFlowFile(text, anyNames);
    expect(read.ok && faultsInFile(text, read.value, everything)).toEqual([]);
    const before = written(naming).replace('seatgrid-flow-2', 'seatgrid-flow-1');
    expect(before).toContain(`queueId: ${id(1)}`);
    expect(readFlowFile(before, namesAmong(here))).toEqual({ ok: true, value: naming });
  });

  test('a name that looks like another’s id is never taken for it', () => {
    const odd: NamedThings = { ...none, queue: [{ id: id(1), name: id(2) }, { id: id(2), name: 'Sales' }, { id: id(5), name: `Sales (${id(2)})` }] };
    const names = namesAmong(odd);
    for (const { id: own } of odd.queue) expect(names.idOf('queue', names.nameOf('queue', own))).toEqual({ ok: true, value: own });
  });
}); // prettier-ignore
