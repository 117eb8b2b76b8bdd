import { expect, test } from 'vitest';
import type { NodeId } from '../kernel/ids.ts';
import { AlarmWatch, faultsOf, type AlarmSubject, type NodeCondition } from './alarm.ts';

const nodeId = 'n1' as NodeId;
const well: NodeCondition = {
  nodeId,
  link: 'up',
  generation: 3,
  generationWanted: 3,
  loadMost: 0.2,
  undelivered: 0,
  intruders: 0,
};

test.each([
  ['all is well', {}, []],
  ['not heard', { link: 'down' }, ['link-down']],
  ['not heard, whatever it said last', { link: 'down', loadMost: 1, generation: 1 }, ['link-down']],
  ['never enrolled', { link: 'never-enrolled', generation: 0 }, []],
  ['revoked', { link: 'revoked', generation: 0 }, []],
  ['an older configuration', { generation: 2 }, ['configuration-behind']],
  ['a loop without rest', { loadMost: 0.9 }, ['overloaded']],
  ['events that do not get through', { undelivered: 5_001 }, ['events-undelivered']],
  ['somebody who knocks at every door', { intruders: 1 }, ['intrusion']],
  ['two at once', { loadMost: 0.9, generation: 2 }, ['configuration-behind', 'overloaded']],
] as const)('%s', (_name, change, faults) => {
  expect(faultsOf({ ...well, ...change })).toEqual(faults);
});

/** Lives through looks at given seconds; what was raised stands open until it is cleared. */
function live(looks: readonly (readonly [seconds: number, Partial<NodeCondition>])[]): string[] {
  const watch = new AlarmWatch();
  let open: AlarmSubject[] = [];
  const told: string[] = [];
  for (const [seconds, change] of looks) {
    const { raise, clear } = watch.look([{ ...well, ...change }], open, seconds * 1_000);
    open = [...open.filter((one) => !clear.some(({ kind }) => kind === one.kind)), ...raise];
    told.push(
      ...raise.map(({ kind }) => `${seconds} +${kind}`),
      ...clear.map(({ kind }) => `${seconds} -${kind}`),
    );
  }
  return told;
}

const down = { link: 'down' } as const;
const busy = { loadMost: 0.95 } as const;

test.each([
  ['what mends itself wakes nobody', [[0, down], [3, down], [4, {}], [60, {}]], []],
  ['a link that stays down is raised once', [[0, down], [4, down], [8, down]], ['4 +link-down']],
  ['and cleared once it was up for a while', [[0, down], [4, down], [5, {}], [14, {}], [15, {}], [20, {}]], ['4 +link-down', '15 -link-down']],
  ['a flapping link is one alarm', [[0, down], [4, down], [6, {}], [12, down], [14, {}], [20, down], [22, {}], [32, {}]], ['4 +link-down', '32 -link-down']],
  ['what nobody can see is not cleared', [[0, busy], [10, busy], [11, down], [15, down], [40, down], [41, {}], [51, {}]], ['10 +overloaded', '15 +link-down', '51 -link-down', '51 -overloaded']],
] as const)('%s', (_name, looks, told) => {
  expect(live(looks)).toEqual(told);
}); // prettier-ignore

test('alarms already open are not raised again by a watch that knows nothing yet, and those of a removed node are let go', () => {
  const watch = new AlarmWatch();
  const open = [{ nodeId, kind: 'link-down' as const }];
  expect(watch.look([{ ...well, ...down }], open, 0)).toEqual({ raise: [], clear: [] });
  expect(watch.look([{ ...well, ...down }], open, 60_000)).toEqual({ raise: [], clear: [] });
  expect(watch.look([], [], 61_000)).toEqual({ raise: [], clear: [] });
});
