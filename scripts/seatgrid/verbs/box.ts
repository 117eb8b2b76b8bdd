/** Makes a Linux machine the box of a branch: shown before it is done, and undone by itself unless somebody still gets through to say that it is well. */
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readBoxFile } from '@seatgrid/contracts/files/box-file.ts';
import { boxPlan, planText } from '@seatgrid/core/fleet/box-plan.ts';
import type { BoxSettings } from '@seatgrid/core/fleet/box-settings.ts';
import { BoxFault, checkFilter, enforce, machine, publicKey, requireMachine } from '../box/box-machine.ts';
import { BoxState, type Pending } from '../box/box-state.ts';
import { readIntrusions } from '../box/intrusions.ts';
import * as checks from '../checks.ts';
import { nearest, Obstacle, UsageFault, type Verb, type Words } from '../command-line.ts';
import { paint } from '../house/progress.ts';

const acts: Readonly<Record<string, (words: Words, state: BoxState) => Promise<number> | number>> = {
  plan,
  diff,
  apply,
  confirm,
  rollback,
  remove,
  key,
  watch,
};

const watchEveryMs = 5_000;

export const box: Verb = {
  name: 'box',
  summary:
    'filter, tunnel, marks and the order of what leaves a branch box. plan and diff change nothing; apply is undone after a minute unless confirmed.',
  operands: { usage: `<${Object.keys(acts).join('|')}> [settings.yaml]`, min: 1, max: 2 },
  options: {
    state: {
      summary: 'the folder of what was applied, and of the tunnel’s key',
      value: 'DIR',
      fallback: '/var/lib/seatgrid-box',
      environment: 'SEATGRID_BOX_STATE',
    },
    within: {
      summary: 'how long apply waits for confirm',
      value: 'TIME',
      fallback: '60s',
      check: (value) => checks.duration(value),
    },
    attempt: { summary: 'rollback: of this attempt alone (what apply leaves behind says so)', value: 'ID' },
  },
  examples: [
    './seatgrid box key',
    './seatgrid box diff branch.yaml',
    './seatgrid box apply branch.yaml && ./seatgrid box confirm',
    './seatgrid box rollback',
  ],
  remarks:
    'diff: exit code 0 when nothing would change, 3 when something would. rollback: while an attempt waits to be confirmed, at once to what was before it; else to what was confirmed before the present. ' +
    'watch: writes who is shut out, and for what, into the folder every five seconds, for the node to tell the centre of.',
  async run(words) {
    const [name = '', file] = words.operands;
    const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
    if (!act) throw new UsageFault(`box does not know how to "${name}"${nearest(name, Object.keys(acts), '')}`);
    const wantsFile = ['plan', 'diff', 'apply'].includes(name);
    if (wantsFile !== (file !== undefined))
      throw new UsageFault(wantsFile ? `box ${name} needs a file of settings` : `box ${name} takes no file`);
    try {
      return await act(words, new BoxState(resolve(words.text('state'))));
    } catch (fault) {
      if (fault instanceof BoxFault) throw new Obstacle(fault.message, 'the box is as it was');
      throw fault;
    }
  },
}; // prettier-ignore

function settingsOf(words: Words): BoxSettings {
  const path = words.operands[1]!;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new UsageFault(`${path} cannot be read`);
  }
  const read = readBoxFile(text);
  if (read.ok) return read.value;
  throw new UsageFault(
    read.failure.map((fault) => `${path}:${fault.line}: ${fault.path === '' ? '' : `${fault.path}: `}${fault.message}`).join('\n'),
  ); // prettier-ignore
}

const textOf = (settings: BoxSettings) => planText(boxPlan(settings, machine()));

function plan(words: Words): number {
  process.stdout.write(textOf(settingsOf(words)));
  return 0;
}

function diff(words: Words, state: BoxState): number {
  const next = textOf(settingsOf(words));
  const applied = state.applied();
  const now = applied ? textOf(applied) : '';
  if (now === next) {
    console.log('nothing would change');
    return 0;
  }
  process.stdout.write(differenceOf(now, next));
  return 3;
}

