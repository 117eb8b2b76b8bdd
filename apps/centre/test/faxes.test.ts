/** A-16 at the centre: fax boxes as definitions, faxes as their node tells of them, read as PDF, mailed, and done with. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallId, FaxBoxId, FaxId } from '@seatgrid/core/kernel/ids.ts';
import { drawFaxPage, readFaxPixels, writeFaxTiff } from '@seatgrid/testkit/fax-pages.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, TestLink, type EnrolledNode } from './test-node.ts';

let centre: TestCentre;
let alpha: TestTenant;
let node: EnrolledNode;
let link: TestLink;
let server: SMTPServer;
const mails: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'seatgrid-faxes-'));
const pages = [drawFaxPage({ seed: 1, rows: 40 }), drawFaxPage({ seed: 2, rows: 60 })];
let tiff: Buffer;

beforeAll(async () => {
  writeFaxTiff(join(folder, 'plain.tiff'), pages);
  execFileSync('tiffcp', ['-c', 'g4', '-r', '100000', join(folder, 'plain.tiff'), join(folder, 'fax.tiff')]);
  tiff = readFileSync(join(folder, 'fax.tiff'));
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push(Buffer.concat(parts).toString());
        done();
      });
    },
  });
  const port = await new Promise<number>((resolve) => {
    const listening = server.listen(0, '127.0.0.1', () => resolve((listening.address() as { port: number }).port));
  });
  centre = await startTestCentre({
    CENTRE_SMTP_URL: `smtp://127.0.0.1:${port}`,
    CENTRE_MAIL_FROM: 'calls@platform.example',
    CENTRE_PUBLIC_URL: 'https://calls.example',
  });
  alpha = await makeTenant(centre, 'alpha');
  node = await enrolNode(centre, 'hq');
  link = await TestLink.greet(centre, node);
}); // prettier-ignore
afterAll(async () => {
  await link?.close();
  await centre?.stop();
  await new Promise<void>((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

const boxId = () => alpha.ids['fax-boxes']! as FaxBoxId;
const faxesSeen = async (who = alpha.administrator) =>
  (await who.call('GET /api/faxes', { query: {} })).items;

function receivedIn(faxBoxId: string) {
  const faxId: FaxId = ids.next<'fax'>();
  const event = link.event(alpha.tenant.id, {
    kind: 'fax.received',
    faxId,
    faxBoxId: faxBoxId as FaxBoxId,
    callId: ids.next<'call'>() as CallId,
    fromNumber: '13800138000',
    farIdentification: '+86 10 6500 1234',
    receivedAtMs: Date.UTC(2026, 0, 2, 1, 30),
    durationMs: 31_000,
    pages: 2,
    ending: 'line-lost',
    rowsPerInch: 196,
    path: 'alpha/faxes/2026-01-02/x.tiff',
    octets: tiff.length,
    sha256: createHash('sha256').update(tiff).digest('hex'),
    isRecovered: false,
  });
  return { faxId, event };
}

/** The node sends what it is asked for. */
async function serveFile(): Promise<void> {
  const asked = await link.hear('fetch-recording');
  expect(asked.path).toBe('alpha/faxes/2026-01-02/x.tiff');
  await fetch(`${centre.url}/api/node/recordings/${asked.requestId}`, {
    method: 'POST',
    headers: { authorization: await node.bearer(), 'content-type': 'application/octet-stream', 'x-file-octets': String(tiff.length) },
    body: new Uint8Array(tiff),
  }); // prettier-ignore
}

test('nodes are told of a fax box; who names it keeps it; its name stands once', async () => {
  const { config } = await link.hear('config');
  expect(config.tenants[0]!.faxBoxes).toMatchObject([{ id: boxId(), name: 'Orders', faxesMax: 100 }]);
  const { call } = alpha.administrator;
  const { id: _id, ...facts } = (await call('GET /api/fax-boxes')).items[0]!;
  await expect(call('POST /api/fax-boxes', { body: facts })).rejects.toMatchObject({ status: 409, problem: { problems: [{ path: 'name' }] } });
  const night = await call('POST /api/fax-boxes', { body: { ...facts, name: 'Night' } });
  await call('POST /api/inbound-rules', {
    body: { name: 'At night', didIds: [], workingTime: [], onDuty: { kind: 'fax', faxBoxId: night.id }, offDuty: null },
  });
  await expect(call('DELETE /api/fax-boxes/:id', { params: { id: night.id } })).rejects.toMatchObject({
    problem: { message: 'Still used by inbound rule “At night”.' },
  });
  const nowhere = call('POST /api/inbound-rules', {
    body: { name: 'Nowhere', didIds: [], workingTime: [], onDuty: { kind: 'fax', faxBoxId: ids.next() }, offDuty: null },
  });
  await expect(nowhere).rejects.toMatchObject({ problem: { problems: [{ message: 'there is no such fax box' }] } });
}); // prettier-ignore

test('the portal is told which nodes have nothing to receive faxes with', async () => {
  const without = async () => (await alpha.administrator.call('GET /api/fax-boxes')).nodesWithout;
  // One that never said is not held to have nothing.
  expect(await without()).toEqual([]);
  await link.close();
  link = await TestLink.greet(centre, node, { sequence: link.sequence, receivesFaxes: false });
  expect(await without()).toEqual(['hq']);
  await link.close();
  link = await TestLink.greet(centre, node, { sequence: link.sequence, receivesFaxes: true });
  expect(await without()).toEqual([]);
});

