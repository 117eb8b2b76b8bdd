import { expect, test } from 'vitest';
import { insideNumbers } from './inside-numbers.ts';

const agent = (name: string, extension: string, staffId: string) => ({ name, extension, staffId }) as never;
const numbers = insideNumbers({
  agents: [agent('Lin', '1001', '8001'), agent('Wang', '1002', '1001')],
  groups: [
    { name: 'First', leaderNumber: '600' } as never,
    { name: 'Second', leaderNumber: '8001' } as never,
    { name: 'Third', leaderNumber: null } as never,
  ],
});
const meant = (number: string) => {
  const found = numbers.get(number);
  return found && (found.kind === 'agent' ? found.agent.name : `leader of ${found.group.name}`);
};

test.each([
  ['1002', 'Wang'],
  ['600', 'leader of First'],
  // An extension goes before another's staff ID, a person before a position.
  ['1001', 'Lin'],
  ['8001', 'Lin'],
  ['9', undefined],
])('%s means %s', (number, name) => {
  expect(meant(number)).toBe(name);
});
