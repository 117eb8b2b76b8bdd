import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import { dayMs, hourMs, minuteMs } from '@seatgrid/core/kernel/duration.ts';
import { createIdSource, timeOfId, type CallId } from '@seatgrid/core/kernel/ids.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import {
  ladderMessagesMax,
  ladderPruneEveryMs,
  ladderSettleMs,
  laddersSettlingMax,
  ladderStepMs,
  ladderUnclaimedMax,
  ladderWriteEveryMs,
  refusedLaddersPerMinuteMax,
} from '../limits.ts';
import { silentLog } from '../node-log.ts';
import { CallLadders } from './call-ladders.ts';
import { openLadderFiles } from './ladder-files.ts';
import { ladderPcap } from './ladder-pcap.ts';
import { maskMessage } from './mask-message.ts';

const flow = { protocol: 'udp', address: '192.0.2.7', port: 5062 } as const;
const node = { address: '192.0.2.1', port: 5060 };
let folder: string;
let clock: VirtualClock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-ladders-'));
  clock = new VirtualClock(1_700_000_000_000);
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(keptDays = 7) {
  const ids = createIdSource(clock, createSeededRandom(1));
  const files = openLadderFiles({ folder, keptDays, clock, log: silentLog });
  const ladders = new CallLadders({ clock, node, files });
  const note = (direction: 'in' | 'out', sipCallId: string, text: string) =>
    ladders.trace(direction, flow, text.split('\r\n')[0]!, sipCallId, clock.nowMs(), Buffer.from(text)); // prettier-ignore
  return { ladders, note, nextCall: () => ids.next<'call'>() };
}

const startLines = async (ladders: CallLadders, callId: CallId) =>
  (await ladders.find(callId))?.messages.map(({ text, leg }) => `${leg} ${text.split(' SIP')[0]}`);

test('a call’s ladder has the INVITE that came before anyone knew the call, and the BYE after its end; it outlives the process', async () => {
  const { ladders, note, nextCall } = open();
  const callId = nextCall();
  note('in', 'a', 'INVITE sip:1 SIP/2.0\r\n\r\n');
  note('in', 'stranger', 'OPTIONS sip:1 SIP/2.0\r\n\r\n');
  note('out', 'a', 'SIP/2.0 100 Trying\r\n\r\n');
  ladders.claim('a', callId, 'caller');
  clock.advance(10);
  note('out', 'b', 'INVITE sip:2 SIP/2.0\r\n\r\n');
  ladders.claim('b', callId, 'agent-1');
  ladders.ended(callId);
  clock.advance(100);
  note('out', 'a', 'BYE sip:1 SIP/2.0\r\n\r\n');
  const whole = ['caller INVITE sip:1', 'caller SIP/2.0 100 Trying\r\n\r\n', 'agent-1 INVITE sip:2', 'caller BYE sip:1']; // prettier-ignore
  expect(await startLines(ladders, callId)).toEqual(whole);
  clock.advance(ladderSettleMs + 2_000);
  note('out', 'a', 'BYE sip:1 SIP/2.0\r\n\r\n');
  await ladders.close();
  const again = open();
  expect(await startLines(again.ladders, callId)).toEqual(whole);
  expect(await again.ladders.find(nextCall())).toBeUndefined();
  await again.ladders.close();
});

test('of many calls in an hour each is found, also behind lines a crash left without an index', async () => {
  const { ladders, note, nextCall } = open();
  const calls = Array.from({ length: 50 }, (_, index) => {
    const callId = nextCall();
    note('in', `${index}`, `INVITE sip:${index} SIP/2.0\r\n\r\n`);
    ladders.claim(`${index}`, callId, 'caller');
    ladders.ended(callId);
    return callId;
  });
  clock.advance(ladderSettleMs + 2_000);
  await ladders.find(nextCall());
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.ladders'));
  appendFileSync(join(folder, file!), '{"torn');
  const last = nextCall();
  note('in', 'last', 'INVITE sip:last SIP/2.0\r\n\r\n');
  ladders.claim('last', last, 'caller');
  ladders.ended(last);
  await ladders.close();
  const again = open();
  for (const [index, callId] of calls.entries())
    expect(await startLines(again.ladders, callId)).toEqual([`caller INVITE sip:${index}`]);
  expect(await startLines(again.ladders, last)).toEqual(['caller INVITE sip:last']);
  await again.ladders.close();
});

