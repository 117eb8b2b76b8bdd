import { expect, test } from 'vitest';
import { reachOne, type NodeLine } from './reach-one.ts';

class FakeLine implements NodeLine {
  readonly name: string;
  readonly isGreeted: Promise<void>;
  isClosed = false;
  greet: () => void = () => {};

  constructor(name: string) {
    this.name = name;
    this.isGreeted = new Promise((resolve) => (this.greet = resolve));
  }

  close(): void {
    this.isClosed = true;
  }
}

/** Each pause lasts until the test lets it end. */
function scene() {
  const pauses: (() => void)[] = [];
  const pause = () => new Promise<void>((resolve) => void pauses.push(resolve));
  const own = new FakeLine('own');
  const others = ['near', 'far'].map((name) => new FakeLine(name));
  let areOpened = false;
  const reaching = reachOne(own, () => ((areOpened = true), others), pause);
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return { own, others, reaching, pauses, settled, areOpened: () => areOpened };
}

test('the agent’s own node, where it answers: no other is tried', async () => {
  const { own, reaching, areOpened } = scene();
  own.greet();
  expect((await reaching).name).toBe('own');
  expect(areOpened()).toBe(false);
});

test('where it does not, the first of the others that does; the rest are closed', async () => {
  const { own, others, reaching, pauses, settled } = scene();
  pauses[0]!();
  await settled();
  others[1]!.greet();
  expect((await reaching).name).toBe('far');
  expect([own, ...others].map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
});

test('the agent’s own, late, is as good; where none answers it is the own one, and no other stays open', async () => {
  const late = scene();
  late.pauses[0]!();
  await late.settled();
  late.own.greet();
  expect((await late.reaching).name).toBe('own');
  const none = scene();
  none.pauses[0]!();
  await none.settled();
  none.pauses[1]!();
  expect((await none.reaching).name).toBe('own');
  expect(none.others.map(({ isClosed }) => isClosed)).toEqual([true, true]);
});
