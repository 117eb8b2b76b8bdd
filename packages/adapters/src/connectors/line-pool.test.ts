import { expect, it } from 'vitest';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { connectorIdleMs, connectorWaitersMax } from '../limits.ts';
import type { ConnectorLine } from './connector-line.ts';
import { LinePool } from './line-pool.ts';

function poolOf(linesMax: number) {
  const clock = new VirtualClock(0);
  const made: (ConnectorLine & { isBroken: boolean; isGone: boolean })[] = [];
  const pool = new LinePool<ConnectorLine>({
    linesMax,
    clock,
    open: () => {
      const line = {
        isBroken: false,
        isGone: false,
        ask: () => Promise.reject(new Error('nobody asks')),
        destroy: () => void (line.isGone = true),
      };
      made.push(line);
      return Promise.resolve(line);
    },
  });
  return { pool, made, clock };
}
const patient = new AbortController().signal;

it('lends a line again, and makes another only where all are lent', async () => {
  const { pool, made } = poolOf(2);
  const first = await pool.borrow(patient);
  const second = await pool.borrow(patient);
  pool.giveBack(second);
  expect(await pool.borrow(patient)).toBe(second);
  const third = pool.borrow(patient);
  pool.giveBack(first);
  expect(await third).toBe(first);
  expect(made).toHaveLength(2);
});

it('lends no line that broke while nobody had it', async () => {
  const { pool, made } = poolOf(1);
  pool.giveBack(await pool.borrow(patient));
  made[0]!.isBroken = true;
  expect(await pool.borrow(patient)).toBe(made[1]);
  expect(made[0]!.isGone).toBe(true);
});

it('turns away whoever waits too long, and those beyond the waiting room', async () => {
  const { pool } = poolOf(1);
  await pool.borrow(patient);
  const hurry = new AbortController();
  const asked = pool.borrow(hurry.signal);
  hurry.abort();
  await expect(asked).rejects.toMatchObject({ code: 'busy' });
  for (let waiting = 0; waiting < connectorWaitersMax; waiting++) void pool.borrow(patient);
  await expect(pool.borrow(patient)).rejects.toMatchObject({ code: 'busy' });
});

it('lets idle lines go', async () => {
  const { pool, made, clock } = poolOf(1);
  pool.giveBack(await pool.borrow(patient));
  clock.advance(connectorIdleMs - 1);
  expect(made[0]!.isGone).toBe(false);
  clock.advance(1);
  expect(made[0]!.isGone).toBe(true);
});
