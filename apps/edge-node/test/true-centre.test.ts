/** The uplink with the true centre as a process of its own: enrolment, config, prompts, events, recordings, and a centre killed. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tryConnector } from '@seatgrid/adapters/connectors/connectors-in-use.ts';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import {
  createIdSource,
  type AgentId,
  type CallId,
  type QueueId,
  type TenantId,
} from '@seatgrid/core/kernel/ids.ts';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { systemRandom } from '@seatgrid/media/call/runtime/system-random.ts';
import { openConfigLedger } from '../src/ledger/config-ledger.ts';
import { openEventJournal } from '../src/ledger/event-journal.ts';
import { openPromptFiles } from '../src/prompts/prompt-files.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { openCentreAccess } from '../src/uplink/centre-access.ts';
import { createUplink } from '../src/uplink/uplink.ts';
import { CentreProcess, operator } from './centre-process.ts';
import { until } from './until.ts';

const administrator = { email: 'admin@acme.example', password: 'a-long-password' };
const ids = createIdSource(realClock, systemRandom);
let folder: string;
let centre: CentreProcess;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-true-centre-'));
  centre = await CentreProcess.start({ folder: join(folder, 'centre') });
}, 120_000);
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await centre?.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const soon = (what: string, isSo: () => boolean | Promise<boolean>) => until(what, isSo, 30_000);

/** The events of a plain call from a queue to an agent. */
function callEvents(callId: CallId, queueId: QueueId, agentId: AgentId): EventFacts[] {
  const reservationId = ids.next<'reservation'>();
  const nowMs = realClock.nowMs();
  return [
    { kind: 'call.started', callId, direction: 'inbound', fromNumber: '13800138000', toNumber: '+864008001000', didId: null, trunkId: null, agentId: null, ruleName: 'Always' },
    { kind: 'call.answered', callId },
    { kind: 'queue.entered', callId, queueId, queueName: 'Sales', position: 1 },
    { kind: 'reservation.made', callId, reservationId, agentId, queueId },
    { kind: 'reservation.ended', callId, reservationId, agentId, outcome: 'accepted', rangMs: 2_000 },
    { kind: 'queue.left', callId, queueId, cause: 'agent', waitedMs: 2_000, position: 1 },
    { kind: 'call.bridged', callId, agentId, queueId },
    { kind: 'agent.left-call', callId, agentId, talkMs: 60_000, heldMs: 0, by: 'other' },
    { kind: 'call.ended', callId, reason: { party: 'caller', code: 'hung-up' }, startedAtMs: nowMs, answeredAtMs: nowMs, talkMs: 60_000, waitMs: 2_000, billableSeconds: 62, language: 'en', collected: {} },
    { kind: 'leg.media', callId, leg: 'caller', agentId: null, codec: 'PCMA', packetsIn: 3_012, packetsOut: 3_049, lost: 3, concealed: 2, jitterMs: 1.37, foreign: 0, farLost: 1, roundTripMs: 41, mos: 4.31 },
    { kind: 'leg.media', callId, leg: 'agent-1', agentId, codec: 'PCMU', packetsIn: 3_009, packetsOut: 3_011, lost: 0, concealed: 0, jitterMs: 0.91, foreign: 0, farLost: 0, roundTripMs: 12, mos: 4.4 },
    { kind: 'interaction.closed', callId, agentId, dispositionId: null, notes: '', wrapMs: 4_000 },
  ]; // prettier-ignore
}

const eventsPerCall = 12;

function ladderOf(callId: CallId): Ladder {
  const from = { protocol: 'udp', address: '127.0.0.2', port: 5060, leg: 'caller', sipCallId: 'a' } as const;
  const message = {
    ...from,
    atMs: 1_700_000_000_000,
    direction: 'in',
    text: 'BYE sip:1 SIP/2.0\r\n\r\n',
  } as const;
  return { callId, node: { address: '127.0.0.1', port: 5060 }, messages: [message], leftOut: 0 };
}

