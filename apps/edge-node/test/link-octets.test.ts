/** B-07, B-10: what calls cost the lines to the centre, read off the nodes' own counters: calls served at home, and calls matched with an agent elsewhere. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMetrics } from '@seatgrid/testkit/read-metrics.ts';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const callsOfEach = 5;
const octetsPerCallMax = 2_000;
/** Pictures of the floor and signs of life are the site's; a configuration is the tenant's. */
const notOfCalls = ['floor', 'beat', 'hello'];

let all: CentredNodes;
let entry: CentredNode;
let other: CentredNode;

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12'], 1);
  [entry, other] = all.nodes as [CentredNode, CentredNode];
}, 120_000);
afterAll(() => all?.close(), 60_000);

interface Carried {
  readonly ofCalls: number;
  readonly whole: number;
}

async function carriedBy({ process }: CentredNode): Promise<Carried> {
  const { values } = readMetrics(await (await fetch(`${process.ready.localApi}/metrics`)).text());
  const read = (name: string) => values.get(`seatgrid_node_link_${name}_bytes_total`) ?? 0;
  const ofKind = ([name, value]: [string, number]) => {
    const kind = /^seatgrid_node_link_kind_sent_bytes_total\{kind="([^"]+)"\}/.exec(name)?.[1];
    return kind === undefined || notOfCalls.includes(kind) ? 0 : value;
  };
  const received = read('received');
  const sent = [...values].reduce((sum, one) => sum + ofKind(one), 0);
  return { ofCalls: sent + received, whole: read('sent') + received };
}

const isTold = async ({ process }: CentredNode) => {
  const { values } = readMetrics(await (await fetch(`${process.ready.localApi}/metrics`)).text());
  return values.get('seatgrid_node_journal_pending_events') === 0;
};

const attested = () =>
  all.nodes.reduce((sum, { process }) => sum + process.eventsOf('sound.attested').length, 0);

async function untilTold(): Promise<void> {
  for (const node of all.nodes) await until('everything to be told', () => isTold(node), 20_000);
}

test.each([
  { where: 'at their own node', service: () => entry },
  { where: 'by an agent of another node', service: () => other },
])('B-10: calls answered $where cost each line to the centre less than 2 kB, with all that is said of them, and B-07: no sound', async ({ where, service }) => {
  const { number } = await all.queue();
  const desk = await all.ready(service(), all.agents[0]!);
  await untilTold();
  const before = await Promise.all(all.nodes.map(carriedBy));
  const attestedBefore = attested();
  let soundOctets = 0;
  for (let index = 0; index < callsOfEach; index++) {
    const call = await all.ring(entry, number, `1380013800${index}`);
    const { callId } = await desk.untilInteraction('ringing', 20_000);
    await desk.answer();
    desk.sound!.speak(toneOf(agentHz));
    await call.rtp.listen(1_000);
    expect(whoIsHeard(await call.rtp.listen(400))).toEqual([agentHz]);
    expect(whoIsHeard(await desk.listen(400))).toEqual([callerHz]);
    soundOctets += call.rtp.packets.length * 160;
    call.hangUp();
    await entry.process.event('call.ended', (facts) => facts.callId === callId);
    await desk.untilPresence('ready');
  }
  // Where their sound went is told some seconds after them.
  await until('the statements of their sound', () => attested() > attestedBefore, 30_000);
  await untilTold();
  const after = await Promise.all(all.nodes.map(carriedBy));
  const carried = after.map((one, index) => ({ ofCalls: one.ofCalls - before[index]!.ofCalls, whole: one.whole - before[index]!.whole }));
  const perCall = carried.map(({ ofCalls }) => Math.round(ofCalls / callsOfEach));
  const whole = carried.reduce((sum, one) => sum + one.whole, 0);
  console.log(`${callsOfEach} calls answered ${where}: ${perCall.join(' and ')} octets each on the two lines to the centre, ${Math.round(whole / callsOfEach)} on both with pictures of the floor and beats; ${soundOctets} octets of sound heard by the callers`);
  expect(Math.max(...perCall)).toBeLessThan(octetsPerCallMax);
  // One direction of one line of sound alone would be more than everything.
  expect(whole).toBeLessThan(soundOctets);
  await all.settle();
}, 90_000); // prettier-ignore
