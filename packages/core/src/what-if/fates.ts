/**
 * What a replayed call brings along whatever the settings are: its patience, and what its answer takes. Of the day as it was each call
 * keeps what was recorded, and only what nobody could know is drawn: how long a caller who was served would have waited on, how
 * long one who hung up would have talked. Of another day like it both are drawn anew, from the day's own. What is drawn hangs on the
 * call and the seed alone, so that two settings are compared by the same callers.
 */
import type { CallId, QueueId } from '../kernel/ids.ts';
import { randomInteger, type Random } from '../kernel/random.ts';
import { createSeededRandom } from '../kernel/seeded-random.ts';
import { abandonmentsMin, matchTakesMaxMs, rangDefaultMs, talkDefaultMs } from './limits.ts';
import { Patience, type Waited } from './patience.ts';
import type { Miss, RecordedDay, Visit } from './recorded-day.ts';
import type { Queue } from '../routing/queue.ts';

export interface Fate {
  /** From entering the queue; Infinity: never leaves by itself. */
  readonly patienceMs: number;
  /** `ended`: taken out of the queue then, by whoever may. */
  readonly leavesAs: 'abandoned' | 'ended';
  readonly rangMs: number;
  readonly talkMs: number;
  readonly wrap: Wrap;
}

export interface Wrap {
  readonly ms: number;
  /** Beyond all the time the queue grants, and so with more where more is granted; null: done before. */
  readonly excessMs: number | null;
}

interface Answer {
  readonly rangMs: number;
  readonly talkMs: number;
  readonly wrap: Wrap;
}

/** Who is meant: the recorded call, which of its copies, and its how manyeth queue. */
export interface Whose {
  readonly call: number;
  readonly copy: number;
  readonly visit: number;
}

export class Fates {
  readonly #answers = new Map<QueueId, Answer[]>();
  readonly #everyAnswer: Answer[] = [];
  readonly #patience = new Map<QueueId, Patience>();
  readonly #everyPatience: Patience;
  readonly #wrapUpMs: ReadonlyMap<QueueId, number>;
  readonly #misses: readonly Miss[];
  /** Of rings. */
  readonly #missed: number;