test('a node and the true centre: what the one knows reaches the other, once, whatever dies in between', async () => {
  const platform = await centre.signIn(operator);
  const site = await platform.call('POST /api/platform/sites', { body: { name: 'Here', timeZone: 'UTC' } });
  const { id: nodeId } = await platform.call('POST /api/platform/nodes', {
    body: { siteId: site.id, name: 'Node' },
  });
  const { token } = await platform.call('POST /api/platform/nodes/:id/enrolment-token', {
    params: { id: nodeId },
  });
  const tenant = await platform.call('POST /api/platform/tenants', {
    body: {
      slug: 'acme',
      name: 'Acme',
      locale: 'en',
      timeZone: 'Asia/Shanghai',
      quotas: { agentsSignedIn: 3, concurrentCalls: 3, flows: 3 },
      administrator: { ...administrator, name: 'Ada' },
    },
  });
  const tenantId = tenant.id as TenantId;
  let acme = await centre.signIn(administrator);
  const sound = writeWav(new Int16Array(8_000).fill(1_000), 8_000);
  const prompt = await acme.call('POST /api/prompts', {
    query: { name: 'Welcome', kind: 'prompt' },
    body: sound,
  });

  const journal = openEventJournal({ path: join(folder, 'journal.sqlite'), ids, clock: realClock });
  const ledger = openConfigLedger({
    path: join(folder, 'ledger.sqlite'),
    clock: realClock,
    key: systemRandom.bytes(32),
    random: systemRandom,
  });
  const access = openCentreAccess({ url: centre.url, folder, enrolToken: token, clock: realClock });
  const prompts = openPromptFiles({
    folder: join(folder, 'prompts'),
    ledger,
    centre: access,
    clock: realClock,
    random: systemRandom,
  });
  const calls: CallId[] = [];
  const recordingsFolder = join(folder, 'recordings');
  mkdirSync(join(recordingsFolder, 'acme'), { recursive: true });
  const uplink = createUplink({
    centre: access,
    product: 'Seatgrid test',
    deskUrl: 'ws://127.0.0.1:9/desk',
    sipAddress: '127.0.0.1:5060',
    ledger,
    journal,
    prompts,
    recordingsFolder,
    messages: { act: () => false },
    callbacks: { list: () => {}, cancel: () => {} },
    places: { keep: () => {} },
    faxes: { act: () => false },
    receivesFaxes: true,
    matches: { hear: () => {} },
    siteFlows: { hear: () => {} },
    phonesElsewhere: { hear: () => {}, up: () => {}, down: () => {} },
    visits: { hear: () => {} },
    ears: { hear: () => {} },
    shares: { hear: () => {}, up: () => {}, down: () => {} },
    routes: { hear: () => {} },
    onUp: () => {},
    onDown: () => {},
    tryConnector: (held) => tryConnector(held, { clock: realClock, random: systemRandom }),
    ladders: { find: (callId) => Promise.resolve(callId === calls[0] ? ladderOf(callId) : undefined) },
    vitals: () => ({ load: { main: 0, media: 0 }, calls: 0, agentsSignedIn: 0 }),
    clock: realClock,
    random: systemRandom,
  });
  closing.push(
    () => ledger.close(),
    () => journal.close(),
    () => prompts.close(),
    () => uplink.close(),
  );
  uplink.start();

  // Config and prompts come in.
  await soon('the prompt is here', () => prompts.pathOf(tenantId, prompt.id) !== undefined);
  expect(Buffer.from(readFileSync(prompts.pathOf(tenantId, prompt.id)!)).equals(sound)).toBe(true);
  const generation = ledger.current()!.generation;
  await acme.call('POST /api/skills', { body: { name: 'Sales' } });
  await soon('the change is here', () => ledger.current()!.generation > generation);
  expect(ledger.current()!.tenants[0]!.skills.map(({ name }) => name)).toEqual(['Sales']);

  // Events go out: the budget of a call.
  const [queueId, agentId] = [ids.next<'queue'>() as QueueId, ids.next<'agent'>() as AgentId];
  const record = async (count: number, pauseMs: number) => {
    for (let call = 0; call < count; call++) {
      const callId = ids.next<'call'>() as CallId;
      calls.push(callId);
      for (const facts of callEvents(callId, queueId, agentId)) {
        journal.record(tenantId, facts);
        if (pauseMs > 0) await new Promise<void>((resolve) => realClock.after(pauseMs, resolve));
      }
    }
  };
  // Every event of one call in a message of its own is the dearest a call can be.
  await record(10, 130);
  await soon('all is acknowledged', () => journal.pending() === 0);
  const { octetsPerCall } = uplink.traffic();
  console.log(`events on the wire: ${Math.round(octetsPerCall!)} octets a call`);
  expect(octetsPerCall).toBeLessThan(2_000);

  // The centre is killed while a thousand events are on their way, and comes back.
  const recording = record(100, 0);
  await soon('some have arrived', () => journal.acknowledged > 100);
  await centre.kill();
  await recording;
  await record(20, 0);
  await soon('the loss is noticed', () => uplink.state() === 'down');
  await centre.startAgain();
  await soon(
    'all is acknowledged',
    () => journal.pending() === 0 && journal.committed === calls.length * eventsPerCall,
  );
  acme = await centre.signIn(administrator);
  const { items } = await acme.call('GET /api/calls', { query: { limit: 500 } });
  expect(items.length).toBe(calls.length);
  expect(new Set(items.map(({ id }) => id))).toEqual(new Set(calls));

  // A recording is fetched from the node, whole and by range.
  const octets = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index & 0xff));
  writeFileSync(join(recordingsFolder, 'acme/call.mp3'), octets);
  const recordingId = ids.next<'recording'>();
  journal.record(tenantId, { kind: 'recording.finished', recordingId, callId: calls[0]!, queueId, agentIds: [agentId], startedAtMs: realClock.nowMs(), durationMs: 1_000, path: 'acme/call.mp3', format: 'mp3', octets: octets.length, sha256: createHash('sha256').update(octets).digest('hex'), isRecovered: false }); // prettier-ignore
  await soon(
    'it can be heard',
    async () => (await acme.raw(`/api/recordings/${recordingId}/audio`)).status === 200,
  );
  const whole = await acme.raw(`/api/recordings/${recordingId}/audio`);
  expect(Buffer.from(await whole.arrayBuffer()).equals(octets)).toBe(true);
  const part = await acme.raw(`/api/recordings/${recordingId}/audio`, {
    headers: { range: 'bytes=100-199' },
  });
  expect(part.status).toBe(206);
  expect(Buffer.from(await part.arrayBuffer()).equals(octets.subarray(100, 200))).toBe(true);

  // The ladder of a call comes the same way; what a disk has altered does not come at all.
  expect(await acme.call('GET /api/calls/:id/ladder', { params: { id: calls[0]! } })).toEqual(
    ladderOf(calls[0]!),
  );
  const pcap = Buffer.from(await (await acme.raw(`/api/calls/${calls[0]!}/ladder/pcap`)).arrayBuffer());
  expect(pcap.includes('BYE sip:1')).toBe(true);
  expect((await acme.raw(`/api/calls/${calls[1]!}/ladder`)).status).toBe(503);
  writeFileSync(join(recordingsFolder, 'acme/call.mp3'), octets.subarray(1));
  expect((await acme.raw(`/api/recordings/${recordingId}/audio`)).status).toBe(503);

  // The floor of a large site, every half second, keeps to its share of the line.
  const before = uplink.traffic();
  const beganMs = Date.now();
  const agents: Floor['agents'] = Array.from({ length: 200 }, () => floorAgent());
  while (Date.now() - beganMs < 10_000) {
    for (const agent of agents.slice(0, 20))
      Object.assign(agent, { sinceMs: Date.now(), state: Math.random() < 0.5 ? 'ready' : 'talking' });
    const floor = { atMs: Date.now(), queues: [], agents, calls: [], notices: [] };
    uplink.sendFloor(tenantId, () => floor);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const sent = uplink.traffic().sent['floor']!;
  const seconds = (Date.now() - beganMs) / 1_000;
  const octetsSent = sent.octets - (before.sent['floor']?.octets ?? 0);
  const all = uplink.traffic().wireOctetsSent - before.wireOctetsSent;
  console.log(
    `200 agents: ${sent.messages} floors of ${Math.round(octetsSent / sent.messages)} octets in ${seconds.toFixed(0)} s; line up ${((all * 8) / seconds / 1_000).toFixed(1)} kbit/s`,
  );
  expect((all * 8) / seconds).toBeLessThan(32_000);
}, 180_000);

function floorAgent(): Floor['agents'][number] {
  return {
    agentId: ids.next<'agent'>() as AgentId,
    state: 'ready',
    sinceMs: realClock.nowMs(),
    pauseReasonId: null,
    pauseCause: null,
    device: 'browser',
    callId: null,
    monitoredAtMs: null,
    figures: { callsAnswered: 31, answeringMs: 5_400_000, notReadyCount: 2, notReadyMs: 60_000, breakCount: 1, breakMs: 900_000, outgoingCount: 0, outgoingMs: 0, wrapMs: 600_000 }, // prettier-ignore
  };
}
