/** A real browser at the far end: sound both ways through WebRTC, its digits, and our recordings in its player. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Coturn, hasCoturn } from '@seatgrid/testkit/coturn.ts';
import { findTones, framesWithoutTone } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { writeWav } from '../src/audio/wav.ts';
import {
  createMediaEngine,
  encodeRecording,
  type MediaCall,
  type MediaEngine,
  type MediaRefusal,
  type WebrtcLeg,
} from '../src/index.ts';

const phoneHz = 1_000;
const browserHz = 650;

let folder: string;
let engine: MediaEngine;
let server: Server;
let browser: Browser;
let page: Page;
const digits: string[] = [];
const silent: string[] = [];
const recorded = Promise.withResolvers<{ path: string }>();

/** The page's own side, evaluated in the browser. */
const pageScript = `
  window.softphone = {
    async offer(codec, relay) {
      const microphone = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
      const peer = (this.peer = new RTCPeerConnection(relay ? { iceServers: [relay], iceTransportPolicy: 'relay' } : {}));
      const transceiver = peer.addTransceiver(microphone.getAudioTracks()[0], { direction: 'sendrecv' });
      this.sender = transceiver.sender;
      if (codec)
        transceiver.setCodecPreferences(
          RTCRtpSender.getCapabilities('audio').codecs.filter(({ mimeType }) => [codec, 'audio/telephone-event'].includes(mimeType)),
        );
      peer.ontrack = ({ streams, track }) => {
        const stream = streams[0] ?? new MediaStream([track]);
        this.element = new Audio();
        this.element.srcObject = stream;
        this.element.muted = true;
        void this.element.play();
        const context = (this.context = new AudioContext());
        this.analyser = context.createAnalyser();
        this.analyser.fftSize = 8192;
        this.analyser.smoothingTimeConstant = 0;
        context.createMediaStreamSource(stream).connect(this.analyser);
      };
      await peer.setLocalDescription(await peer.createOffer());
      if (peer.iceGatheringState !== 'complete')
        await new Promise((done) => (peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && done()));
      return peer.localDescription.sdp;
    },
    async answer(sdp) {
      await this.peer.setRemoteDescription({ type: 'answer', sdp });
    },
    peak() {
      if (!this.analyser) return { hz: 0, level: -Infinity };
      const bins = new Float32Array(this.analyser.frequencyBinCount);
      this.analyser.getFloatFrequencyData(bins);
      let best = 1;
      for (let bin = 1; bin < bins.length; bin++) if (bins[bin] > bins[best]) best = bin;
      return { hz: (best * this.context.sampleRate) / this.analyser.fftSize, level: bins[best] };
    },
    press(keys) {
      this.sender.dtmf.insertDTMF(keys, 100, 70);
    },
    async codec() {
      const stats = [...(await this.peer.getStats()).values()];
      const inbound = stats.find((entry) => entry.type === 'inbound-rtp');
      return { codec: stats.find((entry) => entry.id === inbound.codecId).mimeType, lost: inbound.packetsLost, received: inbound.packetsReceived };
    },
    async decode(url) {
      const context = new OfflineAudioContext(2, 8000, 8000);
      const sound = await context.decodeAudioData(await (await fetch(url)).arrayBuffer());
      const from = Math.floor(sound.length / 4);
      const amplitude = (channel, hz) => {
        const samples = sound.getChannelData(channel).subarray(from, 3 * from);
        let re = 0, im = 0;
        samples.forEach((sample, at) => {
          const turn = (2 * Math.PI * hz * at) / sound.sampleRate;
          re += sample * Math.cos(turn);
          im += sample * Math.sin(turn);
        });
        return (2 * Math.hypot(re, im)) / samples.length;
      };
      return {
        channels: sound.numberOfChannels,
        seconds: sound.duration,
        left: [amplitude(0, ${phoneHz}), amplitude(0, ${browserHz})],
        right: [amplitude(1, ${phoneHz}), amplitude(1, ${browserHz})],
      };
    },
  };
`;