  constructor(day: RecordedDay, queues: readonly Queue[]) {
    this.#wrapUpMs = new Map(queues.map(({ id, wrapUpMs }) => [id, wrapUpMs]));
    const waits = new Map<QueueId, Waited[]>();
    for (const { visits } of day.calls)
      for (const visit of visits) {
        const answer = this.#answerOf(visit);
        if (answer) listUnder(this.#answers, visit.queueId, answer);
        if (answer) this.#everyAnswer.push(answer);
        const waited = waitedOf(visit);
        if (waited) listUnder(waits, visit.queueId, waited);
      }
    for (const [queueId, some] of waits) this.#patience.set(queueId, new Patience(some));
    this.#everyPatience = new Patience([...waits.values()].flat());
    this.#misses = day.calls.flatMap(({ visits }) => visits.flatMap(({ misses }) => misses));
    this.#missed = this.#misses.length / Math.max(1, this.#misses.length + this.#everyAnswer.length);
  }

  /** Whether its how manyeth ring is in vain, whoever is rung. */
  missOf(whose: Whose, ring: number, recorded: Visit | undefined, seed: number | null): Miss | undefined {
    if (seed === null && whose.copy === 0 && recorded) return recorded.misses[ring];
    if (this.#misses.length === 0) return undefined;
    const random = createSeededRandom(mixed(seed ?? 0, { ...whose, copy: whose.copy + 10_000 + ring }));
    if (randomInteger(random, 0x1_0000_0000) >= this.#missed * 0x1_0000_0000) return undefined;
    return this.#misses[randomInteger(random, this.#misses.length)];
  }

  /** `seed` null: the day as it was. */
  of(whose: Whose, queueId: QueueId, recorded: Visit | undefined, seed: number | null): Fate {
    const random = createSeededRandom(mixed(seed ?? 0, whose));
    const chance = () => randomInteger(random, 0x1_0000_0000) / 0x1_0000_0000;
    const patienceChance = chance();
    const asRecorded = seed === null && whose.copy === 0 ? recorded : undefined;
    const drawn = this.#drawAnswer(queueId, random, asRecorded?.rangInVainMs ?? 0);
    const answer = (asRecorded && this.#answerOf(asRecorded)) ?? drawn;
    if (asRecorded?.left?.cause === 'ended')
      return { ...answer, patienceMs: asRecorded.left.waitedMs, leavesAs: 'ended' };
    const patienceMs = this.#patienceOf(queueId, asRecorded, patienceChance);
    return { ...answer, patienceMs, leavesAs: 'abandoned' };
  }

  #patienceOf(queueId: QueueId, recorded: Visit | undefined, chance: number): number {
    if (recorded?.patienceMs != null) return recorded.patienceMs;
    if (recorded?.left?.cause === 'abandoned') return recorded.left.waitedMs;
    const own = this.#patience.get(queueId);
    const patience = own && own.abandonments >= abandonmentsMin ? own : this.#everyPatience;
    return patience.draw(chance, recorded?.left?.waitedMs ?? -1);
  }

  /** One that took longer to ring than it had rung in vain. */
  #drawAnswer(queueId: QueueId, random: Random, recordedMs: number): Answer {
    // Between nodes a ring began a little later than one replayed does.
    const rangInVainMs = recordedMs > 0 ? recordedMs + matchTakesMaxMs : 0;
    const answers = this.#answers.get(queueId) ?? this.#everyAnswer;
    let answer = defaultAnswer;
    for (let draw = 0; draw < drawsMax && answers.length > 0; draw++) {
      answer = answers[randomInteger(random, answers.length)]!;
      if (answer.rangMs > rangInVainMs) return answer;
    }
    return { ...answer, rangMs: Math.max(answer.rangMs, rangInVainMs + 1) };
  }

  #answerOf({ queueId, service }: Visit): Answer | undefined {
    if (!service || service.talkMs === null) return undefined;
    const grantedMs = this.#wrapUpMs.get(queueId) ?? 0;
    const wrapMs = service.wrapMs ?? grantedMs;
    return {
      rangMs: service.rangMs ?? rangDefaultMs,
      talkMs: service.talkMs,
      wrap: {
        ms: wrapMs,
        excessMs: wrapMs >= grantedMs - timerSlackMs ? Math.max(0, wrapMs - grantedMs) : null,
      },
    };
  }
}

const defaultAnswer: Answer = { rangMs: rangDefaultMs, talkMs: talkDefaultMs, wrap: { ms: 0, excessMs: 0 } };
const drawsMax = 8;

/** A timer may be early by the clock. */
const timerSlackMs = 5;

/** What a wait says of its caller's patience; a call that never waited says nothing. */
function waitedOf({ left, patienceMs }: Visit): Waited | undefined {
  if (patienceMs !== null) return { waitedMs: patienceMs, hasAbandoned: true };
  return left ? { waitedMs: left.waitedMs, hasAbandoned: left.cause === 'abandoned' } : undefined;
}

/** Chance of its own for everything that is drawn. */
function mixed(seed: number, { call, copy, visit }: Whose): number {
  let mix = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(call + 1, 0x85ebca6b);
  mix ^= Math.imul(copy * 64 + visit + 1, 0xc2b2ae35);
  mix = Math.imul(mix ^ (mix >>> 15), 0x2c1b3c6d);
  return mix ^ (mix >>> 13);
}

/** The chance by which a day has a call more than once, or not at all, and when the others come. */
export function chanceOfCopies(seed: number | null, call: number): Random {
  return createSeededRandom(mixed(seed ?? 0, { call, copy: 1_000, visit: 0 }));
}

export function copyOf(callId: CallId, copy: number): CallId {
  return copy === 0 ? callId : (`${callId}+${copy}` as CallId);
}

function listUnder<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
