import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findTones, framesWithoutTone, loudness, toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { TestRtpPeer, type TestRtpPeerOptions } from '@seatgrid/testkit/test-rtp-peer.ts';
import { progressTone } from '../audio/progress/progress-tone.ts';
import { digitTone } from '../audio/tones.ts';
import { readWav, writeWav } from '../audio/wav.ts';
import { createMediaEngine } from './create-media-engine.ts';
import type {
  LegStatistics,
  MediaCall,
  MediaCallListener,
  MediaEngine,
  MediaRefusal,
  PlayRequest,
  RtpLeg,
} from './media-engine.ts';

/** Whole turns in a whole number of frames, so that speaking them in a loop never clicks. */
const callerHz = 400;
const agentHz = 650;
const thirdHz = 1_000;
const musicHz = 1_450;
const promptHz = 1_850;
const allHz = [callerHz, agentHz, thirdHz, musicHz, promptHz];

let engine: MediaEngine;
let folder: string;
const lost: { callKeys: readonly string[]; cause: string }[] = [];
const opened: { close(): unknown }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-engine-'));
  engine = await createMediaEngine({
    workers: 1,
    bindAddress: '127.0.0.1',
    ports: { from: 24_000, to: 24_199 },
    webrtcPorts: { from: 24_200, to: 24_200 },
    listener: { onWorkerLost: (event) => void lost.push(event) },
  });
  await writeFile(
    join(folder, 'music.wav'),
    writeWav(makeTone({ frequencyHz: musicHz, durationMs: 2_000 }), 8_000),
  );
  await writeFile(
    join(folder, 'prompt.wav'),
    writeWav(makeTone({ frequencyHz: promptHz, durationMs: 400 }), 8_000),
  );
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((thing) => thing.close()));
});

afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
  expect(lost).toEqual([]);
});

class HeardEvents implements MediaCallListener {
  readonly digits: string[] = [];
  readonly heard: string[] = [];
  readonly tones: string[] = [];
  readonly silent: string[] = [];
  readonly faults: string[] = [];
  readonly closed = new Map<string, LegStatistics>();
  readonly recorded = Promise.withResolvers<{
    path: string;
    durationMs: number;
    octets: number;
    sha256: string;
  }>();
  onDigit({ leg, digit }: { leg: string; digit: string }) {
    this.digits.push(`${leg}:${digit}`);
  }
  onHeard({ leg }: { leg: string }) {
    this.heard.push(leg);
  }
  onTone({ leg, tone }: { leg: string; tone: string }) {
    this.tones.push(`${leg}:${tone}`);
  }
  onSilent({ leg, cause }: { leg: string; cause: string }) {
    this.silent.push(`${leg}:${cause}`);
  }
  onLegClosed({ leg, statistics }: { leg: string; statistics: LegStatistics }) {
    this.closed.set(leg, statistics);
  }
  onRecorded(recorded: { path: string; durationMs: number; octets: number; sha256: string }) {
    this.recorded.resolve(recorded);
  }
  onRecordingFailed({ detail }: { detail: string }) {
    this.recorded.reject(new Error(detail));
  }
  onMusicFailed({ detail }: { detail: string }) {
    this.faults.push(detail);
  }
  onFailed({ cause }: { cause: string }) {
    this.faults.push(cause);
  }
}

function openCall(key = 'call'): { call: MediaCall; events: HeardEvents } {
  const events = new HeardEvents();
  const call = mustBeOpen(engine.openCall(key, events));
  opened.push(call);
  return { call, events };
}

function mustBeOpen<Thing extends { kind: string }>(thing: Thing | MediaRefusal): Thing {
  if (thing.kind === 'refused') throw new Error((thing as MediaRefusal).detail);
  return thing as Thing;
}

async function joinLeg(
  call: MediaCall,
  key: string,
  options: TestRtpPeerOptions & { readonly hz?: number } = {},
): Promise<{ leg: RtpLeg; peer: TestRtpPeer }> {
  const peer = await TestRtpPeer.open({ eventPayloadType: 101, ...options });
  opened.push(peer);
  const leg = mustBeOpen(call.openRtpLeg({ key }));
  const answer = leg.answer(peer.sdp());
  if (!answer.ok) throw new Error(answer.refusal.detail);
  if (options.hz !== undefined) peer.speak(makeTone({ frequencyHz: options.hz, durationMs: 1_000 }));
  peer.connect(answer.sdp);
  return { leg, peer };
}

