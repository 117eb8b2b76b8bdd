import { createSeededRandom } from '@seatgrid/core/kernel/seeded-random.ts';
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { expect, test } from 'vitest';
import { visitHoldMs, visitsLostMs } from '../limits.ts';
import { ExpectedVisits } from './expected-visits.ts';
import type { VisitAsked } from './visit-terms.ts';
import { visitUser } from './visit-user.ts';

function scene() {
  const clock = new VirtualClock();
  const letGo: string[] = [];
  const visits = new ExpectedVisits({
    directory: { byId: () => ({ isServed: true }) },
    hub: { keepFor: () => true, letGo: (agentId: string) => void letGo.push(agentId) },
    isOpen: () => true,
    isPhoneThere: () => true,
    clock,
    random: createSeededRandom(1),
    nodeId: () => 'host',
    reach: () => ({ uri: 'sip:host', fingerprint: null }),
  } as never);
  const asked = (agentId: string, homeNodeId: string) =>
    ({
      matchId: `${agentId} of ${homeNodeId}`,
      tenantId: 'tenant',
      agentId,
      homeNodeId,
    }) as never as VisitAsked;
  return { clock, letGo, visits, asked };
}

test('a home that did not dial in time is lost for a while, and all who are kept for it are let go at once', () => {
  const { clock, letGo, visits, asked } = scene();
  visits.expect(asked('ann', 'far'));
  clock.advance(visitHoldMs - 100);
  visits.expect(asked('bob', 'far'));
  visits.expect(asked('cat', 'near'));
  clock.advance(100);
  expect(letGo).toEqual(['ann', 'bob']);
  expect([visits.isLost('far' as never), visits.isLost('near' as never)]).toEqual([true, false]);
  clock.advance(visitsLostMs);
  expect(visits.isLost('far' as never)).toBe(false);
});

test('a home that dials is there', () => {
  const { clock, letGo, visits, asked } = scene();
  visits.expect(asked('ann', 'far'));
  clock.advance(visitHoldMs);
  const place = visits.expect(asked('bob', 'far'))!;
  expect(visits.isLost('far' as never)).toBe(true);
  expect(visits.take(visitUser(place.token))).toMatchObject({ agentId: 'bob' });
  expect(visits.isLost('far' as never)).toBe(false);
  clock.advance(visitHoldMs);
  expect(letGo).toEqual(['ann']);
});

test('a desk phone nobody is signed in at is kept for nobody: a home that does not dial is not held lost for it', () => {
  const { clock, letGo, visits, asked } = scene();
  const phone = { ...asked('a', 'home'), phone: { mustBeIdle: true } };
  expect(visits.expect(phone)).toBeDefined();
  clock.advance(visitHoldMs);
  expect(visits.isLost('home' as never)).toBe(false);
  expect(visits.expect(phone)).toBeDefined();
  visits.release(phone.matchId);
  expect(letGo).toEqual([]);
});
