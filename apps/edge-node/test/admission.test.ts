/** C-08, C-09: who is let in, who is refused, and what the refused one hears. */
import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loudness } from '@seatgrid/testkit/tone-finder.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

let node: NodeProcess;
let small: FixtureTenant;
let other: FixtureTenant;
let phone: TestPhone;

beforeAll(async () => {
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: ['127.0.0.2/32'] });
  small = fixture.tenant({
    slug: 'small',
    number: '+8640080010001',
    agents: 3,
    quotas: { concurrentCalls: 2, agentsSignedIn: 2 },
  });
  other = fixture.tenant({ slug: 'other', number: '+8640080020002', agents: 1, locale: 'zh-Hans' });
  for (const tenant of [small, other])
    fixture.route(tenant, { kind: 'queue', queueId: fixture.queue(tenant).id });
  node = await NodeProcess.start(fixture);
  phone = await TestPhone.open({ address: '127.0.0.2' });
});

afterAll(async () => {
  await phone?.close();
  await node?.close();
});

function ring(number: string, from = '13800138000'): Promise<PhoneCall> {
  return phone.ring({ host: nodeAddress, port: node.sipPort, number, from });
}

test('C-08: the call above the quota is told that all lines are busy, refused with 486 and counted; the other tenant answers', async () => {
  const inside = [await ring('+8640080010001'), await ring('008640080010001')];
  for (const call of inside) await call.until(['talking'], 5_000);
  const above = await ring('40080010001');
  expect(await above.until(['failed'], 10_000)).toMatchObject({ status: 486 });
  expect(loudness(above.rtp.heard())).toBeGreaterThan(0.01);
  expect(phone.ladder.some(({ startLine }) => startLine.includes(' 183 '))).toBe(true);
  const refused = await node.event('call.refused', (facts) => facts.reason === 'quota-calls');
  expect(refused.tenantId).toBe(small.config.tenant.id);

  const elsewhere = await ring('+8640080020002');
  await elsewhere.until(['talking'], 5_000);
  for (const call of [...inside, elsewhere]) call.hangUp();
  await until('the calls to end', () => node.eventsOf('call.ended').length === 3);
  const again = await ring('40080010001');
  await again.until(['talking'], 5_000);
  again.hangUp();
  await until('the call to end', () => node.eventsOf('call.ended').length === 4);
});

test('C-08: the agent above the quota is refused and counted, and signs in when another has left', async () => {
  const desks = await Promise.all([0, 1, 2].map((index) => TestDesk.open(node, small, index)));
  for (const desk of desks.slice(0, 2)) await desk.done({ kind: 'sign-in', device: 'browser' });
  const third = desks[2]!;
  expect(await third.command({ kind: 'sign-in', device: 'browser' })).toMatchObject({ code: 'quota-agents' });
  await node.event('agent.sign-in-refused', (facts) => facts.reason === 'quota-agents');
  await desks[0]!.done({ kind: 'sign-out' });
  await third.done({ kind: 'sign-in', device: 'browser' });
  for (const desk of desks.slice(1)) await desk.done({ kind: 'sign-out' });
  for (const desk of desks) desk.close();
});

test('a number nobody here has is refused with 404', async () => {
  const call = await ring('+8613900000000');
  expect(await call.until(['failed'], 5_000)).toMatchObject({ status: 404 });
  await node.event('call.refused', (facts) => facts.reason === 'unknown-number');
});

test('an address no trunk names hears nothing, whatever number it asks for, and the log names the one that is ours', async () => {
  const stranger = await TestPhone.open({ address: '127.0.0.9' });
  for (const number of ['+8640080010001', '+8613900000000', '100']) {
    const call = await stranger.ring({
      host: nodeAddress,
      port: node.sipPort,
      number,
      from: 'x',
      ringTimeoutMs: 1_000,
    });
    await expect(call.until(['failed'], 10_000)).resolves.toMatchObject({ status: 408 });
  }
  expect(stranger.ladder.filter(({ startLine }) => startLine.startsWith('SIP/2.0'))).toEqual([]);
  await until('the line in the log', () => node.stderr.includes('"number":"+8640080010001"'));
  await stranger.close();
});

test('who claims to be a phone is asked for proof, whether there is such a phone or not', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.9', resolve));
  const answers = new Map<string, string>();
  socket.on('message', (octets) => {
    const text = octets.toString();
    const extension = /From: <sip:(\d+)@/.exec(text)?.[1] ?? '';
    // What differs by chance in every answer.
    const uniform = text.replace(/nonce="[^"]*"|realm="[^"]*"|tag=[\da-f]{16}|\r\nContent-Length.*/g, '');
    answers.set(extension, uniform.replaceAll(extension, 'extension'));
  });
  const existing = small.config.agents[0]!.extension;
  const missing = '7777';
  for (const extension of [existing, missing])
    socket.send(
      `REGISTER sip:${nodeAddress} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.9;branch=z9hG4bK${extension};rport\r\n` +
        `From: <sip:${extension}@${nodeAddress}>;tag=t\r\nTo: <sip:${extension}@${nodeAddress}>\r\n` +
        `Call-ID: ${extension}\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n`,
      node.sipPort,
      nodeAddress,
    );
  await until('both answers', () => answers.size === 2);
  expect(answers.get(missing)).toContain('SIP/2.0 401 Unauthorized');
  expect(answers.get(missing)).toBe(answers.get(existing));
  socket.close();
});

test('malformed messages leave the node unharmed', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.2', resolve));
  for (const octets of [
    '',
    'INVITE',
    'INVITE sip:x SIP/2.0\r\n\r\n',
    '\u0000\u0001\u0002',
    'x'.repeat(60_000),
  ])
    socket.send(octets, node.sipPort, nodeAddress);
  const call = await ring('+8640080010001');
  await call.until(['talking'], 5_000);
  call.hangUp();
  await until('the call to end', () => node.eventsOf('call.ended').length === 5);
  socket.close();
});

test('C-09: a suspended tenant takes no call and no agent, the other is untouched, and resuming brings all back', async () => {
  const desk = await TestDesk.ready(node, small, 0);
  const { tenant } = small.config;
  small.config.tenant = { ...tenant, state: 'suspended' };
  await reconfigure();
  await until('the desk to be closed', () => desk.closedWhy === 'suspended');
  const call = await ring('+8640080010001');
  expect(await call.until(['failed'], 10_000)).toMatchObject({ status: 503 });
  expect(loudness(call.rtp.heard())).toBeGreaterThan(0.01);
  await node.event('call.refused', (facts) => facts.reason === 'suspended');
  const refused = await TestDesk.open(node, small, 1);
  expect(await refused.command({ kind: 'sign-in', device: 'browser' })).toMatchObject({ code: 'suspended' });
  const untouched = await ring('+8640080020002');
  await untouched.until(['talking'], 5_000);
  untouched.hangUp();

  small.config.tenant = tenant;
  await reconfigure();
  const again = await TestDesk.ready(node, small, 1);
  const resumed = await ring('+8640080010001');
  await again.answer();
  resumed.hangUp();
  for (const one of [desk, refused, again]) one.close();
});

/** Without a centre, a new generation is taken at the next start. */
async function reconfigure(): Promise<void> {
  node.fixture.generation++;
  node.writeConfig();
  node.reload();
  await until('the new generation', () => node.stderr.includes(`"generation":${node.fixture.generation}`));
}