/** Two parties who hear each other, and have been heard to. */
async function joinTwo(laws: { caller?: 'PCMU' | 'PCMA'; agent?: 'PCMU' | 'PCMA' } = {}) {
  const { call, events } = openCall();
  const caller = await joinLeg(call, 'caller', { hz: callerHz, law: laws.caller ?? 'PCMU' });
  const agent = await joinLeg(call, 'agent', { hz: agentHz, law: laws.agent ?? 'PCMU' });
  talkTogether(call);
  await Promise.all([caller.peer.listen(100), agent.peer.listen(100)]);
  return { call, events, caller, agent };
}

function talkTogether(call: MediaCall): void {
  call.setHears([
    { leg: 'caller', hears: ['agent'] },
    { leg: 'agent', hears: ['caller'] },
  ]);
}

function play(call: MediaCall, leg: string, request: Partial<PlayRequest> & { parts: PlayRequest['parts'] }) {
  const ended = Promise.withResolvers<Parameters<PlayRequest['onEnded']>[0]>();
  const handle = call.play(leg, { isInterruptible: false, ...request, onEnded: (end) => ended.resolve(end) });
  return { handle, ended: ended.promise };
}

const tonesIn = (samples: Int16Array) => findTones(samples, { frequenciesHz: allHz });

test.each([
  ['PCMU', 'PCMU'],
  ['PCMA', 'PCMA'],
  ['PCMU', 'PCMA'],
] as const)('two parties hear each other and not themselves, %s to %s', async (callerLaw, agentLaw) => {
  const { caller, agent, events } = await joinTwo({ caller: callerLaw, agent: agentLaw });
  const [atCaller, atAgent] = await Promise.all([caller.peer.listen(400), agent.peer.listen(400)]);
  expect(tonesIn(atCaller)).toEqual([agentHz]);
  expect(tonesIn(atAgent)).toEqual([callerHz]);
  expect(toneAmplitude(atAgent, callerHz)).toBeCloseTo(0.25, 1);
  expect(framesWithoutTone(atCaller, agentHz)).toEqual([]);
  expect(events.heard.sort()).toEqual(['agent', 'caller']);
});

test('a call on hold: the caller hears music, the agent nothing, and then they talk again', async () => {
  const { call, caller, agent } = await joinTwo();
  call.setHears([
    { leg: 'caller', hears: [{ music: [join(folder, 'music.wav')] }] },
    { leg: 'agent', hears: [] },
  ]);
  await Promise.all([caller.peer.listen(100), agent.peer.listen(100)]);
  const [atCaller, atAgent] = await Promise.all([caller.peer.listen(300), agent.peer.listen(300)]);
  expect(tonesIn(atCaller)).toEqual([musicHz]);
  expect(loudness(atAgent)).toBeLessThan(0.001);
  talkTogether(call);
  await Promise.all([caller.peer.listen(100), agent.peer.listen(100)]);
  const [later, atAgentLater] = await Promise.all([caller.peer.listen(300), agent.peer.listen(300)]);
  expect(tonesIn(later)).toEqual([agentHz]);
  expect(tonesIn(atAgentLater)).toEqual([callerHz]);
});

test('three parties hear the sum of the others; a listener on top is heard by nobody', async () => {
  const { call, caller, agent } = await joinTwo();
  const supervisor = await joinLeg(call, 'supervisor', { hz: thirdHz, law: 'PCMA' });
  call.setHears([
    { leg: 'caller', hears: ['agent', 'supervisor'] },
    { leg: 'agent', hears: ['caller', 'supervisor'] },
    { leg: 'supervisor', hears: ['caller', 'agent'] },
  ]);
  await Promise.all([caller.peer.listen(200), agent.peer.listen(200), supervisor.peer.listen(200)]);
  const three = await Promise.all([caller, agent, supervisor].map(({ peer }) => peer.listen(300)));
  expect(three.map(tonesIn)).toEqual([
    [agentHz, thirdHz],
    [callerHz, thirdHz],
    [callerHz, agentHz],
  ]);
  // Monitoring is two rows of the same matrix.
  talkTogether(call);
  await Promise.all([caller.peer.listen(200), agent.peer.listen(200), supervisor.peer.listen(200)]);
  const monitored = await Promise.all([caller, agent, supervisor].map(({ peer }) => peer.listen(300)));
  expect(monitored.map(tonesIn)).toEqual([[agentHz], [callerHz], [callerHz, agentHz]]);
});

