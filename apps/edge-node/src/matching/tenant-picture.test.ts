import { expect, test } from 'vitest';
import type { AgentFree } from '@seatgrid/core/matching/match.ts';
import { TenantPicture } from './tenant-picture.ts';

test('an agent refused to a node that was lost is offered again with the next whole picture, and not before', () => {
  const picture = new TenantPicture({ id: 'acme' } as never);
  const agent = { agentId: 'ada', sinceMs: 5 } as unknown as AgentFree;
  const told = () =>
    picture.news({ calls: [], agents: [agent] }, null).flatMap((one) => ('siteId' in one ? one.added : []));
  expect(told()).toEqual([agent]);
  picture.agents.refused(agent.agentId);
  picture.forget();
  expect(told()).toEqual([]);
  picture.beginAnew();
  expect(told()).toEqual([agent]);
});