function differenceOf(now: string, next: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-box-'));
  try {
    writeFileSync(join(folder, 'now'), now);
    writeFileSync(join(folder, 'next'), next);
    const words = ['-u', '--label', 'now', '--label', 'next', join(folder, 'now'), join(folder, 'next')];
    return spawnSync('diff', words, { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function apply(words: Words, state: BoxState): number {
  const settings = settingsOf(words);
  requireMachine(settings);
  const standing = state.pending();
  if (standing)
    throw new Obstacle('an attempt waits to be confirmed', './seatgrid box confirm, or ./seatgrid box rollback');
  checkFilter(boxPlan(settings, machine()).filter);
  const within = checks.durationMs(words.text('within'))!;
  const before = state.applied();
  const pending: Pending = { id: randomUUID(), settings, before, untilMs: Date.now() + within };
  state.await(pending);
  leaveGuard(state, pending.id);
  try {
    enforce({ from: before, to: settings, keyPath: state.keyPath });
  } catch (fault) {
    undo(state, pending);
    throw fault;
  }
  console.log(`Applied. It is undone in ${within / 1_000} s unless you say that you still get through:`);
  console.log(paint.bold(`./seatgrid box confirm${words.text('state') === box.options['state']!.fallback ? '' : ` --state ${state.folder}`}`));
  return 0;
} // prettier-ignore

/** A process of its own, in a session of its own: it outlives the terminal that the new filter may just have cut. */
function leaveGuard(state: BoxState, id: string): void {
  const main = resolve(import.meta.dirname, '..', 'main.ts');
  const words = ['box', 'rollback', '--attempt', id, '--state', state.folder];
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...words], {
    detached: true,
    stdio: 'ignore',
  }).unref();
}

function confirm(_words: Words, state: BoxState): number {
  const pending = state.pending();
  if (!pending) throw new Obstacle('nothing waits to be confirmed', './seatgrid box apply settings.yaml');
  state.confirm(pending);
  console.log(paint.green('Confirmed: it stays.'));
  return 0;
}

async function rollback(words: Words, state: BoxState): Promise<number> {
  const attempt = words.optional('attempt');
  const pending = state.pending();
  if (attempt !== undefined) {
    if (pending?.id !== attempt) return 0;
    await pause(Math.max(0, pending.untilMs - Date.now()));
    // Confirmed meanwhile, or undone by hand.
    if (state.pending()?.id !== attempt) return 0;
  }
  if (pending) {
    undo(state, pending);
    console.log(pending.before ? 'Undone: what was confirmed before is in force.' : 'Undone: nothing of the box is left.');
    return 0;
  }
  const [applied, previous] = [state.applied(), state.previous()];
  if (!applied || !previous)
    throw new Obstacle('there is nothing to go back to', './seatgrid box remove takes all of it away');
  requireMachine(previous);
  enforce({ from: applied, to: previous, keyPath: state.keyPath });
  state.confirm({ settings: previous, before: applied });
  console.log('Went back to what was confirmed before.');
  return 0;
} // prettier-ignore

function undo(state: BoxState, { settings, before }: Pending): void {
  enforce({ from: settings, to: before, keyPath: state.keyPath });
  state.forget();
}

function remove(_words: Words, state: BoxState): number {
  const applied = state.pending()?.settings ?? state.applied();
  if (!applied) throw new Obstacle('nothing was applied here', './seatgrid box apply settings.yaml');
  requireMachine(applied);
  enforce({ from: applied, to: null, keyPath: state.keyPath });
  state.clear();
  console.log('Filter, tunnel and queues are gone; the tunnel’s key is kept.');
  return 0;
}

function key(_words: Words, state: BoxState): number {
  console.log(publicKey(state.keyPath));
  return 0;
}

async function watch(_words: Words, state: BoxState): Promise<number> {
  for (;;) {
    state.write('intrusions.json', { atMs: Date.now(), ...readIntrusions() });
    await pause(watchEveryMs);
  }
}