test('parts of a prompt follow each other without a gap, and silence the row meanwhile', async () => {
  const { call, caller } = await joinTwo();
  const prompt = join(folder, 'prompt.wav');
  const { ended } = play(call, 'caller', { parts: [prompt, prompt, { silenceMs: 100 }, prompt] });
  caller.peer.startListening();
  expect(await ended).toEqual({ cause: 'completed', playedMs: 1_300 });
  const heard = caller.peer.heard();
  const first = firstFrameWith(heard, promptHz);
  const sound = heard.subarray(first * 160, first * 160 + 1_300 * 8);
  expect(framesWithoutTone(sound, promptHz)).toEqual([40, 41, 42, 43, 44]);
  expect(tonesIn(sound)).toEqual([promptHz]);
  expect(tonesIn(await caller.peer.listen(200).then(() => caller.peer.listen(200)))).toEqual([agentHz]);
});

function firstFrameWith(samples: Int16Array, hz: number): number {
  const without = new Set(framesWithoutTone(samples, hz));
  for (let frame = 0; ; frame++) if (!without.has(frame)) return frame;
}

test('a prompt mixed into a conversation is heard together with it, by its leg only', async () => {
  const { call, caller, agent } = await joinTwo();
  const prompt = join(folder, 'prompt.wav');
  const { ended } = play(call, 'agent', { parts: [prompt, prompt], isMixed: true });
  await agent.peer.listen(160);
  const [atAgent, atCaller] = await Promise.all([agent.peer.listen(300), caller.peer.listen(300)]);
  expect(tonesIn(atAgent)).toEqual([callerHz, promptHz]);
  expect(tonesIn(atCaller)).toEqual([agentHz]);
  expect((await ended).cause).toBe('completed');
});

test('an announcement interrupts queue music, which goes on where it was', async () => {
  const { call } = openCall();
  // A music that tells its own position: one tone a second.
  const steps = [600, 900, 1_200].map((frequencyHz) => makeTone({ frequencyHz, durationMs: 500 }));
  const path = join(folder, 'steps.wav');
  await writeFile(path, writeWav(Int16Array.from(steps.flatMap((step) => [...step])), 8_000));
  const { peer } = await joinLeg(call, 'caller', { hz: callerHz });
  call.setHears([{ leg: 'caller', hears: [{ music: [path] }] }]);
  peer.startListening();
  await peer.until(() => toneAmplitude(peer.heard().subarray(-1_600), 600) > 0.1, 3_000, 'the music');
  const { ended } = play(call, 'caller', { parts: [join(folder, 'prompt.wav')] });
  expect((await ended).cause).toBe('completed');
  await peer.listen(1_000);
  const heard = peer.heard();
  const count = (hz: number) => heard.length / 160 - framesWithoutTone(heard, hz, 0.1).length;
  expect(count(900)).toBeGreaterThan(20);
});

test('a digit interrupts a prompt, is told once, and reaches the other party as an event', async () => {
  const { call, events, caller, agent } = await joinTwo();
  const prompt = join(folder, 'prompt.wav');
  const { ended } = play(call, 'caller', {
    parts: [prompt, prompt, prompt, prompt, prompt],
    isInterruptible: true,
  });
  await caller.peer.listen(200);
  caller.peer.sendDigits('5');
  const end = await ended;
  expect(end.cause).toBe('interrupted');
  expect(end.playedMs).toBeLessThan(1_500);
  caller.peer.sendDigits('9#');
  await agent.peer.until(
    () => agent.peer.digits.length === 3 && events.digits.length === 3,
    3_000,
    'the digits at the agent',
  );
  expect(events.digits).toEqual(['caller:5', 'caller:9', 'caller:#']);
  expect(agent.peer.digits).toEqual(['5', '9', '#']);
});

test('digits are sent as events, and as tones to a phone that knows no events', async () => {
  const { call } = openCall();
  const modern = await joinLeg(call, 'modern', { hz: callerHz });
  modern.leg.sendDigits('17');
  await modern.peer.until(() => modern.peer.digits.length === 2, 3_000, 'two digits');
  expect(modern.peer.digits).toEqual(['1', '7']);

  const peer = await TestRtpPeer.open();
  opened.push(peer);
  const leg = mustBeOpen(call.openRtpLeg({ key: 'plain' }));
  const answer = leg.answer(peer.sdp());
  if (!answer.ok) throw new Error(answer.refusal.detail);
  peer.connect(answer.sdp);
  leg.sendDigits('1');
  const sound = await peer.listen(160);
  expect(findTones(sound.subarray(0, 800), { frequenciesHz: [697, 1_209, 770, 1_336] })).toEqual([
    697, 1_209,
  ]);
});

