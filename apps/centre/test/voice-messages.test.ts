/** D-11 at the centre: mailboxes as definitions, messages as their node tells of them, and what portal and desk do with them. */
import { createHash, scryptSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallId, MailboxId, VoiceMessageId } from '@seatgrid/core/kernel/ids.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, TestLink, type EnrolledNode } from './test-node.ts';

let centre: TestCentre;
let alpha: TestTenant;
let node: EnrolledNode;
let link: TestLink;
const sound = Buffer.from('RIFF of a message');

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  node = await enrolNode(centre, 'hq');
  link = await TestLink.greet(centre, node);
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

async function left(mailboxId: string): Promise<VoiceMessageId> {
  const messageId = ids.next<'voice-message'>();
  await link.tell([
    link.event(alpha.tenant.id, {
      kind: 'voice-message.left',
      messageId,
      mailboxId: mailboxId as MailboxId,
      callId: ids.next<'call'>() as CallId,
      fromNumber: '13800138000',
      leftAtMs: 1_000,
      durationMs: 4_000,
      path: 'alpha/messages/2026-01-01/x.wav',
      octets: sound.length,
      sha256: createHash('sha256').update(sound).digest('hex'),
      isRecovered: false,
    }),
  ]);
  return messageId;
}

test('nodes are told of a box with a PIN that can be checked and not read; the log does not have it', async () => {
  const { config } = await link.hear('config');
  const [box] = config.tenants[0]!.mailboxes;
  expect(box).toMatchObject({ name: 'Bob', number: '801', owner: { kind: 'agent', agentId: alpha.agentId } });
  const { salt, hash } = box!.pin!;
  expect(scryptSync('2468', Buffer.from(salt, 'base64'), 32).toString('base64')).toBe(hash);
  const { items } = await alpha.administrator.call('GET /api/mailboxes');
  expect(items).toMatchObject([{ name: 'Bob', hasPin: true }]);
  expect(JSON.stringify(items)).not.toContain(hash);
  const audit = await alpha.administrator.call('GET /api/audit', { query: {} });
  expect(audit.items.find(({ noun }) => noun === 'mailbox')).toMatchObject({ after: { hasPin: true } });
  expect(JSON.stringify(audit)).not.toContain(hash);
});

test('a PIN that is left out stays, null takes it away; a number and a name stand once', async () => {
  const { call } = alpha.administrator;
  const { id, hasPin: _has, ...facts } = (await call('GET /api/mailboxes')).items[0]!;
  const put = (pin?: string | null) => call('PUT /api/mailboxes/:id', { params: { id }, body: { ...facts, ...(pin === undefined ? {} : { pin }) } }); // prettier-ignore
  expect(await put()).toMatchObject({ hasPin: true });
  expect(await put(null)).toMatchObject({ hasPin: false });
  expect(await put('13579')).toMatchObject({ hasPin: true });
  await expect(put('12')).rejects.toMatchObject({ status: 422, problem: { problems: [{ path: 'pin' }] } });
  const another = (name: string, number: string) => call('POST /api/mailboxes', { body: { ...facts, name, number } });
  await expect(another('Bob', '802')).rejects.toMatchObject({ status: 409, problem: { problems: [{ path: 'name' }] } });
  await expect(another('Other', '801')).rejects.toMatchObject({ status: 409, problem: { problems: [{ path: 'number' }] } });
  // So it is with the other definitions that were made alike.
  await expect(call('POST /api/groups', { body: { name: 'First', leaderNumber: null } })).rejects.toMatchObject({ status: 409, problem: { problems: [{ path: 'name' }] } });
}); // prettier-ignore

