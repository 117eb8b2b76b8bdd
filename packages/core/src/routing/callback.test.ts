/** What a queue owes and when its list is called: rows, each with its verdict. */
import { expect, test } from 'vitest';
import { callNamed, queueNamed, sceneAgent, sceneQueue, agentNamed, told } from '@seatgrid/testkit/routing-scene.ts'; // prettier-ignore
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { AcdMachine } from './acd-machine.ts';
import { afterAttempt, mayCallOut, plainCallback, type Duty } from './callback.ts';

const mixed: Duty = { kind: 'mixed', idleAgentsMin: 2, idleMs: 30_000 };

test.each<[Duty, number, number[], boolean]>([
  [{ kind: 'inbound' }, 0, [60_000, 60_000], false],
  [{ kind: 'outbound' }, 0, [0], true],
  [{ kind: 'outbound' }, 1, [0], false],
  [{ kind: 'outbound' }, 0, [], false],
  [mixed, 0, [30_000, 0], true],
  [mixed, 0, [29_999, 0], false],
  [mixed, 0, [30_000], false],
  [mixed, 1, [30_000, 0], false],
])(
  'F-15: with %o, %i waiting and agents idle for %j ms, the list is called: %s',
  (duty, waiting, idleMs, is) => expect(mayCallOut(duty, { waiting, idleMs })).toBe(is),
);

test('an attempt that reached nobody is followed by another after the pause, until there were enough', () => {
  const settings = { ...plainCallback, attemptsMax: 2, pauseMs: 5_000 };
  expect(afterAttempt(settings, 1, 'busy')).toEqual({ againInMs: 5_000 });
  expect(afterAttempt(settings, 2, 'no-answer')).toEqual({ end: 'not-reached' });
  expect(afterAttempt(settings, 2, 'reached')).toEqual({ end: 'reached' });
});

test('a callback keeps the place of its caller: before who came after, behind who came before', () => {
  const machine = new AcdMachine(createSeededRandom(1));
  machine.configure({ queues: [sceneQueue('q')], agents: [sceneAgent('a')] }, 0);
  const comes = (id: string, nowMs: number, sinceMs = nowMs) =>
    machine.handle({ kind: 'call-queued', callId: callNamed(id), queueId: queueNamed('q'), sinceMs }, nowMs);
  comes('before', 1_000);
  comes('after', 3_000);
  comes('callback', 9_000, 2_000);
  const next = () => {
    const effects = machine.handle({ kind: 'agent-ready', agentId: agentNamed('a') }, 10_000);
    for (const { callId } of effects) machine.handle({ kind: 'call-left', callId }, 10_000);
    return told(effects)[0];
  };
  expect([next(), next(), next()]).toEqual(['before→a', 'callback→a', 'after→a']);
});
