import { expect, test } from 'vitest';
import type { OutsideAnswer } from '@seatgrid/core/flows/outside-request.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import type { Call } from '../../calls/call.ts';
import { OutsideFailure, OutsideWorld, type Performer } from './outside-world.ts';

const clock = new VirtualClock();
/** All the world outside sees of a call. */
const call = {
  after: (delayMs: number, wake: () => void) => clock.after(delayMs, wake),
  run: (work: () => void) => work(),
} as unknown as Call;

function asked(perform?: Performer) {
  const heard: OutsideAnswer[] = [];
  const world = new OutsideWorld(new Map(perform ? [['thing', perform]] : []));
  const ask = { kind: 'ask', askId: 1, request: { kind: 'thing' }, timeoutMs: 1_000 } as const;
  const cease = world.ask(call, ask, (answer) => heard.push(answer));
  return { heard, cease };
}
/** Lets what has been promised be told. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test.each<[string, Performer | undefined, OutsideAnswer]>([
  ['answers', () => 7, { kind: 'answered', value: 7 }],
  ['answers later', () => Promise.resolve([1]), { kind: 'answered', value: [1] }],
  [
    'fails by name',
    () => Promise.reject(new OutsideFailure('refused', 'not allowed')),
    { kind: 'failed', why: 'refused', detail: 'not allowed' },
  ],
  [
    'throws',
    () => {
      throw new TypeError('oops');
    },
    { kind: 'failed', why: 'failed', detail: 'TypeError: oops' },
  ],
  ['is not here', undefined, { kind: 'failed', why: 'not-here', detail: 'this node cannot do "thing"' }],
])('a performer that %s is heard of once', async (_, perform, answer) => {
  const { heard } = asked(perform);
  await turn();
  clock.advance(5_000);
  expect(heard).toEqual([answer]);
});

test('one that dawdles is too late, and told that nobody waits', async () => {
  let signal: AbortSignal | undefined;
  let finish: (value: unknown) => void = () => {};
  const { heard } = asked((one) => {
    signal = one.signal;
    return new Promise((resolve) => (finish = resolve));
  });
  clock.advance(1_000);
  expect(signal?.aborted).toBe(true);
  finish('late');
  await turn();
  expect(heard).toEqual([{ kind: 'too-late' }]);
});

test('who has ceased to ask hears nothing', async () => {
  const { heard, cease } = asked(() => 1);
  cease();
  await turn();
  clock.advance(5_000);
  expect(heard).toEqual([]);
});