test('ladders are found at every moment, also of more calls than may settle at once: the earliest of them wait no longer', async () => {
  const { ladders, note, nextCall } = open();
  const calls = Array.from({ length: laddersSettlingMax + 2 }, (_, index) => {
    const callId = nextCall();
    note('in', `${index}`, `INVITE sip:${index} SIP/2.0\r\n\r\n`);
    ladders.claim(`${index}`, callId, 'caller');
    ladders.ended(callId);
    return callId;
  });
  const [earliest, latest] = [calls[1]!, calls[2]!];
  clock.advance(ladderStepMs);
  for (const index of [1, 2]) note('out', `${index}`, 'BYE sip:1 SIP/2.0\r\n\r\n');
  expect(await startLines(ladders, earliest)).toEqual(['caller INVITE sip:1']);
  expect(await startLines(ladders, latest)).toEqual(['caller INVITE sip:2', 'caller BYE sip:1']);
  for (let waitedMs = 0; waitedMs <= ladderSettleMs + ladderWriteEveryMs; waitedMs += 500) {
    clock.advance(500);
    expect(await startLines(ladders, latest)).toHaveLength(2);
  }
  await ladders.close();
  expect(await startLines(ladders, latest)).toHaveLength(2);
});

test('letters of more than one octet are kept, beside what is masked too', async () => {
  const { ladders, note, nextCall } = open();
  const callId = nextCall();
  note('in', 'a', 'INVITE sip:1 SIP/2.0\r\nFrom: "陈" <sip:1>\r\nAuthorization: Digest a="b"\r\n\r\n');
  note('out', 'a', 'SIP/2.0 183 处理中\r\n\r\n');
  ladders.claim('a', callId, 'caller');
  ladders.ended(callId);
  await ladders.close();
  const again = open();
  expect((await again.ladders.find(callId))!.messages.map(({ text }) => text)).toEqual([
    'INVITE sip:1 SIP/2.0\r\nFrom: "陈" <sip:1>\r\nAuthorization: (not kept)\r\n\r\n',
    'SIP/2.0 183 处理中\r\n\r\n',
  ]);
  await again.ladders.close();
});

test('a ladder that was written as one text a line, as before, is read', async () => {
  const { ladders, nextCall } = open();
  const callId = nextCall();
  const message = { atMs: 1, direction: 'in', ...flow, leg: 'caller', sipCallId: 'a', text: 'BYE sip:1 SIP/2.0\r\n\r\n' };
  const ladder = { callId, node, messages: [message], leftOut: 0 };
  const line = `${JSON.stringify(ladder)}\n`;
  const hour = join(folder, new Date(clock.nowMs()).toISOString().slice(0, 13));
  writeFileSync(`${hour}.ladders`, line);
  const entry = Buffer.alloc(28);
  entry.write(callId.replaceAll('-', ''), 'hex');
  entry.writeUInt32BE(line.length, 24);
  writeFileSync(`${hour}.index`, entry);
  expect(await ladders.find(callId)).toEqual(ladder);
  await ladders.close();
}); // prettier-ignore

test('ladders go after their days, whole hours at a time', async () => {
  const { ladders, note, nextCall } = open(1);
  const callId = nextCall();
  note('in', 'a', 'INVITE sip:1 SIP/2.0\r\n\r\n');
  ladders.claim('a', callId, 'caller');
  ladders.ended(callId);
  clock.advance(ladderSettleMs + 2_000);
  expect(await startLines(ladders, callId)).toHaveLength(1);
  writeFileSync(join(folder, 'notes.txt'), 'not ours');
  clock.advance(dayMs + hourMs + ladderPruneEveryMs);
  expect(await ladders.find(callId)).toBeUndefined();
  expect(readdirSync(folder)).toEqual(['notes.txt']);
  await ladders.close();
});

