/** D-11: new messages are mailed, by a real SMTP server: with the sound, or with where it is heard; tried again while it is away. */
import { createHash } from 'node:crypto';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallId, MailboxId, VoiceMessageId } from '@seatgrid/core/kernel/ids.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, TestLink, type EnrolledNode } from './test-node.ts';

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

let centre: TestCentre;
let alpha: TestTenant;
let node: EnrolledNode;
let link: TestLink;
let server: SMTPServer;
let isRefusing = false;
let refused = 0;
const mails: Received[] = [];
const sound = Buffer.from('RIFF and what was said');

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'seatgrid' && password === 'mail-password'
        ? done(null, { user: username })
        : done(new Error('wrong')),
    onRcptTo(_address, _session, done) {
      if (!isRefusing) return done();
      refused += 1;
      done(Object.assign(new Error('try later'), { responseCode: 451 }));
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(parts).toString(),
        });
        done();
      });
    },
  });
  const port = await new Promise<number>((resolve) => {
    const listening = server.listen(0, '127.0.0.1', () =>
      resolve((listening.address() as { port: number }).port),
    );
  });
  centre = await startTestCentre({
    CENTRE_SMTP_URL: `smtp://seatgrid:mail-password@127.0.0.1:${port}`,
    CENTRE_MAIL_FROM: 'calls@platform.example',
    CENTRE_PUBLIC_URL: 'https://calls.example',
  });
  alpha = await makeTenant(centre, 'alpha');
  node = await enrolNode(centre, 'hq');
  link = await TestLink.greet(centre, node);
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
  await new Promise<void>((done) => server.close(done));
});

async function boxWith(name: string, isSoundMailed: boolean): Promise<string> {
  const { call } = alpha.administrator;
  const { id: _id, hasPin: _has, ...facts } = (await call('GET /api/mailboxes')).items[0]!;
  const mailTo = [`${name}@alpha.example`, 'second@alpha.example'];
  return (
    await call('POST /api/mailboxes', { body: { ...facts, name, number: null, mailTo, isSoundMailed } })
  ).id;
}

function leftIn(mailboxId: string) {
  const messageId = ids.next<'voice-message'>();
  const event = link.event(alpha.tenant.id, {
    kind: 'voice-message.left',
    messageId,
    mailboxId: mailboxId as MailboxId,
    callId: ids.next<'call'>() as CallId,
    fromNumber: '13800138000',
    leftAtMs: Date.UTC(2026, 0, 2, 1, 30),
    durationMs: 75_000,
    path: 'alpha/messages/2026-01-02/x.wav',
    octets: sound.length,
    sha256: createHash('sha256').update(sound).digest('hex'),
    isRecovered: false,
  });
  return { messageId, event };
}

async function left(mailboxId: string): Promise<VoiceMessageId> {
  const { messageId, event } = leftIn(mailboxId);
  await link.tell([event]);
  return messageId;
}

const mailStateOf = async (id: string) =>
  (await alpha.administrator.call('GET /api/voice-messages', { query: {} })).items.find(
    (one) => one.id === id,
  )?.mail;

test('a mail tells who called, when and how long, and where it is heard; once', async () => {
  const id = await left(await boxWith('linked', false));
  await expect.poll(() => mailStateOf(id), { timeout: 10_000 }).toBe('sent');
  const [mail] = mails;
  expect(mail).toMatchObject({ from: 'calls@platform.example', to: ['linked@alpha.example', 'second@alpha.example'] });
  expect(mail!.text).toContain('Subject: New message in linked from 13800138000');
  expect(mail!.text).toContain('1:15');
  // In the tenant's own time.
  expect(mail!.text.replaceAll('=\r\n', '')).toContain('January 2, 2026 at 9:30');
  expect(mail!.text.replaceAll('=\r\n', '')).toContain('https://calls.example/my-messages');
  expect(mail!.text).not.toContain('attachment');
  const plain = await left(alpha.ids['mailboxes']!);
  expect(await mailStateOf(plain)).toBe('none');
  expect(mails.length).toBe(1);
}); // prettier-ignore

test('the sound goes along where the box says so, fetched from its node', async () => {
  const box = await boxWith('attached', true);
  const { messageId: id, event } = leftIn(box);
  link.send({ kind: 'events', events: [event] });
  const asked = await link.hear('fetch-recording');
  await fetch(`${centre.url}/api/node/recordings/${asked.requestId}`, {
    method: 'POST',
    headers: { authorization: await node.bearer(), 'content-type': 'application/octet-stream', 'x-file-octets': String(sound.length) },
    body: sound,
  });
  await expect.poll(() => mailStateOf(id), { timeout: 10_000 }).toBe('sent');
  const mail = mails.at(-1)!;
  expect(mail.text).toContain('filename=message.wav');
  expect(mail.text.replaceAll('\r\n', '')).toContain(sound.toString('base64'));
}); // prettier-ignore

test('a server that says later is asked again later', async () => {
  isRefusing = true;
  const before = mails.length;
  const box = await boxWith('later', false);
  const id = await left(box);
  await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(await mailStateOf(id)).toBe('waiting');
  isRefusing = false;
  centre.advance(3 * 60_000);
  // The old line would be found silent for as long.
  link = await TestLink.greet(centre, node, { sequence: link.sequence });
  // Any news wakes the duty.
  await expect
    .poll(
      async () => {
        await left(alpha.ids['mailboxes']!);
        return mailStateOf(id);
      },
      { timeout: 15_000, interval: 500 },
    )
    .toBe('sent');
  expect(mails.length).toBe(before + 1);
});
