import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

type Event = 'lets' | 'stops' | 'there' | 'gone';

/** Each row is one life of a breaker: what happens at which second. Three failures, ten seconds of rest. */
const lives: Readonly<Record<string, readonly (readonly [number, Event])[]>> = {
  'lets questions through while they are answered': [[0, 'lets'], [0, 'there'], [1, 'lets'], [1, 'there']],
  'rests after failures in a row': [[0, 'gone'], [0, 'gone'], [0, 'lets'], [0, 'gone'], [1, 'stops'], [9, 'stops']],
  'counts anew after an answer': [[0, 'gone'], [0, 'gone'], [0, 'there'], [0, 'gone'], [0, 'gone'], [0, 'lets']],
  'lets one through when the rest is over': [[0, 'gone'], [0, 'gone'], [0, 'gone'], [10, 'lets'], [10, 'stops']],
  'works on when that one is answered': [[0, 'gone'], [0, 'gone'], [0, 'gone'], [10, 'lets'], [11, 'there'], [11, 'lets'], [11, 'lets']],
  'rests again when it is not': [[0, 'gone'], [0, 'gone'], [0, 'gone'], [10, 'lets'], [12, 'gone'], [21, 'stops'], [22, 'lets']],
  'lets another try where nothing was heard of the first': [[0, 'gone'], [0, 'gone'], [0, 'gone'], [10, 'lets'], [19, 'stops'], [20, 'lets']],
}; // prettier-ignore

describe('a breaker', () => {
  it.each(Object.entries(lives))('%s', (_name, events) => {
    const breaker = new CircuitBreaker({ failuresMax: 3, restMs: 10_000 });
    for (const [second, event] of events)
      if (event === 'there' || event === 'gone') breaker.heard(event === 'there', second * 1_000);
      else expect(breaker.lets(second * 1_000), `${event} at ${second} s`).toBe(event === 'lets');
  });
});