test('a call of endless messages keeps its beginning and its end; INVITEs nobody claims push each other out', async () => {
  const { ladders, note, nextCall } = open();
  const callId = nextCall();
  ladders.claim('a', callId, 'caller');
  for (let index = 0; index < 3 * ladderMessagesMax; index++) note('in', 'a', `INFO ${index} SIP/2.0\r\n\r\n`);
  const ladder = (await ladders.find(callId))!;
  expect(ladder.messages).toHaveLength(ladderMessagesMax);
  expect(ladder.leftOut).toBe(2 * ladderMessagesMax);
  expect(ladder.messages[0]!.text).toContain('INFO 0 ');
  expect(ladder.messages.at(-1)!.text).toContain(`INFO ${3 * ladderMessagesMax - 1} `);
  for (let index = 0; index <= ladderUnclaimedMax; index++) note('in', `u${index}`, 'INVITE sip:1 SIP/2.0\r\n\r\n');
  const [first, second] = [nextCall(), nextCall()];
  ladders.claim('u0', first, 'caller');
  ladders.claim('u1', second, 'caller');
  expect((await ladders.find(first))!.messages).toHaveLength(0);
  expect((await ladders.find(second))!.messages).toHaveLength(1);
  await ladders.close();
}); // prettier-ignore

test('a call that was refused has its ladder, and of a flood of them the first of each minute', async () => {
  const { ladders, note, nextCall } = open();
  const refuse = (sipCallId: string): CallId => {
    const callId = nextCall();
    note('in', sipCallId, 'INVITE sip:1 SIP/2.0\r\n\r\n');
    ladders.refused(sipCallId, callId);
    note('out', sipCallId, 'SIP/2.0 404 Not Found\r\n\r\n');
    ladders.ended(callId);
    return callId;
  };
  const refused = Array.from({ length: refusedLaddersPerMinuteMax + 1 }, (_, index) => refuse(`r${index}`));
  const whole = ['caller INVITE sip:1', 'caller SIP/2.0 404 Not Found\r\n\r\n'];
  expect(await startLines(ladders, refused[0]!)).toEqual(whole);
  expect(await startLines(ladders, refused.at(-2)!)).toEqual(whole);
  expect(await startLines(ladders, refused.at(-1)!)).toBeUndefined();
  clock.advance(minuteMs);
  expect(await startLines(ladders, refuse('later'))).toEqual(whole);
  await ladders.close();
  const again = open();
  expect(await startLines(again.ladders, refused[0]!)).toEqual(whole);
  await again.ladders.close();
});

test('a message stands at the port of its protocol, and at the plain one in ladders of before', () => {
  const message = { atMs: 0, direction: 'in', address: '192.0.2.7', port: 5062, leg: '', sipCallId: '', text: 'x' } as const;
  const toPort = (own: Ladder['node']): number => {
    const messages = [{ ...message, protocol: 'wss' as const }];
    const pcap = ladderPcap({ callId: 'x' as CallId, node: own, messages, leftOut: 0 });
    // Behind the file's and the packet's own heads, IPv4 and the source port.
    return pcap.readUInt16BE(24 + 16 + 20 + 2);
  };
  expect(toPort({ ...node, ports: { udp: 5060, wss: 8443 } })).toBe(8_443);
  expect(toPort(node)).toBe(5_060);
}); // prettier-ignore

test('an id tells when it was made', () => {
  expect(timeOfId(open().nextCall())).toBe(clock.nowMs());
});

