import { expect, test } from 'vitest';
import { whoHearsWhom, type HearingParty, type Standing } from './hearing.ts';

const talking: Standing = { kind: 'talking' };
const consulting: Standing = { kind: 'consulting' };
const keptOut: Standing = { kind: 'kept-out' };

function party(key: string, standing: Standing, also: Partial<HearingParty> = {}): HearingParty {
  return { key, standing, isCustomer: key === 'C', isAway: false, isMuted: false, ...also };
}

const customer = party('C', talking);
const agent = party('A', talking);
const third = party('B', talking);
const away = { isAway: true };
const muted = { isMuted: true };

/** `C: A B ♪ flow` reads: the customer hears agent, third, hold music and what a flow says. */
function drawn(parties: readonly HearingParty[]): string[] {
  const { rows, recorded } = whoHearsWhom(parties);
  return [
    ...rows.map(({ key, hears, hasMusic, hearsFlow }) =>
      [`${key}:`, ...hears, ...(hasMusic ? ['♪'] : []), ...(hearsFlow ? ['flow'] : [])].join(' '),
    ),
    `recorded: ${recorded.left.join(' ')} | ${recorded.right.join(' ')}`,
  ];
}

test.each<{
  readonly title: string;
  readonly parties: readonly HearingParty[];
  readonly heard: readonly string[];
}>([
  {
    title: 'a caller alone with a flow hears the flow',
    parties: [customer],
    heard: ['C: flow', 'recorded: C | '],
  },
  {
    title: 'two parties hear each other, and a flow that guides them (D-09)',
    parties: [customer, agent],
    heard: ['C: A flow', 'A: C flow', 'recorded: C | A'],
  },
  {
    title: 'held by the agent, the customer hears music and the agent nothing (E-11)',
    parties: [customer, party('A', talking, away)],
    heard: ['C: ♪ flow', 'A:', 'recorded: C | '],
  },
  {
    title: 'held by the customer’s phone, the agent hears music',
    parties: [party('C', talking, away), agent],
    heard: ['C:', 'A: ♪ flow', 'recorded:  | A'],
  },
  {
    title: 'holding each other, both hear music',
    parties: [party('C', talking, away), party('A', talking, away)],
    heard: ['C: ♪', 'A: ♪', 'recorded:  | '],
  },
  {
    title: 'muted, the agent is heard by nobody and not recorded (E-11)',
    parties: [customer, party('A', talking, muted)],
    heard: ['C: flow', 'A: C flow', 'recorded: C | '],
  },
  {
    title: 'the consulted rings: the customer hears music, the agent nothing but the tone (E-12)',
    parties: [customer, party('A', consulting)],
    heard: ['C: ♪ flow', 'A:', 'recorded: C | '],
  },
  {
    title:
      'consulting: agent and consulted hear each other, the customer music, the recording the customer (E-12)',
    parties: [customer, party('A', consulting), party('B', consulting)],
    heard: ['C: ♪ flow', 'A: B', 'B: A', 'recorded: C | '],
  },
  {
    title: 'the consulted holds: the agent hears music',
    parties: [customer, party('A', consulting), party('B', consulting, away)],
    heard: ['C: ♪ flow', 'A: ♪', 'B:', 'recorded: C | '],
  },
  {
    title: 'three-way: everybody hears both others (E-12)',
    parties: [customer, agent, third],
    heard: ['C: A B flow', 'A: C B flow', 'B: C A flow', 'recorded: C | A B'],
  },
  {
    title: 'one of three holds: the others go on',
    parties: [customer, party('A', talking, away), third],
    heard: ['C: B flow', 'A:', 'B: C flow', 'recorded: C | B'],
  },
  {
    title: 'one of three kept out hears music while the others go on (D-08)',
    parties: [customer, agent, party('B', keptOut)],
    heard: ['C: A flow', 'A: C flow', 'B: ♪', 'recorded: C | A'],
  },
  {
    title: 'all but the agent kept out: the agent waits',
    parties: [party('C', keptOut), agent, party('B', keptOut)],
    heard: ['C: ♪', 'A: ♪ flow', 'B: ♪', 'recorded:  | A'],
  },
  {
    title: 'four parties, one of them muted',
    parties: [customer, agent, third, party('D', talking, muted)],
    heard: ['C: A B flow', 'A: C B flow', 'B: C A flow', 'D: C A B flow', 'recorded: C | A B'],
  },
  {
    title: 'monitored: the rows of customer, agent and recording are as without (H-17)',
    parties: [customer, agent, party('S', { kind: 'monitoring', to: 'A' })],
    heard: ['C: A flow', 'A: C flow', 'S: C A flow', 'recorded: C | A'],
  },
  {
    title: 'monitored while on hold: the supervisor hears the customer wait',
    parties: [customer, party('A', talking, away), party('S', { kind: 'monitoring', to: 'A' })],
    heard: ['C: ♪ flow', 'A:', 'S: C flow', 'recorded: C | '],
  },
  {
    title: 'monitored while consulting: the supervisor follows the agent aside',
    parties: [
      customer,
      party('A', consulting),
      party('B', consulting),
      party('S', { kind: 'monitoring', to: 'A' }),
    ],
    heard: ['C: ♪ flow', 'A: B', 'B: A', 'S: A B', 'recorded: C | '],
  },
  {
    title: 'whispered to: the agent hears both, the customer and the recording only the agent (H-18)',
    parties: [customer, agent, party('S', { kind: 'whispering', to: 'A' })],
    heard: ['C: A flow', 'A: C S flow', 'S: C A flow', 'recorded: C | A'],
  },
  {
    title: 'whispered to on hold: the agent hears the supervisor alone',
    parties: [customer, party('A', talking, away), party('S', { kind: 'whispering', to: 'A' })],
    heard: ['C: ♪ flow', 'A: S', 'S: C flow', 'recorded: C | '],
  },
  {
    title: 'a muted whisperer only listens',
    parties: [customer, agent, party('S', { kind: 'whispering', to: 'A' }, muted)],
    heard: ['C: A flow', 'A: C flow', 'S: C A flow', 'recorded: C | A'],
  },
  {
    title: 'two supervisors do not hear each other',
    parties: [
      customer,
      agent,
      party('S', { kind: 'whispering', to: 'A' }),
      party('T', { kind: 'monitoring', to: 'A' }),
    ],
    heard: ['C: A flow', 'A: C S flow', 'S: C A flow', 'T: C A flow', 'recorded: C | A'],
  },
  {
    title: 'barged in: three who hear each other (H-19)',
    parties: [customer, agent, party('S', talking)],
    heard: ['C: A S flow', 'A: C S flow', 'S: C A flow', 'recorded: C | A S'],
  },
  {
    title: 'intercepted: the customer with the supervisor (H-21)',
    parties: [customer, party('S', talking)],
    heard: ['C: S flow', 'S: C flow', 'recorded: C | S'],
  },
  {
    title: 'listening to an agent who is gone is silence',
    parties: [customer, party('S', { kind: 'monitoring', to: 'A' })],
    heard: ['C: flow', 'S:', 'recorded: C | '],
  },
])('$title', ({ parties, heard }) => expect(drawn(parties)).toEqual(heard));

