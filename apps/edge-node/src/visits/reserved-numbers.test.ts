import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { expect, test } from 'vitest';
import { ReservedNumbers } from './reserved-numbers.ts';

test('each number is reserved for one call, rests after it, and the one is next that rested longest', () => {
  const clock = new VirtualClock();
  const numbers = new ReservedNumbers(clock);
  expect([numbers.isAny, numbers.take()]).toEqual([false, undefined]);
  numbers.configure(['+8621500001', '+8621500002']);
  expect([numbers.take(), numbers.take(), numbers.take()]).toEqual(['+8621500001', '+8621500002', undefined]);
  numbers.giveBack('+8621500002', 5_000);
  expect(numbers.take()).toBeUndefined();
  clock.advance(5_000);
  numbers.giveBack('+8621500001', 0);
  expect([numbers.take(), numbers.take()]).toEqual(['+8621500001', '+8621500002']);
});

test('a configuration told anew frees nothing that is in use, and forgets what is taken away', () => {
  const numbers = new ReservedNumbers(new VirtualClock());
  numbers.configure(['+8621500001', '+8621500002']);
  expect(numbers.take()).toBe('+8621500001');
  numbers.configure(['+8621500001', '+8621500003']);
  expect([numbers.take(), numbers.take()]).toEqual(['+8621500003', undefined]);
  numbers.giveBack('+8621500002', 0);
  expect(numbers.take()).toBeUndefined();
});

test('a number is known however a carrier writes it, and no other is', () => {
  const numbers = new ReservedNumbers(new VirtualClock());
  numbers.configure(['+862150000001']);
  for (const dialled of ['+862150000001', '00862150000001', '862150000001', '02150000001'])
    expect(numbers.find(dialled), dialled).toBe('+862150000001');
  for (const dialled of ['+862150000002', '', 'visit', '+49215'])
    expect(numbers.find(dialled), dialled).toBeUndefined();
});
