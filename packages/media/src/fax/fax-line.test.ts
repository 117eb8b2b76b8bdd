/** A real sender and our receiver at the two ends of a line that runs as fast as the machine does. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawFaxPage, readFaxPixels, writeFaxTiff } from '@seatgrid/testkit/fax-pages.ts';
import { openFaxSender } from '@seatgrid/testkit/fax-sender.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { codecOf, type G711Law } from '../audio/g711.ts';
import { frameMs } from '../frame.ts';
import { OutgoingStream } from '../rtp/outgoing-stream.ts';
import { faxEndingOf } from './fax-ending.ts';
import { hasFaxLibrary } from './fax-library.ts';
import { FaxLine } from './fax-line.ts';
import { faxPdf } from './fax-pdf.ts';
import { readTiffPages } from './read-tiff-pages.ts';
import { openFaxReceiver, type FaxTerminal } from './spandsp.ts';

const folder = mkdtempSync(join(tmpdir(), 'seatgrid-fax-'));
afterAll(() => rmSync(folder, { recursive: true }));
const sentPath = join(folder, 'sent.tiff');
const pages = [drawFaxPage({ seed: 1, rows: 180 }), drawFaxPage({ seed: 2, rows: 240 }), drawFaxPage({ seed: 3, rows: 60 })]; // prettier-ignore
beforeAll(() => writeFaxTiff(sentPath, pages));

let faxes = 0;

interface LineOptions {
  readonly law?: G711Law;
  /** What the way to our receiver does with a packet. */
  readonly onTheWay?: (packet: Uint8Array) => readonly Uint8Array[];
  /** When the line goes. */
  readonly lostAtMs?: number;
  readonly isSpeechless?: boolean;
}

/** Runs a fax to its end, or to the end of the line. */
function sendFax({
  law = 'PCMA',
  onTheWay = (packet) => [packet],
  lostAtMs,
  isSpeechless,
}: LineOptions = {}) {
  const path = join(folder, `received-${++faxes}.tiff`);
  const sender = openFaxSender({ path: sentPath, identification: '+86 10 6500 1234' });
  const receiver = openFaxReceiver(path, { identification: '+86 10 6500 8888' });
  const codec = codecOf(law);
  const from = (ssrc: number) => new OutgoingStream({ ssrc, sequence: 0xfff0, timestamp: 0xffff_ff00 });
  const far = new FaxLine(sender, codec, from(1), 0);
  const near = new FaxLine(receiver, codec, from(2), 0);
  let nowMs = 0;
  const isBusy = ({ state }: FaxTerminal) => state.isActive;
  while (isBusy(receiver) && nowMs < 600_000) {
    nowMs += frameMs;
    if (lostAtMs !== undefined && nowMs >= lostAtMs) receiver.lineLost();
    const spoken = far.frame(nowMs);
    if (!isSpeechless) for (const packet of onTheWay(spoken)) near.receive(packet, nowMs);
    far.receive(near.frame(nowMs), nowMs);
  }
  const { state, farIdentification } = receiver;
  receiver.close();
  sender.close();
  return {
    path,
    nowMs,
    ...state,
    farIdentification,
    ending: faxEndingOf(state.completion, farIdentification !== ''),
  };
}

test('this machine has what receives faxes', () => {
  expect(hasFaxLibrary()).toBe(true);
});

test.each(['PCMU', 'PCMA'] as const)('three pages come as they were sent, to the bit, under error correction: %s', (law) => {
  const fax = sendFax({ law });
  expect(fax).toMatchObject({ ending: 'complete', pagesReceived: 3, hasErrorCorrection: true, bitRate: 14_400, farIdentification: '+86 10 6500 1234' }); // prettier-ignore
  expect(readFaxPixels(fax.path)).toEqual(pages);
}); // prettier-ignore

test('packets lost and packets that overtake cost time and not a pixel', () => {
  const random = createSeededRandom(7);
  let held: Uint8Array | undefined;
  const fax = sendFax({
    onTheWay(packet) {
      const chance = random.bytes(1)[0]!;
      if (chance === 0) return [];
      if (chance < 4 && !held) {
        held = packet;
        return [];
      }
      const late = held;
      held = undefined;
      return late ? [packet, late] : [packet];
    },
  });
  expect(fax).toMatchObject({ ending: 'complete', pagesReceived: 3 });
  expect(readFaxPixels(fax.path)).toEqual(pages);
  // The partial pages sent again are what it cost.
  expect(fax.nowMs).toBeGreaterThan(sendFax().nowMs);
});

test('a line that goes while the third page is on its way leaves the two that came whole', () => {
  const whole = sendFax();
  const fax = sendFax({ lostAtMs: whole.nowMs - 5_000 });
  expect(fax).toMatchObject({ ending: 'line-lost', pagesReceived: 2 });
  expect(readFaxPixels(fax.path)).toEqual(pages.slice(0, 2));
});

test('where nobody sends it ends by itself, though not one packet comes', () => {
  for (const onTheWay of [() => [], undefined]) {
    const fax = sendFax(onTheWay ? { onTheWay } : { isSpeechless: true });
    expect(fax).toMatchObject({ ending: 'no-fax', pagesReceived: 0 });
    expect(fax.nowMs).toBeGreaterThan(15_000);
    expect(fax.nowMs).toBeLessThan(40_000);
  }
});

test('as PDF its pages are the same to the bit, as a foreign program reads them', () => {
  const { path } = sendFax();
  const pdf = faxPdf(readFileSync(path));
  if (!pdf.ok) throw new Error(pdf.failure);
  writeFileSync(join(folder, 'fax.pdf'), pdf.value);
  expect(execFileSync('pdfinfo', [join(folder, 'fax.pdf')], { encoding: 'utf8' })).toMatch(/^Pages: +3$/m);
  execFileSync('pdfimages', [join(folder, 'fax.pdf'), join(folder, 'page')]);
  const images = readdirSync(folder).filter((name) => name.startsWith('page-')).sort(); // prettier-ignore
  // A portable bitmap: two lines of head, then the rows; 1 is black in both.
  expect(images.map((name) => pixelsOf(readFileSync(join(folder, name))))).toEqual(pages);
});

function pixelsOf(bitmap: Uint8Array): Uint8Array {
  const headEnd = bitmap.indexOf(0x0a, bitmap.indexOf(0x0a) + 1) + 1;
  return new Uint8Array(bitmap.subarray(headEnd));
}

test('a file cut short anywhere, or changed anywhere, is refused or read, and nothing worse', () => {
  const whole = readFileSync(sendFax().path);
  const random = createSeededRandom(11);
  let refused = 0;
  for (let turn = 0; turn < 400; turn++) {
    const [high, low, value] = random.bytes(3);
    const at = ((high! << 8) | low!) % whole.length;
    const broken = Uint8Array.from(turn % 2 === 0 ? whole.subarray(0, at) : whole);
    if (turn % 2 === 1) broken[at] = value!;
    if (!readTiffPages(broken).ok) refused++;
    faxPdf(broken);
  }
  expect(refused).toBeGreaterThan(100);
  const circle = Uint8Array.from(whole);
  const first = new DataView(circle.buffer).getUint32(4, true);
  const entries = new DataView(circle.buffer).getUint16(first, true);
  new DataView(circle.buffer).setUint32(first + 2 + 12 * entries, first, true);
  expect(readTiffPages(circle)).toMatchObject({ ok: false });
});
