/** A-16, D-20: faxes sent by a real fax terminal over real calls, in real time; what came is what was sent, to the bit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FaxBox } from '@seatgrid/core/faxes/fax-box.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { G711Law } from '@seatgrid/media/audio/g711.ts';
import type { FaxTerminal } from '@seatgrid/media/fax/spandsp.ts';
import { drawFaxPage, readFaxPixels, writeFaxTiff } from '@seatgrid/testkit/fax-pages.ts';
import { handToFaxMachine, openFaxSender } from '@seatgrid/testkit/fax-sender.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { nodeAddress } from './node-process.ts';
import { numberWith, TelephoneSide } from './telephone-side.ts';
import { until } from './until.ts';

const direct = '+864008000001';
const menu = '+864008000002';
const nobody = '+864008000003';
const full = '+864008000004';
/** A fax of a page takes some twenty seconds of line, and whoever sends none is waited for as long. */
const faxMs = 120_000;
const machineName = '+86 10 6500 1234';
const pages = [drawFaxPage({ seed: 5, rows: 90 }), drawFaxPage({ seed: 6, rows: 60 })];

let side: TelephoneSide;
let tenant: FixtureTenant;
let orders: FaxBox;
let sales: FaxBox;
let tiny: FaxBox;
const senders: FaxTerminal[] = [];
const phones: TestPhone[] = [];

function faxBox(name: string, given: Partial<FaxBox> = {}): FaxBox {
  const box = {
    id: newId<'fax-box'>(),
    name,
    faxesMax: 100,
    keptDays: null,
    mailTo: [],
    isFaxMailed: false,
    ...given,
  };
  tenant.config.faxBoxes.push(box as never);
  return box;
}

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
    orders = faxBox('Orders');
    sales = faxBox('Sales');
    tiny = faxBox('Tiny', { faxesMax: 1 });
    const queue = fixture.queue(tenant, { waitMaxMs: 1_000, onTimeout: { kind: 'fax', faxBoxId: tiny.id } });
    const flow = fixture.flow(tenant, 'menu', {
      menu: {
        kind: 'menu',
        prompt: [{ kind: 'text', text: { en: 'To send a fax press 8' } }],
        welcome: [],
        choices: { 8: { label: 'Fax', next: 'fax' } },
        invalid: [],
        timeoutMs: 5_000,
        attempts: 2,
        otherwise: 'bye',
      },
      fax: { kind: 'receive-fax', faxBoxId: sales.id, next: 'bye', onNotReceived: 'bye' },
      bye: { kind: 'hang-up', say: [] },
    });
    numberWith(tenant, direct, { kind: 'fax', faxBoxId: orders.id });
    numberWith(tenant, menu, { kind: 'flow', flowId: flow.id });
    numberWith(tenant, nobody, { kind: 'fax', faxBoxId: orders.id });
    numberWith(tenant, full, { kind: 'queue', queueId: queue.id });
  });
});
afterAll(async () => {
  for (const phone of phones) await phone.close();
  for (const sender of senders) sender.close();
  await side?.close();
});

interface Sending {
  readonly call: PhoneCall;
  readonly machine: FaxTerminal;
  readonly callId: CallId;
  begin(): void;
}

/** A fax machine, with a telephone to it, that has rung a number and was answered. */
async function ringFrom(
  from: string,
  number: string,
  given: { law?: G711Law; pages?: Uint8Array[] } = {},
): Promise<Sending> {
  const { law = 'PCMA', pages: sent = pages.slice(0, 1) } = given;
  const phone = await TestPhone.open({ address: '127.0.0.2', rtp: { law } });
  phones.push(phone);
  const call = await phone.ring({ host: nodeAddress, port: side.node.sipPort, number, from });
  await call.until(['talking'], 10_000);
  const path = join(side.node.folder, `sent-${from}.tiff`);
  writeFaxTiff(path, sent);
  const machine = openFaxSender({ path, identification: machineName });
  senders.push(machine);
  const begun = await until('the call', () =>
    side.node.eventsOf('call.started').find(({ facts }) => facts.fromNumber === from),
  );
  return {
    call,
    machine,
    callId: begun.facts.callId,
    begin: () => handToFaxMachine(call, machine),
  };
}

const received = (callId: CallId) =>
  until(
    'the fax',
    () => side.node.eventsOf('fax.received').find(({ facts }) => facts.callId === callId)?.facts,
    faxMs,
  );
const missed = (callId: CallId) =>
  until(
    'the fax to be missed',
    () => side.node.eventsOf('fax.missed').find(({ facts }) => facts.callId === callId)?.facts,
    faxMs,
  );
const ended = (callId: CallId) =>
  until(
    'the end of the call',
    () => side.node.eventsOf('call.ended').find(({ facts }) => facts.callId === callId)?.facts,
    faxMs,
  );
const pixelsOf = ({ path }: { readonly path: string }) =>
  readFaxPixels(join(side.node.folder, 'recordings', path));

/** Processes of the node's own that receive a fax just now. */
function faxProcesses(): number[] {
  const childrenOf = (pid: number) =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  return childrenOf(side.node.pid).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('fax-process'),
  );
}

test('a node no fax has come to has no process for it', () => {
  expect(faxProcesses()).toEqual([]);
});

