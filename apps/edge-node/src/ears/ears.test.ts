/** What the agent's node makes of a supervisor another node brings: the token alone says who they are. */
import type { EarToCentre } from '@seatgrid/contracts/link/ear-messages.ts';
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { expect, test } from 'vitest';
import { earSoughtMaxMs } from '../limits.ts';
import { Supervisor } from '../supervision/supervisor.ts';
import { Ears, type EarsOptions } from './ears.ts';

const acme = { id: 'acme', isServed: true, agents: new Map([['ann', {}]]) };
const other = { id: 'other', isServed: true, agents: new Map() };
const place = { nodeId: 'near', uri: 'sip:192.0.2.7', token: '0f', fingerprint: null };

function scene({ isCentreThere = true, hasCentre = true } = {}) {
  const clock = new VirtualClock();
  const told: EarToCentre[] = [];
  const expected: object[] = [];
  const party = { isMember: true };
  const call = { isEnded: false, members: [party, {}], parties: [party, {}] };
  const people: Readonly<Record<string, object>> = {
    'of-susan': { tenant: acme, userId: 'susan', name: 'Susan', role: 'supervisor' },
    'of-ann': { tenant: acme, userId: 'ann', name: 'Ann', role: 'agent' },
    'of-sam': { tenant: other, userId: 'sam', name: 'Sam', role: 'supervisor' },
  };
  let matches = 0;
  const ears = new Ears({
    clock,
    ids: { next: () => `match-${++matches}` },
    log: { error: () => {} },
    believe: (token: string) => Promise.resolve(people[token]),
    hub: { seat: (id: string) => (id === 'ann' ? { call, interaction: { party } } : undefined) },
    visits: { expectEar: (asked: object) => (expected.push(asked), place) },
    isCentreThere: () => isCentreThere,
    hasCentre,
    tell: (message: EarToCentre) => void told.push(message),
  } as never as EarsOptions);
  const asked = async (token: string, tenantId = 'acme', act = 'listen') => {
    ears.hear({
      kind: 'ear-asked',
      earNodeId: 'far',
      tenantId,
      matchId: 'm',
      agentId: 'ann',
      act,
      token,
    } as never);
    await new Promise((resolve) => setImmediate(resolve));
    const answer = told.pop();
    if (answer?.kind !== 'ear-answered') throw new Error('it was not answered');
    const { outcome } = answer;
    return outcome.kind === 'refused' ? outcome.code : outcome.kind;
  };
  const susan = new Supervisor({ ...people['of-susan'], pass: 'of-susan' } as never, () => {});
  return { ears, clock, told, expected, asked, susan, call };
}

test('a supervisor of the tenant is given a place, in the name the token bears', async () => {
  const { asked, expected } = scene();
  expect(await asked('of-susan')).toBe('kept');
  expect(expected).toEqual([
    {
      matchId: 'm',
      tenantId: 'acme',
      heardAgentId: 'ann',
      supervisor: { userId: 'susan', name: 'Susan', role: 'supervisor' },
      homeNodeId: 'far',
    },
  ]);
});

test('a token nobody signed, one of another tenant, whatever tenant is claimed, and one of an agent open nothing', async () => {
  const { asked, expected } = scene();
  expect(await asked('made-up')).toBe('not-available');
  expect(await asked('of-sam')).toBe('no-such-agent');
  expect(await asked('of-sam', 'other')).toBe('no-such-agent');
  // The place would be told, and the answer given, in the name of the tenant that was asked for.
  for (const act of ['listen', 'release'])
    expect(await asked('of-susan', 'other', act)).toBe('no-such-agent');
  expect(await asked('of-ann')).toBe('not-allowed');
  for (const token of ['made-up', 'of-sam', 'of-ann'])
    expect(await asked(token, 'acme', 'release')).toMatch(/not-a|no-such-agent/);
  expect(expected).toEqual([]);
});

test('a call that is over is heard by nobody', async () => {
  const { asked, call, expected } = scene();
  call.isEnded = true;
  expect(await asked('of-susan')).toBe('no-call');
  expect(expected).toEqual([]);
});

test('what is sought is told by the centre, or given up in time; without the centre nothing is asked', async () => {
  const { ears, clock, told, susan } = scene();
  const first = ears.seek(susan, 'ann' as never, 'listen');
  const { matchId } = told[0]!;
  expect(told).toEqual([
    { kind: 'ear-wanted', tenantId: 'acme', matchId, agentId: 'ann', act: 'listen', token: 'of-susan' },
  ]);
  ears.hear({ kind: 'ear-told', tenantId: 'acme', matchId, outcome: { kind: 'kept', at: place } } as never);
  expect(await first).toEqual({ kind: 'kept', at: place });
  const second = ears.seek(susan, 'ann' as never, 'release');
  clock.advance(earSoughtMaxMs);
  expect(await second).toMatchObject({ code: 'not-available' });

  const away = scene({ isCentreThere: false });
  expect(await away.ears.seek(away.susan, 'ann' as never, 'listen')).toMatchObject({ code: 'not-available' });
  const alone = scene({ isCentreThere: false, hasCentre: false });
  expect(await alone.ears.seek(alone.susan, 'ann' as never, 'listen')).toMatchObject({ code: 'no-call' });
  expect([...away.told, ...alone.told]).toEqual([]);
});