test('keys of a phone that knows no events are heard in its sound, told once, and cut a prompt short', async () => {
  const { call, events } = openCall();
  const peer = await TestRtpPeer.open();
  opened.push(peer);
  const answer = mustBeOpen(call.openRtpLeg({ key: 'plain' })).answer(peer.sdp());
  if (!answer.ok) throw new Error(answer.refusal.detail);
  peer.connect(answer.sdp);
  const { ended } = play(call, 'plain', {
    parts: Array.from({ length: 20 }, () => join(folder, 'prompt.wav')),
    isInterruptible: true,
  });
  const keys = [...'19#0'].flatMap((key) => [...digitTone(key, 100, 100)!]);
  peer.speak(Int16Array.from([...keys, ...new Int16Array(80_000)]));
  peer.startListening();
  await peer.until(() => events.digits.length >= 4, 5_000, 'four keys');
  peer.speak(undefined);
  expect(events.digits).toEqual(['plain:1', 'plain:9', 'plain:#', 'plain:0']);
  expect((await ended).cause).toBe('interrupted');
});

test('a far end that is busy is known by its tone, where that was asked for', async () => {
  const { call, events } = openCall();
  for (const [key, recognisesTones] of [
    ['dialled', 'us'],
    ['plain', undefined],
  ] as const) {
    const peer = await TestRtpPeer.open();
    opened.push(peer);
    const leg = mustBeOpen(
      call.openRtpLeg({ key, ...(recognisesTones === undefined ? {} : { recognisesTones }) }),
    );
    const answer = leg.answer(peer.sdp());
    if (!answer.ok) throw new Error(answer.refusal.detail);
    peer.connect(answer.sdp);
    peer.speak(progressTone('busy', 'us'));
  }
  await expect.poll(() => events.tones, { timeout: 8_000 }).toEqual(['dialled:busy']);
});

test('ringback sounds until it is told to stop', async () => {
  const { call } = openCall();
  const { peer } = await joinLeg(call, 'caller', { hz: callerHz });
  call.setHears([{ leg: 'caller', hears: [] }]);
  call.tone('caller', 'ringback');
  peer.startListening();
  await peer.until(() => toneAmplitude(peer.heard().subarray(-1_600), 450) > 0.1, 3_000, 'ringback');
  call.tone('caller', 'none');
  await peer.listen(200);
  expect(loudness(await peer.listen(200))).toBeLessThan(0.001);
});

