import { expect, test } from 'vitest';
import type { GroupId } from '../kernel/ids.ts';
import type { Agent, AgentKind } from './agent.ts';
import { leadersInOrder } from './leader-position.ts';
import type { PresenceState } from './presence.ts';

const leader = (
  name: string,
  state: PresenceState,
  sinceMs: number,
  of = 'a',
  kind: AgentKind = 'leader',
) => ({
  agent: { name, kind, groupId: of } as unknown as Agent,
  state,
  sinceMs,
});
const order = (leaders: ReturnType<typeof leader>[]) =>
  leadersInOrder(leaders, 'a' as GroupId).map(({ agent }) => agent.name);

test('the leader position is held by leaders of the group, and by nobody else', () => {
  const others = [leader('other group', 'ready', 0, 'b'), leader('member', 'ready', 0, 'a', 'specialist')];
  expect(order([...others, leader('mine', 'talking', 0)])).toEqual(['mine']);
  expect(order(others)).toEqual([]);
});

test('who is ready is asked first, who has gone last; among equals who has been so longest', () => {
  const away = leader('gone', 'offline', 0);
  const busy = [leader('talks', 'talking', 3), leader('wraps', 'wrapping', 2)];
  expect(
    order([
      away,
      ...busy,
      leader('paused', 'paused', 1),
      leader('ready', 'ready', 9),
      leader('idle', 'ready', 5),
    ]),
  ).toEqual(['idle', 'ready', 'paused', 'wraps', 'talks', 'gone']);
});