test('in every situation of up to four parties nobody hears himself, a listener or somebody who is muted', () => {
  const standings: Standing[] = [
    talking,
    consulting,
    keptOut,
    { kind: 'monitoring', to: 'A' },
    { kind: 'whispering', to: 'A' },
  ];
  for (let code = 0; code < 20 ** 3; code++) {
    const parties = ['C', 'A', 'B', 'S'].map((key, index) => {
      const digit = index === 1 ? 0 : Math.floor(code / 20 ** [0, 0, 1, 2][index]!) % 20;
      return party(key, standings[digit % 5]!, {
        isAway: Math.floor(digit / 5) % 2 === 1,
        isMuted: Math.floor(digit / 10) % 2 === 1,
      });
    });
    const { rows, recorded } = whoHearsWhom(parties);
    const byKey = new Map(parties.map((one) => [one.key, one]));
    const isWrong = rows.some(
      ({ key, hears }) =>
        hears.includes(key) ||
        new Set(hears).size < hears.length ||
        hears.map((heard) => byKey.get(heard)!).some((speaker) => !maySpeakTo(speaker, key)),
    );
    const isRecordedWrong = [...recorded.left, ...recorded.right].some(
      (heard) => byKey.get(heard)!.standing.kind !== 'talking',
    );
    if (isWrong || isRecordedWrong) expect.fail(JSON.stringify({ parties, rows, recorded }));
  }
});

function maySpeakTo({ standing, isMuted }: HearingParty, listener: string): boolean {
  if (isMuted || standing.kind === 'monitoring' || standing.kind === 'kept-out') return false;
  return standing.kind !== 'whispering' || standing.to === listener;
}
