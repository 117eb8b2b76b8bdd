import { cleanup } from 'node-datachannel';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestBrowserPeer } from '@seatgrid/testkit/test-browser-peer.ts';
import { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { findTones, framesWithoutTone } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { createMediaEngine } from './create-media-engine.ts';
import type { MediaCallListener, MediaEngine, MediaRefusal } from './media-engine.ts';

const phoneHz = 400;
const browserHz = 650;
const frequenciesHz = [phoneHz, browserHz];

let engine: MediaEngine;
const opened: { close(): unknown }[] = [];

beforeAll(async () => {
  engine = await createMediaEngine({
    workers: 2,
    bindAddress: '127.0.0.1',
    ports: { from: 24_300, to: 24_339 },
    webrtcPorts: { from: 24_340, to: 24_341 },
    listener: { onWorkerLost: ({ cause }) => expect.fail(cause) },
  });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((thing) => thing.close()));
});

afterAll(async () => {
  await engine.close();
  cleanup();
});

function mustBeOpen<Thing extends { kind: string }>(thing: Thing | MediaRefusal): Thing {
  if (thing.kind === 'refused') throw new Error((thing as MediaRefusal).detail);
  return thing as Thing;
}

function listener(): MediaCallListener & { readonly digits: string[]; readonly silent: string[] } {
  const digits: string[] = [];
  const silent: string[] = [];
  return {
    digits,
    silent,
    onDigit: ({ leg, digit }) => void digits.push(`${leg}:${digit}`),
    onSilent: ({ leg, cause }) => void silent.push(`${leg}:${cause}`),
    onRecorded: () => {},
  };
}

async function joinBrowser(key: string) {
  const events = listener();
  const call = mustBeOpen(engine.openCall(key, events));
  opened.push(call);
  const phone = await TestRtpPeer.open({ eventPayloadType: 101, law: 'PCMA' });
  opened.push(phone);
  const phoneLeg = mustBeOpen(call.openRtpLeg({ key: 'phone' }));
  const phoneAnswer = phoneLeg.answer(phone.sdp());
  if (!phoneAnswer.ok) throw new Error(phoneAnswer.refusal.detail);
  phone.speak(makeTone({ frequencyHz: phoneHz, durationMs: 1_000 }));
  phone.connect(phoneAnswer.sdp);
  const browser = await TestBrowserPeer.open();
  opened.push(browser);
  const browserLeg = mustBeOpen(await call.openWebrtcLeg(browser.offerSdp, { key: 'browser' }));
  browser.speak(makeTone({ frequencyHz: browserHz, durationMs: 1_000 }));
  await browser.accept(browserLeg.answerSdp);
  call.setHears([
    { leg: 'phone', hears: ['browser'] },
    { leg: 'browser', hears: ['phone'] },
  ]);
  return { call, events, phone, browser, browserLeg };
}

test('a phone and a browser hear each other, digits of both are told, and each worker has its own browser port', async () => {
  // One call in each worker.
  const first = await joinBrowser('first');
  const second = await joinBrowser('second');
  const browserPorts = new Set<string>();
  for (const { phone, browser, browserLeg, events } of [first, second]) {
    await phone.listen(200);
    const atPhone = await phone.listen(400);
    expect(findTones(atPhone, { frequenciesHz })).toEqual([browserHz]);
    await phone.until(() => browser.heard().length > 6_400, 5_000, 'sound at the browser');
    const atBrowser = browser.heard().subarray(-3_200);
    expect(findTones(atBrowser, { frequenciesHz })).toEqual([phoneHz]);
    expect(framesWithoutTone(atBrowser, phoneHz)).toEqual([]);
    browser.sendDigits('4#');
    phone.sendDigits('7');
    await phone.until(() => events.digits.length === 3 && phone.digits.length === 2, 3_000, 'the digits');
    expect(events.digits.toSorted()).toEqual(['browser:#', 'browser:4', 'phone:7']);
    expect(phone.digits).toEqual(['4', '#']);
    browserPorts.add(/ (\d+) typ host/.exec(browserLeg.answerSdp)![1]!);
  }
  expect([...browserPorts].toSorted()).toEqual(['24340', '24341']);
});

test('a browser that goes away is missed within seconds', async () => {
  const { events, browser, phone } = await joinBrowser('leaving');
  await phone.listen(100);
  browser.close();
  await phone.until(() => events.silent.length > 0, 8_000, 'the loss of the browser');
  // Its goodbye may arrive or be lost: both are told, once.
  expect(events.silent).toHaveLength(1);
  expect(events.silent[0]).toMatch(/^browser:(no-packets|dtls-closed)$/);
});

test('an offer we cannot take is refused as a value', async () => {
  const call = mustBeOpen(engine.openCall('refusing', listener()));
  opened.push(call);
  const { offerSdp } = await TestBrowserPeer.open().then((peer) => (opened.push(peer), peer));
  const attempts = [
    'nonsense',
    offerSdp
      .replace(/(m=audio .*) 111 0 8 126/, '$1 9')
      .replaceAll(/a=(rtpmap|fmtp):(111|0|8|126).*\r\n/g, ''),
    offerSdp.replace('m=audio', 'm=video'),
    offerSdp.replaceAll(/a=ice-ufrag.*\r\n/g, ''),
  ];
  const outcomes = await Promise.all(
    attempts.map((offer, index) => call.openWebrtcLeg(offer, { key: `browser-${index}` })),
  );
  expect(outcomes.map((outcome) => outcome.kind === 'refused' && outcome.reason)).toEqual([
    'malformed-sdp',
    'no-common-codec',
    'malformed-sdp',
    'malformed-sdp',
  ]);
});
