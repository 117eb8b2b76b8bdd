import { expect, test } from 'vitest';
import { FloorNames } from './floor-names.ts';

const agent = (id: string, groupId: string | null, skillIds: string[] = []) => ({
  id,
  name: `Agent ${id}`,
  staffId: `80${id}`,
  extension: `10${id}`,
  groupId,
  skills: skillIds.map((skillId) => ({ skillId })),
});
const agents = [agent('1', 'a', ['s']), agent('2', 'a'), agent('3', 'b'), agent('4', null)];
const names = new FloorNames({
  queues: [],
  agents,
  skills: [{ id: 's', name: 'Claims' }],
  pauseReasons: [],
  locale: 'en',
  say: (word) => word,
});
const found = (isFound: (id: string) => boolean) => agents.map(({ id }) => id).filter(isFound);

test('agents of a group, and of any', () => {
  expect(found((id) => names.isOf(id, 'a'))).toEqual(['1', '2']);
  expect(found((id) => names.isOf(id, 'b'))).toEqual(['3']);
  expect(found((id) => names.isOf(id, ''))).toEqual(['1', '2', '3', '4']);
});

test.each([
  ['802', ['2']],
  ['103', ['3']],
  ['agent 4', ['4']],
  ['claims', ['1']],
  ['', ['1', '2', '3', '4']],
])('typed "%s", by staff ID, extension, name or skill', (typed, ids) => {
  expect(found((id) => names.isMeant(id, typed))).toEqual(ids);
});