test('a fax is listed, read as PDF and as TIFF from its node, and done with by the node’s word', async () => {
  const { faxId: id, event } = receivedIn(boxId());
  await link.tell([event]);
  for (const who of [alpha.administrator, alpha.supervisor])
    expect(await faxesSeen(who)).toMatchObject([
      { id, faxBoxName: 'Orders', fromNumber: '13800138000', farIdentification: '+86 10 6500 1234', pages: 2, ending: 'line-lost', isRead: false, mail: 'none' },
    ]);
  expect((await alpha.agent.raw('/api/faxes')).status).toBe(404);

  const asPdf = alpha.supervisor.raw(`/api/faxes/${id}/file`);
  await serveFile();
  const pdf = await asPdf;
  expect(pdf.headers.get('content-type')).toBe('application/pdf');
  expect(pdf.headers.get('content-disposition')).toBe(`inline; filename="fax-20260102-013000-${id.slice(-8)}.pdf"`);
  writeFileSync(join(folder, 'fax.pdf'), new Uint8Array(await pdf.arrayBuffer()));
  expect(execFileSync('pdfinfo', [join(folder, 'fax.pdf')], { encoding: 'utf8' })).toMatch(/^Pages: +2$/m);
  const asTiff = alpha.administrator.raw(`/api/faxes/${id}/file?format=tiff`);
  await serveFile();
  const got = await asTiff;
  expect(got.headers.get('content-type')).toBe('image/tiff');
  writeFileSync(join(folder, 'got.tiff'), new Uint8Array(await got.arrayBuffer()));
  expect(readFaxPixels(join(folder, 'got.tiff'))).toEqual(pages);

  const act = (what: 'read' | 'deleted') => alpha.administrator.call('POST /api/faxes/:id/act', { params: { id }, body: { act: what } });
  await act('read');
  expect(await link.hear('act-on-fax')).toMatchObject({ faxId: id, act: 'read', tenantId: alpha.tenant.id });
  // Nothing is so before the node has said it.
  expect((await faxesSeen())[0]!.isRead).toBe(false);
  const changed = { kind: 'fax.changed', faxId: id, faxBoxId: boxId(), way: 'portal' } as const;
  await link.tell([link.event(alpha.tenant.id, { ...changed, act: 'read' })]);
  expect((await faxesSeen())[0]!.isRead).toBe(true);
  expect((await alpha.supervisor.raw(`/api/faxes/${id}/act`, { method: 'POST', body: JSON.stringify({ act: 'deleted' }), headers: { 'content-type': 'application/json' } })).status).toBe(404);

  await act('deleted');
  await link.hear('act-on-fax', (told) => told.act === 'deleted');
  await expect(alpha.administrator.call('DELETE /api/fax-boxes/:id', { params: { id: boxId() } })).rejects.toMatchObject({ status: 409 });
  await link.tell([link.event(alpha.tenant.id, { ...changed, act: 'deleted' })]);
  expect((await faxesSeen())[0]!.deletedAtMs).not.toBeNull();
  const audit = await alpha.administrator.call('GET /api/audit', { query: {} });
  expect(audit.items.find(({ noun }) => noun === 'fax')).toMatchObject({ verb: 'deleted', nounId: id });
  await link.tell([link.event(alpha.tenant.id, { ...changed, act: 'purged' })]);
  expect(await faxesSeen()).toEqual([]);
  expect((await alpha.administrator.raw(`/api/faxes/${id}/file`)).status).toBe(404);
}); // prettier-ignore

test('whoever the box names gets the pages by mail, with who sent them and that it broke off', async () => {
  const { call } = alpha.administrator;
  const { id: _id, ...facts } = (await call('GET /api/fax-boxes')).items[0]!;
  const box = await call('POST /api/fax-boxes', { body: { ...facts, name: 'Mailed', mailTo: ['desk@alpha.example'], isFaxMailed: true } });
  const { faxId: id, event } = receivedIn(box.id);
  link.send({ kind: 'events', events: [event] });
  await serveFile();
  await expect.poll(async () => (await faxesSeen()).find((one) => one.id === id)?.mail, { timeout: 10_000 }).toBe('sent');
  const [mail] = mails;
  const text = mail!.replaceAll('=\r\n', '');
  expect(text).toContain('Subject: New fax in Mailed from 13800138000');
  expect(text).toContain('Pages: 2.');
  expect(text).toContain('The sending machine calls itself +86 10 6500 1234.');
  expect(text).toContain('It broke off');
  expect(text).toContain('https://calls.example/faxes');
  expect(mail).toContain(`filename=fax-20260102-013000-${id.slice(-8)}.pdf`);
  expect(mail!.replaceAll('\r\n', '')).toContain(Buffer.from('%PDF-1.4\n').toString('base64').slice(0, 8));
  expect(mails.length).toBe(1);
}); // prettier-ignore

test('a node that is away leaves its faxes as they are, and says so', async () => {
  const { faxId: id, event } = receivedIn(boxId());
  await link.tell([event]);
  await link.close();
  await expect
    .poll(async () =>
      alpha.administrator.call('POST /api/faxes/:id/act', { params: { id }, body: { act: 'deleted' } }).then(
        () => 'done',
        (error: { status: number }) => error.status,
      ),
    )
    .toBe(503);
});
