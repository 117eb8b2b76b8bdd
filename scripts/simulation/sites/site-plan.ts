/**
 * What happens in one simulated day of several sites, as data: who calls whom when, how long people talk, ring in vain and wait, and what
 * breaks. Made from a seed; a smaller plan is made from it by leaving things out, which is how a failing seed becomes a test.
 */
import { createSeededRandom } from '@seatgrid/core/kernel/seeded-random.ts';
import type { Reach } from '@seatgrid/core/routing/queue.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';

export interface SitePlan {
  readonly seed: number;
  readonly sites: number;
  readonly durationMs: number;
  readonly lostPermille: number;
  readonly agents: readonly PlannedAgent[];
  readonly calls: readonly PlannedCall[];
  readonly faults: readonly PlannedFault[];
  /** The most the tenant may have at one time; absent: more than there are. */
  readonly callsMax?: number;
  /** Whether it is told what the lines to the centre carried. */
  readonly weighsLines?: boolean;
  /** Callers are told how long it will take, and wait as long as they will; queues reach so far. */
  readonly announcesWaits?: Reach;
}

export interface PlannedAgent {
  readonly site: number;
  readonly signsInAtMs: number;
  /** Of 100 rings so many are let ring, so many declined. */
  readonly missesPercent: number;
  readonly declinesPercent: number;
  /** Of 100 conversations so many are handed to the other queue. */
  readonly transfersPercent: number;
}

export interface PlannedCall {
  readonly atMs: number;
  readonly site: number;
  /** 0 rings the first queue, 1 walks a menu. */
  readonly service: 0 | 1;
  readonly patienceMs: number;
  readonly talkMs: number;
}

export type PlannedFault =
  /** The link to the centre carries nothing. */
  | { readonly kind: 'link-cut'; readonly site: number; readonly atMs: number; readonly durationMs: number }
  /** `kill -9`, and a start after so long. */
  | { readonly kind: 'node-killed'; readonly site: number; readonly atMs: number; readonly durationMs: number }
  /** Nothing goes between two sites. */
  | { readonly kind: 'sites-apart'; readonly site: number; readonly other: number; readonly atMs: number; readonly durationMs: number }
  | { readonly kind: 'centre-restarted'; readonly atMs: number }
  /** An agent's page is gone, and comes back. */
  | { readonly kind: 'desk-lost'; readonly agent: number; readonly atMs: number; readonly durationMs: number }; // prettier-ignore

const minuteMs = 60_000;
/** Everybody has come to work. */
const settledMs = minuteMs;

export function planOf(seed: number, minutes = 10): SitePlan {
  const random = createSeededRandom(seed * 2_654_435_761 + 1);
  const roll = (least: number, most: number) => least + randomInteger(random, most - least + 1);
  const sites = roll(2, 3);
  const durationMs = minutes * minuteMs;
  const site = () => roll(0, sites - 1);
  const agents = many(sites * roll(1, 4), () => ({
    site: site(),
    signsInAtMs: roll(0, 30_000),
    missesPercent: chance(random, [0, 0, 5, 20]),
    declinesPercent: chance(random, [0, 0, 5]),
    transfersPercent: chance(random, [0, 0, 20]),
  }));
  const calls = many(roll(2, 6) * minutes, () => ({
    atMs: roll(0, durationMs - minuteMs),
    site: site(),
    service: chance(random, [0, 0, 1] as const),
    patienceMs: chance(random, [5_000, 20_000, 60_000, 180_000]),
    talkMs: roll(1_000, 90_000),
  }));
  calls.sort((a, b) => a.atMs - b.atMs);
  const faults = many(roll(0, 5), (): PlannedFault => {
    const atMs = roll(30_000, durationMs - minuteMs);
    const durationMsOf = () => chance(random, [500, 4_000, 15_000, 60_000]);
    switch (roll(0, 4)) {
      case 0:
        return { kind: 'link-cut', site: site(), atMs, durationMs: durationMsOf() };
      case 1:
        return { kind: 'node-killed', site: site(), atMs, durationMs: durationMsOf() };
      case 2: {
        const one = site();
        return { kind: 'sites-apart', site: one, other: (one + 1) % sites, atMs, durationMs: durationMsOf() };
      }
      case 3:
        return { kind: 'centre-restarted', atMs };
      default:
        return { kind: 'desk-lost', agent: roll(0, agents.length - 1), atMs, durationMs: durationMsOf() };
    }
  });
  return { seed, sites, durationMs, lostPermille: chance(random, [0, 0, 10, 50]), agents, calls, faults };
}

