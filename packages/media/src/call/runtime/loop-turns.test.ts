import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const turns = new URL('./loop-turns.ts', import.meta.url).href;
const hurry = `
  import { atTurnEnd, eachTurn, keepTurnsApart } from '${turns}';
  const wait = Atomics.wait;
  const rests = [];
  Atomics.wait = (...of) => { rests.push(of[3]); return wait(...of); };
  const told = (what) => console.log(JSON.stringify(what));
  /** So many turns, each with so much to do. */
  const turn = (count, workMs, done) => {
    const until = performance.now() + workMs;
    while (performance.now() < until);
    if (count > 1) setImmediate(turn, count - 1, workMs, done);
    else done();
  };`;

/** What a process of its own tells: a loop that rests shall be nobody else's. */
async function inLoop(script: string): Promise<unknown> {
  const args = ['--input-type=module', '-e', hurry + script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

it('turns are kept apart', async () => {
  const { ms, rests } = (await inLoop(`
    keepTurnsApart(() => 5);
    const since = performance.now();
    turn(120, 0, () => told({ ms: performance.now() - since, rests }));
  `)) as { ms: number; rests: number[] };
  // On a busy machine one or the other takes as long by itself.
  expect(rests.length).toBeGreaterThanOrEqual(60);
  expect(Math.max(...rests)).toBeLessThanOrEqual(5);
  expect(ms).toBeGreaterThanOrEqual(250);
});

it('a loop that has enough to do never rests, nor one that nothing may wait in', async () => {
  expect(
    await inLoop(`
      let apart = 5;
      keepTurnsApart(() => apart);
      turn(60, 6, () => {
        apart = 0;
        turn(60, 0, () => told(rests));
      });
    `),
  ).toEqual([]);
});

it('what is put off to the end of a turn is done once, after all of the turn, and wakes a loop that would sleep', async () => {
  expect(
    await inLoop(`
      const done = [];
      atTurnEnd(() => done.push('before'));
      keepTurnsApart(() => 0);
      setTimeout(() => {
        atTurnEnd(() => { done.push('first'); atTurnEnd(() => { done.push('next turn'); told(done); }); });
        atTurnEnd(() => done.push('second'));
        done.push('turn');
      }, 20);
    `),
  ).toEqual(['before', 'turn', 'first', 'second', 'next turn']);
});

it('what fails at the end of a turn keeps nothing else from being done', async () => {
  expect(
    await inLoop(`
      keepTurnsApart(() => 0);
      let failures = 0;
      process.on('uncaughtException', () => (failures += 1));
      atTurnEnd(() => { throw new Error('of its own'); });
      atTurnEnd(() => told({ failures }));
    `),
  ).toEqual({ failures: 1 });
});

it('whoever looks does so once a turn, before what leaves with it, and keeps no loop going', async () => {
  expect(
    await inLoop(`
      const done = [];
      eachTurn(() => {
        if (done.length === 0) return;
        done.push('looked');
      });
      process.on('exit', () => told(done));
      setTimeout(() => { done.push('turn'); atTurnEnd(() => done.push('left')); }, 20);
    `),
  ).toEqual(['turn', 'looked', 'left']);
});
