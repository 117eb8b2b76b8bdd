import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { createSeededRandom } from '@seatgrid/core/kernel/seeded-random.ts';
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { expect, test } from 'vitest';
import { numberHoldMs, numberLateMs, numberRestMs, visitHoldMs, visitsLostMs } from '../limits.ts';
import { ExpectedVisits } from './expected-visits.ts';
import { ReservedNumbers } from './reserved-numbers.ts';
import type { VisitAsked } from './visit-terms.ts';
import { visitUser } from './visit-user.ts';

function scene({ numbers = [] as string[] } = {}) {
  const clock = new VirtualClock();
  const pool = new ReservedNumbers(clock);
  pool.configure(numbers);
  const letGo: string[] = [];
  const notCalled: string[] = [];
  const again: number[] = [];
  const visits = new ExpectedVisits({
    directory: { byId: () => ({ isServed: true }) },
    hub: { keepFor: () => true, letGo: (agentId: string) => void letGo.push(agentId) },
    isOpen: () => true,
    isPhoneThere: () => true,
    clock,
    random: createSeededRandom(1),
    nodeId: () => 'host',
    reach: () => ({ uri: 'sip:host', fingerprint: null }),
    numbers: pool,
    numbersUse: () => 'unreached',
    onNumbersAgain: () => void again.push(clock.nowMs()),
    onNotCalled: ({ token }: { token: string }) => void notCalled.push(token),
    log: { warn() {} },
  } as never);
  const asked = (agentId: string, homeNodeId: string) =>
    ({
      matchId: `${agentId} of ${homeNodeId}`,
      tenantId: 'tenant',
      agentId,
      homeNodeId,
    }) as never as VisitAsked;
  return { clock, letGo, notCalled, again, visits, asked };
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

const reservedNumber = '+862150000001';
const home = 'far' as NodeId;
const trunk = { id: 'carrier' } as never;
const told = { nodeId: home, text: 'what is known', shownNumber: '+864008000001' };
const byCarrier = { toNumber: '02150000001', fromNumber: '04008000001' };

test('B-06: a number is reserved for one call, and lets in who calls it from the number that was told, once', () => {
  const { visits, asked, clock } = scene({ numbers: [reservedNumber] });
  const place = visits.expect(asked('ann', home))!;
  expect(place.publicNumbers).toBe('unreached');
  const { token } = place;
  expect(visits.takeByNumber(byCarrier, trunk)).toBeUndefined();
  expect(visits.reserve({ ...told, token })).toEqual({
    status: 200,
    reservedNumber,
  });
  expect([home, 'near' as NodeId].map((nodeId) => visits.isAwaited({ nodeId, token }))).toEqual([
    true,
    false,
  ]);
  // The way it would have come otherwise is shut, and it is reserved once.
  expect(visits.isExpected(visitUser(token))).toBe(false);
  expect(visits.reserve({ ...told, token })).toEqual({ status: 400 });
  clock.advance(numberHoldMs - 1);
  expect(visits.takeByNumber(byCarrier, trunk)).toMatchObject({
    asked: { agentId: 'ann' },
    byNumber: { token, trunk, text: 'what is known', isProven: true },
  });
  expect(visits.takeByNumber(byCarrier, trunk)).toBeUndefined();
  expect(visits.isAwaited({ nodeId: home, token })).toBe(false);
  // It rests, so that what a carrier tries again is not taken for the next call.
  const next = () =>
    visits.reserve({ ...told, token: visits.expect(asked(`${clock.nowMs()}`, home))!.token });
  expect(next()).toEqual({ status: 503 });
  clock.advance(numberRestMs);
  expect(next()).toMatchObject({ status: 200 });
  // The carrier shows numbers as they are: a stranger who calls meanwhile, whoever they say they are, learns nothing and takes nothing.
  for (const fromNumber of ['', '13800138000', '+4930123456'])
    expect(visits.takeByNumber({ ...byCarrier, fromNumber }, trunk)).toBeUndefined();
  // Over another line that is not known; nor is it of another node's calls.
  expect(visits.takeByNumber({ ...byCarrier, fromNumber: '' }, { id: 'other' } as never)).toMatchObject({
    byNumber: { isProven: false },
  });
});

test.each(['', '+8621500099'])('B-06: by a carrier that shows %j in place of the caller’s number the first to call has to prove that it is the one, and nobody comes after', (fromNumber) => {
  const { visits, asked, clock } = scene({ numbers: [reservedNumber] });
  const byStranger = { ...byCarrier, fromNumber };
  expect(visits.takeByNumber(byStranger, trunk)).toBeUndefined();
  const { token } = visits.expect(asked('ann', home))!;
  expect(visits.takeByNumber(byStranger, trunk)).toBeUndefined();
  visits.reserve({ ...told, token });
  expect(visits.takeByNumber(byStranger, trunk)).toMatchObject({ asked: { agentId: 'ann' }, byNumber: { token, isProven: false } });
  expect(visits.takeByNumber(byCarrier, trunk)).toBeUndefined();
  clock.advance(numberHoldMs);
  expect(visits.takeByNumber(byStranger, trunk)).toBeUndefined();
}); // prettier-ignore

test('B-06: a carrier that shows the number no longer costs one call', () => {
  const { visits, asked, clock } = scene({ numbers: [reservedNumber] });
  const reserve = () => visits.reserve({ ...told, token: visits.expect(asked(`${clock.nowMs()}`, home))!.token });
  reserve();
  expect(visits.takeByNumber(byCarrier, trunk)).toMatchObject({ byNumber: { isProven: true } });
  clock.advance(numberRestMs);
  reserve();
  expect(visits.takeByNumber({ ...byCarrier, fromNumber: '' }, trunk)).toBeUndefined();
  clock.advance(numberHoldMs + numberLateMs);
  reserve();
  expect(visits.takeByNumber({ ...byCarrier, fromNumber: '' }, trunk)).toMatchObject({ byNumber: { isProven: false } });
}); // prettier-ignore

test('B-06: a number that is not called in time is free again after whatever comes late, and its node is asked for nothing for a while', () => {
  const { visits, asked, clock, letGo, notCalled, again } = scene({ numbers: [reservedNumber] });
  const { token } = visits.expect(asked('ann', home))!;
  visits.reserve({ ...told, token });
  clock.advance(numberHoldMs);
  expect([letGo, notCalled]).toEqual([['ann'], [token]]);
  expect(visits.isLost(home)).toBe(true);
  expect(visits.takeByNumber(byCarrier, trunk)).toBeUndefined();
  clock.advance(visitsLostMs);
  expect([visits.isLost(home), again]).toEqual([false, [clock.nowMs()]]);
  clock.advance(numberLateMs - visitsLostMs);
  expect(visits.reserve({ ...told, token: visits.expect(asked('ann', home))!.token }).status).toBe(200);
});

test('B-06: with every number reserved nobody is kept in vain, and only the node a place was told to reserves one', () => {
  const { visits, asked, clock, letGo, again } = scene({ numbers: [reservedNumber] });
  const { token } = visits.expect(asked('ann', home))!;
  expect(visits.reserve({ ...told, nodeId: 'near' as NodeId, token })).toEqual({ status: 481 });
  expect(visits.reserve({ ...told, token: 'guessed' })).toEqual({ status: 481 });
  visits.reserve({ ...told, token });
  const second = visits.expect(asked('bob', home))!;
  expect(visits.reserve({ ...told, token: second.token })).toEqual({ status: 503 });
  expect(letGo).toEqual(['bob']);
  expect(visits.isLost(home)).toBe(true);
  clock.advance(numberRestMs);
  expect([visits.isLost(home), again]).toEqual([false, [clock.nowMs()]]);
});

test.each([
  ['withdrawn', false],
  ['not-carried', true],
] as const)('B-06: a call that is %s lets go of whoever is kept at once', (about, isLost) => {
  const { visits, asked, letGo } = scene({ numbers: [reservedNumber] });
  const { token } = visits.expect(asked('ann', home))!;
  visits.reserve({ ...told, token });
  visits.callOff({ nodeId: 'near' as NodeId, token, about });
  expect(letGo).toEqual([]);
  visits.callOff({ nodeId: home, token, about });
  expect(letGo).toEqual(['ann']);
  expect(visits.isLost(home)).toBe(isLost);
});