/** B-13: one site by itself for so long, from its sixth minute on, with two reboots on the way. */
export function planAlone(
  hours: number,
  staff: { readonly agents: number; readonly callsPerHour: number },
): SitePlan {
  const random = createSeededRandom(72);
  const hourMs = 60 * minuteMs;
  const durationMs = hours * hourMs;
  const cutAtMs = 5 * minuteMs;
  const roll = (most: number) => randomInteger(random, most);
  const agents = many(staff.agents, () => ({
    site: 0,
    signsInAtMs: roll(30_000),
    missesPercent: 3,
    declinesPercent: 1,
    transfersPercent: 5,
  }));
  const calls = many(hours * staff.callsPerHour, () => ({
    atMs: roll(durationMs),
    site: 0,
    service: chance(random, [0, 0, 1] as const),
    patienceMs: 20_000 + roll(160_000),
    talkMs: 10_000 + roll(300_000),
  }));
  calls.sort((a, b) => a.atMs - b.atMs);
  const reboot = (share: number): PlannedFault => ({
    kind: 'node-killed',
    site: 0,
    atMs: Math.round(durationMs * share),
    durationMs: minuteMs,
  });
  const faults: PlannedFault[] = [
    { kind: 'link-cut', site: 0, atMs: cutAtMs, durationMs: durationMs - cutAtMs },
    reboot(0.3),
    reboot(0.7),
  ];
  return { seed: 72, sites: 1, durationMs, lostPermille: 0, agents, calls, faults };
}

/**
 * The busy hour of a site of so many agents, each of whom takes so many calls an hour; at another site, a tenth as many agents for more
 * callers than they can take, so that the two serve each other's.
 */
export function planBusy(minutes: number, staff: { readonly agents: number; readonly callsPerHour: number }): SitePlan {
  const random = createSeededRandom(200);
  const durationMs = minutes * minuteMs;
  const roll = (most: number) => randomInteger(random, most);
  const beside = Math.ceil(staff.agents / 10);
  const agents = many(staff.agents + beside, () => ({ signsInAtMs: roll(10_000), missesPercent: 2, declinesPercent: 1, transfersPercent: 3 }));
  const callsOf = (people: number) => Math.round((people * staff.callsPerHour * minutes) / 60);
  const callAt = (site: number) => () => ({ site, atMs: 15_000 + roll(durationMs - 15_000), service: chance(random, [0, 0, 1] as const), patienceMs: 60_000 + roll(120_000), talkMs: 30_000 + roll(60_000) });
  const calls = [...many(callsOf(staff.agents), callAt(0)), ...many(callsOf(2 * beside), callAt(1))];
  return {
    seed: 200,
    sites: 2,
    durationMs,
    lostPermille: 0,
    agents: agents.map((agent, index) => ({ ...agent, site: index < staff.agents ? 0 : 1 })),
    calls: calls.toSorted((a, b) => a.atMs - b.atMs),
    faults: [],
    weighsLines: true,
  };
} // prettier-ignore

/** F-25: three sites whose callers wait: the second has agents for its callers, the first more, the third nearly none. */
export function planWaits({ seed, hours, reach }: { seed: number; hours: number; reach: Reach }): SitePlan {
  const random = createSeededRandom(seed * 2_654_435_761 + 25);
  const even = () => (1 + randomInteger(random, 0xffff_ffff)) / 0x1_0000_0000;
  const durationMs = hours * 60 * minuteMs;
  const talkMs = () => Math.min(talkMsMax, 195_000 * Math.exp(0.7 * Math.sqrt(-2 * Math.log(even())) * Math.cos(2 * Math.PI * even()) - 0.245));
  const talkMsMax = 9 * minuteMs;
  const agentsAt = [9, 4, 1];
  const callsPerHourAt = [120, 70, 70];
  const agents = agentsAt.flatMap((count, site) =>
    many(count, () => ({ site, signsInAtMs: randomInteger(random, 30_000), missesPercent: 1, declinesPercent: 0, transfersPercent: 0 })),
  );
  const calls = callsPerHourAt.flatMap((perHour, site) =>
    many(perHour * hours, () => ({
      site,
      atMs: settledMs + randomInteger(random, durationMs - settledMs),
      service: chance(random, [0, 0, 1] as const),
      patienceMs: Math.round(-420_000 * Math.log(even())),
      talkMs: Math.round(talkMs()),
    })),
  );
  calls.sort((a, b) => a.atMs - b.atMs);
  return { seed, sites: 3, durationMs, lostPermille: 0, agents, calls, faults: [], announcesWaits: reach };
} // prettier-ignore

/** The same with less in it; what is left keeps its times. */
export function without<Kind extends 'agents' | 'calls' | 'faults'>(
  plan: SitePlan,
  kind: Kind,
  from: number,
  count: number,
): SitePlan {
  const kept = plan[kind].filter((_, index) => index < from || index >= from + count);
  return { ...plan, [kind]: kept };
}

function many<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make);
}

function chance<Item>(random: Random, items: readonly Item[]): Item {
  return items[randomInteger(random, items.length)]!;
}