interface Softphone {
  offer(codec?: string, relay?: { urls: string; username: string; credential: string }): Promise<string>;
  answer(sdp: string): Promise<void>;
  peak(): { hz: number; level: number };
  press(keys: string): void;
  codec(): Promise<{ codec: string; lost: number; received: number }>;
  decode(url: string): Promise<{
    channels: number;
    seconds: number;
    left: [number, number];
    right: [number, number];
  }>;
}

/** Runs in the page, where \`softphone\` is a global. */
declare const softphone: Softphone;

async function launch(microphone: string): Promise<Browser> {
  const debian = '/usr/bin/chromium';
  const executablePath = existsSync(debian)
    ? debian
    : await (await import('@sparticuz/chromium')).default.executablePath();
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphone}`,
    ],
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-chromium-'));
  const microphone = join(folder, 'microphone.wav');
  await writeFile(
    microphone,
    writeWav(makeTone({ frequencyHz: browserHz, durationMs: 10_000, sampleRateHz: 48_000 }), 48_000),
  );
  server = createServer((request, response) => {
    const name = request.url!.slice(1);
    if (name === '') {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><script>${pageScript}</script>`);
      return;
    }
    readFile(join(folder, name)).then(
      (octets) => response.end(octets),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  engine = await createMediaEngine({
    workers: 1,
    bindAddress: '127.0.0.1',
    ports: { from: 24_400, to: 24_419 },
    webrtcPorts: { from: 24_420, to: 24_420 },
    listener: { onWorkerLost: ({ cause }) => expect.fail(cause) },
  });
  browser = await launch(microphone);
  page = await browser.newPage();
  page.on('pageerror', (error) => console.error('in the page:', error));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

afterAll(async () => {
  await browser?.close();
  await engine?.close();
  server?.close();
  await rm(folder, { recursive: true });
});

function mustBeOpen<Thing extends { kind: string }>(thing: Thing | MediaRefusal): Thing {
  if (thing.kind === 'refused') throw new Error((thing as MediaRefusal).detail);
  return thing as Thing;
}

test('Chromium and a phone hear each other; keys pressed in the page arrive; both sides are in the recording', async () => {
  const call = mustBeOpen(
    engine.openCall('chromium', {
      onDigit: ({ leg, digit }) => void digits.push(`${leg}:${digit}`),
      onSilent: ({ leg, cause }) => void silent.push(`${leg}:${cause}`),
      onRecorded: (event) => recorded.resolve(event),
    }),
  );
  const phone = await TestRtpPeer.open({ eventPayloadType: 101 });
  const phoneLeg = mustBeOpen(call.openRtpLeg({ key: 'phone' }));
  const answer = phoneLeg.answer(phone.sdp());
  if (!answer.ok) throw new Error(answer.refusal.detail);
  phone.speak(makeTone({ frequencyHz: phoneHz, durationMs: 1_000 }));
  phone.connect(answer.sdp);

  const offeredMs = performance.now();
  const offerSdp = await page.evaluate(() => softphone.offer());
  const browserLeg = mustBeOpen(await call.openWebrtcLeg(offerSdp, { key: 'browser' }));
  await page.evaluate((sdp) => softphone.answer(sdp), browserLeg.answerSdp);
  call.setHears([
    { leg: 'phone', hears: ['browser'] },
    { leg: 'browser', hears: ['phone'] },
  ]);
  const path = join(folder, 'talk.wav');
  call.record({ path, left: 'phone' });

  phone.startListening();
  await phone.until(
    () => findTones(phone.heard().subarray(-1_600), { frequenciesHz: [browserHz] }).length === 1,
    10_000,
    'the microphone at the phone',
  );
  console.log(`offer to sound at the phone: ${Math.round(performance.now() - offeredMs)} ms`);
  const atPhone = await phone.listen(1_000);
  expect(findTones(atPhone, { frequenciesHz: [browserHz, phoneHz] })).toEqual([browserHz]);
  expect(framesWithoutTone(atPhone, browserHz)).toEqual([]);

  await expect.poll(() => loudestAt(page), { timeout: 10_000 }).toBeCloseTo(phoneHz, -1);
  const { codec, lost, received } = await page.evaluate(() => softphone.codec());
  expect({ codec, lost }).toEqual({ codec: 'audio/PCMU', lost: 0 });
  expect(received).toBeGreaterThan(30);

  await page.evaluate(() => softphone.press('159#'));
  await phone.until(() => digits.length >= 4 && phone.digits.length >= 4, 5_000, 'the keys');
  expect(digits).toEqual(['browser:1', 'browser:5', 'browser:9', 'browser:#']);
  expect(phone.digits).toEqual(['1', '5', '9', '#']);
  await phone.listen(1_500);
  expect(silent).toEqual([]);
  call.close();
  expect((await recorded.promise).path).toBe(path);
  await phone.close();
});

test('the recording plays in Chromium, as WAV at once and as MP3 later, its sides apart in both', async () => {
  const { path } = await recorded.promise;
  const encoded = await encodeRecording(path, join(folder, 'talk.mp3'));
  if (!encoded.ok) throw new Error(encoded.failure.detail);
  for (const name of ['talk.wav', 'talk.mp3']) {
    const sound = await page.evaluate((url) => softphone.decode(url), `/${name}`);
    const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
    console.log(
      `${name}: left ${sound.left.map(percent).join(' / ')}, right ${sound.right.map(percent).join(' / ')} (phone / browser tone)`,
    );
    expect(sound.channels).toBe(2);
    expect(sound.seconds).toBeCloseTo(encoded.value.durationMs / 1_000, 0);
    expect(sound.left[0]).toBeGreaterThan(0.15);
    expect(sound.left[1]).toBeLessThan(0.005);
    expect(sound.right[1]).toBeGreaterThan(0.05);
    expect(sound.right[0]).toBeLessThan(0.005);
  }
});

test('a page that speaks nothing but Opus and a phone of G.711 hear each other at the level that was spoken, keys too', async () => {
  const keys: string[] = [];
  const call = mustBeOpen(
    engine.openCall('opus', {
      onDigit: ({ digit }) => void keys.push(digit),
      onSilent: ({ leg, cause }) => void silent.push(`${leg}:${cause}`),
      onRecorded: () => undefined,
    }),
  );
  const phone = await TestRtpPeer.open({ eventPayloadType: 101 });
  const phoneLeg = mustBeOpen(call.openRtpLeg({ key: 'phone' }));
  const answer = phoneLeg.answer(phone.sdp());
  if (!answer.ok) throw new Error(answer.refusal.detail);
  phone.speak(makeTone({ frequencyHz: phoneHz, durationMs: 1_000 }));
  phone.connect(answer.sdp);
  const browserLeg = await joinPage(page, call, 'browser', 'audio/opus');
  call.setHears([
    { leg: 'phone', hears: ['browser'] },
    { leg: 'browser', hears: ['phone'] },
  ]);
  phone.startListening();
  await phone.until(
    () => findTones(phone.heard().subarray(-1_600), { frequenciesHz: [browserHz] }).length === 1,
    10_000,
    'the microphone at the phone',
  );
  const atPhone = await phone.listen(1_000);
  expect(findTones(atPhone, { frequenciesHz: [browserHz, phoneHz] })).toEqual([browserHz]);
  // The page's first packets come as the machine lets it; then play-out has found its delay.
  await expect
    .poll(async () => framesWithoutTone(await phone.listen(1_000), browserHz).length, { timeout: 20_000 })
    .toBeLessThan(5);
  await expect.poll(() => loudestAt(page), { timeout: 10_000 }).toBeCloseTo(phoneHz, -1);
  expect((await page.evaluate(() => softphone.codec())).codec).toBe('audio/opus');
  await page.evaluate(() => softphone.press('27*'));
  await phone.until(() => keys.length >= 3 && phone.digits.length >= 3, 5_000, 'the keys');
  expect([keys, phone.digits]).toEqual([
    ['2', '7', '*'],
    ['2', '7', '*'],
  ]);
  const { codec, lost, jitterMs } = await browserLeg.statistics();
  expect({ codec, lost }).toEqual({ codec: 'opus', lost: 0 });
  expect(jitterMs).toBeLessThan(20);
  // RFC 3550 §6.4.1: a report in the clock of the stream; in another the browser would measure seconds.
  await expect
    .poll(async () => (await browserLeg.statistics()).farJitterMs ?? Infinity, { timeout: 12_000 })
    .toBeLessThan(50);
  call.close();
  await phone.close();
});

test('two pages of Opus hear each other, their packets passed on as they come', async () => {
  const other = await browser.newPage();
  await other.goto(page.url());
  const call = mustBeOpen(
    engine.openCall('pages', {
      onDigit: () => undefined,
      onSilent: ({ leg, cause }) => void silent.push(`${leg}:${cause}`),
      onRecorded: () => undefined,
    }),
  );
  const legs = [
    await joinPage(page, call, 'one', 'audio/opus'),
    await joinPage(other, call, 'two', 'audio/opus'),
  ];
  call.setHears([
    { leg: 'one', hears: ['two'] },
    { leg: 'two', hears: ['one'] },
  ]);
  for (const listener of [page, other])
    await expect.poll(() => loudestAt(listener), { timeout: 10_000 }).toBeCloseTo(browserHz, -1);
  for (const leg of legs) {
    await expect
      .poll(async () => (await leg.statistics()).packetsOut, { timeout: 10_000 })
      .toBeGreaterThan(50);
    // Nobody took a frame out of a buffer, so none can have been made up.
    expect(await leg.statistics()).toMatchObject({ codec: 'opus', concealed: 0 });
  }
  call.close();
  await other.close();
});

test.skipIf(!hasCoturn)('a page that reaches us by a relay alone and a phone hear each other', async () => {
  const relay = await Coturn.start();
  const call = mustBeOpen(
    engine.openCall('relayed', {
      onDigit: () => undefined,
      onSilent: ({ leg, cause }) => void silent.push(`${leg}:${cause}`),
      onRecorded: () => undefined,
    }),
  );
  const phone = await TestRtpPeer.open({ eventPayloadType: 101 });
  const phoneLeg = mustBeOpen(call.openRtpLeg({ key: 'phone' }));
  const answer = phoneLeg.answer(phone.sdp());
  if (!answer.ok) throw new Error(answer.refusal.detail);
  phone.speak(makeTone({ frequencyHz: phoneHz, durationMs: 1_000 }));
  phone.connect(answer.sdp);
  const server = { urls: relay.url, ...relay.pass(60, Date.now()) };
  const offerSdp = await page.evaluate((known) => softphone.offer(undefined, known), server);
  // No other way is so much as offered.
  expect(offerSdp.match(/^a=candidate.*$/gm)?.every((line) => line.includes('typ relay'))).toBe(true);
  const leg = mustBeOpen(await call.openWebrtcLeg(offerSdp, { key: 'browser' }));
  await page.evaluate((sdp) => softphone.answer(sdp), leg.answerSdp);
  call.setHears([
    { leg: 'phone', hears: ['browser'] },
    { leg: 'browser', hears: ['phone'] },
  ]);
  await expect
    .poll(async () => framesWithoutTone(await phone.listen(1_000, 15_000), browserHz).length, {
      timeout: 30_000,
    })
    .toBeLessThan(5);
  await expect.poll(() => loudestAt(page), { timeout: 10_000 }).toBeCloseTo(phoneHz, -1);
  call.close();
  await phone.close();
  await relay.close();
});

async function joinPage(on: Page, call: MediaCall, key: string, codec: string): Promise<WebrtcLeg> {
  const offerSdp = await on.evaluate((only) => softphone.offer(only), codec);
  const leg = mustBeOpen(await call.openWebrtcLeg(offerSdp, { key }));
  await on.evaluate((sdp) => softphone.answer(sdp), leg.answerSdp);
  return leg;
}

async function loudestAt(listener: Page): Promise<number> {
  return (await listener.evaluate(() => softphone.peak())).hz;
}