test('joining and leaving a mix keeps one stream going', async () => {
  const { call, caller, agent } = await joinTwo();
  caller.peer.startListening();
  const prompt = join(folder, 'silence.wav');
  await writeFile(prompt, writeWav(new Int16Array(1_600), 8_000));
  const steps: Promise<unknown>[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const { ended } = play(call, 'caller', { parts: [prompt], isMixed: true });
    steps.push(ended);
    await ended;
    await agent.peer.listen(200);
  }
  await Promise.all(steps);
  const heard = caller.peer.heard();
  // Exactly none, and no click, is the mixer's own test, in virtual time; a busy machine may stall the sender.
  expect(framesWithoutTone(heard, agentHz).length).toBeLessThan(5);
  const sequences = caller.peer.packets.map(({ sequence }) => sequence);
  expect(
    sequences.every((sequence, at) => at === 0 || sequence === ((sequences[at - 1]! + 1) & 0xffff)),
  ).toBe(true);
  expect(new Set(caller.peer.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
});

test('a recording keeps the caller left and everyone else right, also across hold and mute', async () => {
  const { call, events, caller, agent } = await joinTwo({ caller: 'PCMA', agent: 'PCMU' });
  const path = join(folder, 'talk.wav');
  const recording = call.record({ path, left: 'caller' });
  await Promise.all([caller.peer.listen(1_000), agent.peer.listen(1_000)]);
  recording.pause(true);
  await caller.peer.listen(400);
  recording.stop();
  const recorded = await events.recorded.promise;
  const file = await readFile(path);
  expect(recorded.octets).toBe(file.length);
  const sound = readWav(file);
  if (!sound.ok) throw new Error(sound.failure.detail);
  const [left, right] = sound.value.channels.map((channel) =>
    Int16Array.from(channel, (sample) => sample * 0x7fff),
  );
  const talk = { left: left!.subarray(1_600, 6_400), right: right!.subarray(1_600, 6_400) };
  expect(tonesIn(talk.left)).toEqual([callerHz]);
  expect(tonesIn(talk.right)).toEqual([agentHz]);
  expect(toneAmplitude(talk.left, agentHz)).toBeLessThan(0.001);
  expect(recorded.durationMs).toBeGreaterThan(1_300);
  expect(loudness(left!.subarray(-1_600))).toBeLessThan(0.001);
});

test('a recording that is stopped as its call ends is told of all the same', async () => {
  const { call, events, caller } = await joinTwo({ caller: 'PCMA', agent: 'PCMU' });
  const path = join(folder, 'cut.wav');
  const recording = call.record({ path, left: 'caller' });
  await caller.peer.listen(200);
  recording.stop();
  call.close();
  expect((await events.recorded.promise).path).toBe(path);
});

test('packets from elsewhere are refused and counted; another port of the signalled address is believed', async () => {
  const { call, events } = openCall();
  const { leg, peer } = await joinLeg(call, 'caller', { hz: callerHz });
  const agent = await joinLeg(call, 'agent', { hz: agentHz });
  talkTogether(call);
  await agent.peer.listen(100);
  const stranger = await TestRtpPeer.open({ address: '127.0.0.2' });
  opened.push(stranger);
  stranger.speak(makeTone({ frequencyHz: thirdHz, durationMs: 1_000 }));
  stranger.connectTo('127.0.0.1', leg.localPort);
  const sound = await agent.peer.listen(400);
  expect(tonesIn(sound)).toEqual([callerHz]);
  const statistics = await leg.statistics();
  expect(statistics.foreign).toBeGreaterThan(5);
  expect(statistics.lost).toBe(0);

  // A NAT that translates ports: described as one port, sent from another.
  const behindNat = await TestRtpPeer.open();
  opened.push(behindNat);
  const natLeg = mustBeOpen(call.openRtpLeg({ key: 'nat', natAddress: '127.0.0.1' }));
  const answer = natLeg.answer(peer.sdp('sendrecv', '10.9.8.7'));
  if (!answer.ok) throw new Error(answer.refusal.detail);
  behindNat.speak(makeTone({ frequencyHz: thirdHz, durationMs: 1_000 }));
  behindNat.connect(answer.sdp);
  call.setHears([{ leg: 'nat', hears: ['caller'] }]);
  expect(tonesIn(await behindNat.listen(300))).toEqual([callerHz]);
  expect(events.heard).toContain('nat');
});

test('lost packets are concealed in a mix and counted', async () => {
  const { call } = openCall();
  const { leg } = await joinLeg(call, 'caller', { hz: callerHz, drops: (count) => count % 10 === 0 });
  const agent = await joinLeg(call, 'agent', { hz: agentHz });
  call.setHears([
    { leg: 'caller', hears: ['agent'] },
    { leg: 'agent', hears: ['caller', { music: [join(folder, 'music.wav')] }] },
  ]);
  await agent.peer.listen(200);
  const sound = await agent.peer.listen(1_000);
  // Exactly none is the mixer's own test, in virtual time; a busy machine may stall the sender.
  expect(framesWithoutTone(sound, callerHz).length).toBeLessThan(5);
  const { lost, concealed } = await leg.statistics();
  expect(lost).toBeGreaterThanOrEqual(4);
  expect(concealed).toBeGreaterThanOrEqual(4);
});

test('a prompt that cannot be read says so, and the row is heard again', async () => {
  const { call, caller } = await joinTwo();
  const { ended } = play(call, 'caller', { parts: [join(folder, 'nowhere.wav')] });
  const end = await ended;
  expect(end.cause).toBe('failed');
  expect(end.detail).toContain('nowhere.wav');
  await caller.peer.listen(100);
  expect(tonesIn(await caller.peer.listen(200))).toEqual([agentHz]);
});

test('a leg that closes tells its figures', async () => {
  const { events, caller, agent } = await joinTwo();
  await agent.peer.listen(200);
  caller.leg.close();
  await agent.peer.until(() => events.closed.has('caller'), 2_000, 'the closing figures');
  const { codec, packetsIn, packetsOut, lost } = events.closed.get('caller')!;
  expect({ codec, lost }).toEqual({ codec: 'PCMU', lost: 0 });
  expect(packetsIn).toBeGreaterThan(10);
  expect(packetsOut).toBeGreaterThan(10);
});