test.each([
  ['INVITE sip:1 SIP/2.0\r\nAuthorization: Digest username="1001", response="abc"\r\nCSeq: 1 INVITE\r\n\r\n',
    'INVITE sip:1 SIP/2.0\r\nAuthorization: (not kept)\r\nCSeq: 1 INVITE\r\n\r\n'],
  ['REGISTER sip:1 SIP/2.0\r\nPROXY-authorization : Digest a="b",\r\n response="abc"\r\nTo: x\r\n\r\n',
    'REGISTER sip:1 SIP/2.0\r\nPROXY-authorization : (not kept)\r\nTo: x\r\n\r\n'],
  ['SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="a"\r\n\r\n',
    'SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="a"\r\n\r\n'],
  ['INFO sip:1 SIP/2.0\r\nContent-Length: 24\r\n\r\nSignal=5\r\nDuration=160\r\n', null],
])('of %j is kept what proves nothing', (text, kept) => {
  expect(maskMessage(Buffer.from(text), false).toString()).toBe(kept ?? text);
}); // prettier-ignore

test.each([
  ['Signal=5\r\nDuration=160\r\n', 'Signal=*\r\nDuration=160\r\n'],
  ['Duration=160\nsignal = 11\n', 'Duration=160\nsignal = **\n'],
  ['7', '*'],
  ['', ''],
])('a secret digit by INFO %j becomes %j', (body, masked) => {
  const head = 'INFO sip:1 SIP/2.0\r\nCSeq: 1 INFO\r\n\r\n';
  expect(maskMessage(Buffer.from(head + body), true).toString()).toBe(head + masked);
});

test('tshark reads the pcap of a ladder, over IPv4 and IPv6', ({ skip }) => {
  const messages = ['192.0.2.7', '2001:db8::7'].flatMap((address) =>
    (['in', 'out'] as const).map((direction) => ({
      atMs: 1_700_000_000_123, direction, protocol: 'udp' as const, address, port: 5062, leg: 'caller', sipCallId: 'a@b',
      text: `${direction === 'in' ? 'OPTIONS sip:a@b SIP/2.0' : 'SIP/2.0 200 OK'}\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nCall-ID: a@b\r\nCSeq: 1 OPTIONS\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nContent-Length: 0\r\n\r\n`,
    })),
  ); // prettier-ignore
  const path = join(folder, 'call.pcap');
  writeFileSync(path, ladderPcap({ callId: 'x' as CallId, node, messages, leftOut: 0 }));
  const fields = ['frame.time_epoch', 'ip.src', 'ipv6.src', 'udp.dstport', 'sip.Method', 'sip.Status-Code', '_ws.malformed']; // prettier-ignore
  const options = [
    '-o',
    'udp.check_checksum:TRUE',
    '-o',
    'ip.check_checksum:TRUE',
    '-d',
    'udp.port==5062,sip',
  ];
  const read = spawnSync('tshark', ['-r', path, '-T', 'fields', '-E', 'separator=|', ...options, ...fields.flatMap((field) => ['-e', field]), '-e', 'udp.checksum.status', '-e', 'ip.checksum.status'], { encoding: 'utf8' }); // prettier-ignore
  if (read.error) skip('tshark is not installed');
  expect(read.status, read.stderr).toBe(0);
  const rows = read.stdout.trim().split('\n').map((line) => line.split('|')); // prettier-ignore
  expect(rows.map(([, v4, v6, port, method, status]) => [v4 || v6, port, method || status])).toEqual([
    ['192.0.2.7', '5060', 'OPTIONS'],
    ['192.0.2.1', '5062', '200'],
    ['2001:db8::7', '5060', 'OPTIONS'],
    ['::ffff:192.0.2.1', '5062', '200'],
  ]);
  for (const [time, , , , , , malformed, udpSum, ipSum] of rows) {
    expect(Number(time)).toBeCloseTo(1_700_000_000.123, 3);
    expect(malformed).toBe('');
    // 0 is wrong; 1 is right; 3 is none given.
    expect(['1', '3']).toContain(udpSum);
    expect(['1', '']).toContain(ipSum);
  }
});