test('a message is listed, played from its node, and done with by the node’s word', async () => {
  const box = alpha.ids['mailboxes']!;
  const id = await left(box);
  for (const who of [alpha.administrator, alpha.supervisor])
    expect((await who.call('GET /api/voice-messages', { query: {} })).items).toMatchObject([
      { id, mailboxName: 'Bob', fromNumber: '13800138000', isHeard: false, deletedAtMs: null, mail: 'none' },
    ]);
  const playing = alpha.agent.raw(`/api/desk/voice-messages/${id}/audio`);
  const asked = await link.hear('fetch-recording');
  expect(asked.path).toBe('alpha/messages/2026-01-01/x.wav');
  await fetch(`${centre.url}/api/node/recordings/${asked.requestId}`, {
    method: 'POST',
    headers: { authorization: await node.bearer(), 'content-type': 'application/octet-stream', 'x-file-octets': String(sound.length) },
    body: sound,
  }); // prettier-ignore
  const played = await playing;
  expect(played.headers.get('content-type')).toBe('audio/wav');
  expect(Buffer.from(await played.arrayBuffer()).equals(sound)).toBe(true);

  await alpha.agent.call('POST /api/desk/voice-messages/:id/act', { params: { id }, body: { act: 'heard' } });
  expect(await link.hear('act-on-message')).toMatchObject({ messageId: id, act: 'heard', tenantId: alpha.tenant.id }); // prettier-ignore
  // Nothing is so before the node has said it.
  const heardOf = async () => (await alpha.agent.call('GET /api/desk/voice-messages', { query: {} })).items[0]!;
  expect((await heardOf()).isHeard).toBe(false);
  const changed = { kind: 'voice-message.changed', messageId: id, mailboxId: box as MailboxId, way: 'portal' } as const;
  await link.tell([link.event(alpha.tenant.id, { ...changed, act: 'heard' })]);
  expect((await heardOf()).isHeard).toBe(true);

  await alpha.administrator.call('POST /api/voice-messages/:id/act', { params: { id }, body: { act: 'deleted' } });
  await link.hear('act-on-message', ({ act }) => act === 'deleted');
  await expect(alpha.administrator.call('DELETE /api/mailboxes/:id', { params: { id: box } })).rejects.toMatchObject({ status: 409 }); // prettier-ignore
  await link.tell([link.event(alpha.tenant.id, { ...changed, act: 'deleted' })]);
  expect((await heardOf()).deletedAtMs).not.toBeNull();
  await link.tell([link.event(alpha.tenant.id, { ...changed, act: 'restored' })]);
  expect((await heardOf()).deletedAtMs).toBeNull();
  const audit = await alpha.administrator.call('GET /api/audit', { query: {} });
  expect(audit.items.find(({ noun }) => noun === 'voice-message')).toMatchObject({ verb: 'deleted', nounId: id });
  await link.tell([link.event(alpha.tenant.id, { ...changed, act: 'purged' })]);
  expect((await alpha.agent.call('GET /api/desk/voice-messages', { query: {} })).items).toEqual([]);
}); // prettier-ignore

test('a desk shows the boxes of its agent and no other; a rule that names a box keeps it', async () => {
  const { call } = alpha.administrator;
  const group = await call('POST /api/groups', { body: { name: 'Elsewhere', leaderNumber: null } });
  const { id: _id, hasPin: _has, ...facts } = (await call('GET /api/mailboxes')).items[0]!;
  const other = await call('POST /api/mailboxes', {
    body: { ...facts, name: 'Others', number: '803', owner: { kind: 'group', groupId: group.id } },
  });
  const id = await left(other.id);
  expect((await alpha.agent.call('GET /api/desk/voice-messages', { query: {} })).items).toEqual([]);
  expect((await alpha.agent.raw(`/api/desk/voice-messages/${id}/audio`)).status).toBe(404);
  await expect(alpha.agent.call('POST /api/desk/voice-messages/:id/act', { params: { id }, body: { act: 'deleted' } })).rejects.toMatchObject({ status: 404 });
  const queue = await call('POST /api/mailboxes', {
    body: { ...facts, name: 'Queue', number: '804', owner: { kind: 'queue', queueId: alpha.ids['queues'] as never } },
  });
  await left(queue.id);
  expect((await alpha.agent.call('GET /api/desk/voice-messages', { query: {} })).items).toMatchObject([{ mailboxName: 'Queue' }]);
  await call('POST /api/inbound-rules', {
    body: { name: 'At night', didIds: [], workingTime: [], onDuty: { kind: 'mailbox', mailboxId: queue.id }, offDuty: { kind: 'messages' } },
  });
  await expect(call('DELETE /api/mailboxes/:id', { params: { id: queue.id } })).rejects.toMatchObject({
    problem: { message: 'Still used by inbound rule “At night”.' },
  });
}); // prettier-ignore

test('a node that is away leaves its messages as they are, and says so', async () => {
  const id = await left(alpha.ids['mailboxes']!);
  await link.close();
  await expect.poll(async () =>
    alpha.agent
      .call('POST /api/desk/voice-messages/:id/act', { params: { id }, body: { act: 'deleted' } })
      .then(() => 'done', (error: { status: number }) => error.status),
  ).toBe(503);
}); // prettier-ignore
