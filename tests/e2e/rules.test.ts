/** what an administrator sets over the API decides the next call. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localMoment } from '@seatgrid/core/numbers/working-time.ts';
import { readTelephoneWav } from '@seatgrid/media/audio/wav.ts';
import { soundLikeness } from '@seatgrid/testkit/sound-likeness.ts';
import type { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { plainSpeech } from '@seatgrid/core/spoken/speech-settings.ts';
import { ownVoice } from '@seatgrid/edge-node/speech/own-voice.ts';
import { createSynthesiser } from '@seatgrid/edge-node/speech/synthesiser.ts';
import { awaitConfigured } from '../../scripts/seatgrid/house/await-configured.ts';
import type { Session } from '../../scripts/seatgrid/house/centre-session.ts';
import { numberOf, openCaller, sessionOf, theProduct, untilRecorded, type Product } from './product.ts';

let product: Product;
let administrator: Session;
let platform: Session;
let phone: TestPhone;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  product = await theProduct();
  administrator = await sessionOf(product, 'harbor', 'administrator');
  platform = await sessionOf(product, null, 'operator');
  phone = await openCaller();
});

afterAll(async () => {
  for (const back of undo.reverse()) await back();
  await awaitConfigured(platform.api, 15_000);
  await phone?.close();
});

const inForce = () => awaitConfigured(platform.api, 15_000);

/** How much of the sentence, as the node speaks it, is in what was heard. */
async function likeness(heard: Int16Array, text: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-speech-'));
  const synthesiser = createSynthesiser({ folder });
  const wav = readTelephoneWav(
    readFileSync(await synthesiser.speak(text, ownVoice('espeak-ng', plainSpeech.voices.en))),
  );
  synthesiser.close();
  rmSync(folder, { recursive: true });
  if (!wav.ok) throw new Error(wav.failure.detail);
  return soundLikeness(heard, wav.value);
}

const closedToday = 'Our office is closed today';
const closedByOrder = 'All our lines are closed by order';

/** Whether the platform ended the call after speaking, or it went on until the caller left; and by which rule it came. */
async function callOnce(from: string) {
  const call = await phone.ring({ ...product.sip, number: numberOf(product, 'harbor'), from });
  await call.until(['talking'], 10_000);
  const isReleased = await call.until(['ended'], 9_000).then(() => true, () => false);
  call.hangUp();
  const { endReason, path, id } = await untilRecorded(administrator, from);
  const { timeline } = await administrator.api.call('GET /api/calls/:id', { params: { id } });
  const started = timeline.find(({ facts }) => facts.kind === 'call.started')!.facts as { ruleName: string | null };
  return { isReleased, endReason, path, ruleName: started.ruleName, heard: call.rtp.heard() };
} // prettier-ignore

test('A-07, A-15: within working time the menu; outside it the off-duty step; with forced handling that one step; taken back, the menu', async () => {
  const day = await callOnce('+12125550801');
  expect(day).toMatchObject({ isReleased: false, endReason: { party: 'caller' } });

  const rule = (await administrator.api.call('GET /api/inbound-rules')).items.find(({ name }) => name === day.ruleName)!;
  const { id, ...body } = rule;
  const save = (workingTime: typeof body.workingTime, offDuty: typeof body.offDuty) =>
    administrator.api.call('PUT /api/inbound-rules/:id', { params: { id }, body: { ...body, workingTime, offDuty } });
  undo.push(() => save(body.workingTime, body.offDuty));
  const settings = await administrator.api.call('GET /api/settings');
  const { day: today } = localMoment(settings.timeZone, Date.now());
  // The day before yesterday, seen from anywhere near midnight.
  await save([{ days: [((today + 4) % 7) + 1], from: '09:00', to: '18:00' }], {
    kind: 'hang-up',
    say: [{ kind: 'text', text: { en: closedToday } }],
  });
  await inForce();
  const night = await callOnce('+12125550802');
  expect(await likeness(night.heard, closedToday)).toBeGreaterThan(0.8);
  expect(night).toMatchObject({ isReleased: true, endReason: { party: 'platform', code: 'flow-ended' }, ruleName: day.ruleName });

  undo.push(() => administrator.api.call('PUT /api/settings', { body: settings }));
  await administrator.api.call('PUT /api/settings', {
    body: { ...settings, forcedHandling: { kind: 'hang-up', say: [{ kind: 'text', text: { en: closedByOrder } }] } },
  });
  await inForce();
  const forced = await callOnce('+12125550803');
  expect(await likeness(forced.heard, closedByOrder)).toBeGreaterThan(0.8);
  expect(await likeness(forced.heard, closedToday)).toBeLessThan(0.5);
  expect(forced).toMatchObject({ isReleased: true, ruleName: null });

  for (const back of undo.splice(0).reverse()) await back();
  await inForce();
  expect(await callOnce('+12125550804')).toMatchObject({ isReleased: false, endReason: { party: 'caller' }, ruleName: day.ruleName });
}); // prettier-ignore