// They take their time side by side.
test.concurrent('a rule’s next step is fax: one page ends in the named box as it was sent, with who sent it', async () => {
  const fax = await ringFrom('13800138001', direct);
  fax.begin();
  const facts = await received(fax.callId);
  expect(facts).toMatchObject({ faxBoxId: orders.id, fromNumber: '13800138001', farIdentification: machineName, pages: 1, ending: 'complete', rowsPerInch: 196, isRecovered: false }); // prettier-ignore
  expect(pixelsOf(facts)).toEqual(pages.slice(0, 1));
  expect(fax.machine.state).toMatchObject({ pagesSent: 1, hasErrorCorrection: true });
  expect(fax.machine.farIdentification).toBe(direct);
  expect((await ended(fax.callId)).reason).toEqual({ party: 'platform', code: 'flow-ended' });
}, faxMs); // prettier-ignore

test.concurrent('D-20: key 8 of a menu is fax: both pages of a µ-law line come, and the flow goes on', async () => {
  const fax = await ringFrom('13800138002', menu, { law: 'PCMU', pages });
  fax.call.press('8');
  const isChosen = () => side.node.eventsOf('flow.step').some(({ facts }) => facts.callId === fax.callId);
  await until('the key', isChosen);
  fax.begin();
  const facts = await received(fax.callId);
  expect(facts).toMatchObject({ faxBoxId: sales.id, pages: 2, ending: 'complete' });
  expect(pixelsOf(facts)).toEqual(pages);
  await ended(fax.callId);
  const walked = side.node.eventsOf('flow.step').filter((event) => event.facts.callId === fax.callId);
  expect(walked.map(({ facts: { stepKey, outcome } }) => `${stepKey}: ${outcome}`)).toEqual(['menu: 8', 'fax: received', 'bye: hang-up']); // prettier-ignore
}, faxMs); // prettier-ignore

test.concurrent('who hangs up while the second page comes leaves the first, and the box says that it is a part', async () => {
  const fax = await ringFrom('13800138003', direct, { pages });
  fax.begin();
  await until('the first page to be over', () => fax.machine.state.pagesSent === 1, faxMs);
  fax.call.hangUp();
  const facts = await received(fax.callId);
  expect(facts).toMatchObject({ pages: 1, ending: 'line-lost' });
  expect(pixelsOf(facts)).toEqual(pages.slice(0, 1));
}, faxMs); // prettier-ignore

test.concurrent('a caller who sends no fax is told that none came, and the call ends', async () => {
  const { call, callId } = await ringFrom('13800138004', nobody);
  expect(await missed(callId)).toMatchObject({ faxBoxId: orders.id, why: 'no-fax' });
  await side.untilSaid(call, 'No fax was received. Goodbye.', 'en', 20_000);
  expect((await ended(callId)).reason).toEqual({ party: 'platform', code: 'flow-ended' });
}, faxMs); // prettier-ignore

test.concurrent('a queue’s outcome is fax too; a box that is full takes no second one, and says so', async () => {
  const fax = await ringFrom('13800138005', full);
  await until('the end of waiting', () => side.node.eventsOf('queue.left').some(({ facts }) => facts.callId === fax.callId)); // prettier-ignore
  fax.begin();
  expect(await received(fax.callId)).toMatchObject({ faxBoxId: tiny.id, pages: 1 });
  const second = await ringFrom('13800138006', full);
  expect(await missed(second.callId)).toMatchObject({ why: 'box-full' });
  await side.untilSaid(second.call, 'The fax box is full. Please send your fax again later. Goodbye.', 'en', 20_000);
}, 2 * faxMs); // prettier-ignore

test('a process that dies in the middle costs its fax and nothing else', async () => {
  const fax = await ringFrom('13800138007', direct);
  fax.begin();
  const [pid] = await until('a process for the fax', () => (faxProcesses().length > 0 ? faxProcesses() : undefined));
  process.kill(pid!, 'SIGKILL');
  expect(await missed(fax.callId)).toMatchObject({ why: 'fault' });
  await ended(fax.callId);
  expect(process.kill(side.node.pid, 0)).toBe(true);
}, faxMs); // prettier-ignore

test('a node with nothing to receive faxes with says so to the caller and in the record, and runs on', async () => {
  const bare = await TelephoneSide.start(
    (fixture) => {
      const there = fixture.tenant({ slug: 'bare', number: '+864008009000', agents: 1 });
      const box = { id: newId<'fax-box'>(), name: 'Orders', faxesMax: 9, keptDays: null, mailTo: [], isFaxMailed: false };
      there.config.faxBoxes.push(box);
      numberWith(there, direct, { kind: 'fax', faxBoxId: box.id });
    },
    { SEATGRID_FAX_LIBRARY: '/nowhere/libspandsp.so.2' },
  );
  try {
    const call = await bare.ring(direct);
    await call.until(['talking'], 10_000);
    await bare.untilSaid(call, 'No fax can be received at the moment. Please send it again later. Goodbye.', 'en', 20_000);
    const told = await until('the record', () => bare.node.eventsOf('fax.missed')[0]?.facts);
    expect(told.why).toBe('not-installed');
    expect(bare.node.stderr).toContain('apt-get install libspandsp2');
  } finally {
    await bare.settle();
    await bare.close();
  }
}, faxMs); // prettier-ignore

test('no process is left, and each fax was told of once', async () => {
  await until('the last process to end', () => faxProcesses().length === 0);
  const told = side.node.eventsOf('fax.received').map(({ facts }) => facts.faxId);
  expect(new Set(told).size).toBe(told.length);
});
