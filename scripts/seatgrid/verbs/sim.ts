/** Runs office hours in virtual time and tells what became of the callers. */
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { PromptId } from '@seatgrid/core/kernel/ids.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { demoFlow } from '../../demo/demo-flows.ts';
import { demoTenants } from '../../demo/demo-tenants.ts';
import { erlangMeanWaitMs } from '../../simulation/erlang-c.ts';
import { OfficeHours, queueId } from '../../simulation/office-hours.ts';
import * as checks from '../checks.ts';
import type { Verb } from '../command-line.ts';
import { paint, secondsSince } from '../house/progress.ts';

const positive = { value: 'N', check: checks.positiveNumber };
const time = { value: 'TIME', check: checks.duration };

export const sim: Verb = {
  name: 'sim',
  summary:
    'office hours in virtual time, from one seed: the node’s own flow, distribution and presence machines.',
  options: {
    seed: { summary: 'replays one day exactly', fallback: '1', ...positive },
    agents: { summary: 'agents signed in', fallback: '20', ...positive },
    calls: { summary: 'calls an hour', fallback: '300', ...positive },
    hours: { summary: 'office hours', fallback: '8', ...positive },
    talk: { summary: 'conversation on average', fallback: '180s', ...time },
    'wrap-up': { summary: 'after-call work on average', fallback: '30s', ...time },
    patience: { summary: 'how long callers wait on average before they give up', fallback: '120s', ...time },
    missed: { summary: 'percentage of rings no agent answers', fallback: '2', value: 'PERCENT', check: (value) => (/^[0-9]{1,2}$/.test(value) ? undefined : 'a percentage from 0 to 99') },
  }, // prettier-ignore
  remarks: 'One queue, one node, no sound, no network faults: those are in `./seatgrid sites`.',
  examples: ['./seatgrid sim', './seatgrid sim --seed 7 --agents 18 --calls 320'],
  async run(words) {
    const startedMs = performance.now();
    const ms = (name: string) => checks.durationMs(words.text(name))!;
    const settings = {
      agents: Math.round(words.number('agents')),
      callsPerHour: words.number('calls'),
      hours: words.number('hours'),
      talkMs: ms('talk'),
      wrapUpMs: ms('wrap-up'),
      patienceMs: ms('patience'),
      answerMs: 3_000,
      missedShare: words.number('missed') / 100,
      ringTimeoutMs: 15_000,
    };
    const demo = demoTenants[1]!;
    const queues = new Map(demo.queues.map(({ name }) => [name, queueId]));
    const flow = {
      ...demoFlow(demo, queues, 'chime' as PromptId),
      id: 'flow',
      version: 1,
    } as unknown as CallFlow;
    const random = createSeededRandom(words.number('seed'));
    const day = new OfficeHours({ ...settings, flow, keys: '0012', random }).run();
    const seconds = (value: number) => `${(value / 1_000).toFixed(1)} s`;
    const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
    const erlang = erlangMeanWaitMs({ ...settings, handleMs: settings.talkMs + settings.wrapUpMs });
    const rows = [
      ['calls', `${day.offered}`],
      ['answered', `${day.answered}  (${percent(day.answered / Math.max(1, day.offered))})`],
      ['gave up waiting', `${day.abandoned}  (${percent(day.abandoned / Math.max(1, day.offered))})`],
      ['answered within 20 s', percent(day.inTargetShare)],
      ['mean wait, longest wait', `${seconds(day.meanWaitMs)}, ${seconds(day.longestWaitMs)}`],
      [
        'Erlang C without giving up',
        Number.isFinite(erlang) ? seconds(erlang) : 'the queue would grow without end',
      ],
      ['rings nobody answered', `${day.missedRings}`],
      ['agents busy', percent(day.occupancy)],
    ];
    console.log(paint.bold(`${settings.hours} hours, ${settings.agents} agents, ${settings.callsPerHour} calls an hour, seed ${words.text('seed')}`)); // prettier-ignore
    for (const [name, value] of rows) console.log(`  ${name!.padEnd(28)} ${value}`);
    console.log(
      paint.dim(
        `  ${day.events} events in ${secondsSince(startedMs)} s; every call ended once, no agent was held twice`,
      ),
    );
    return 0;
  },
};
