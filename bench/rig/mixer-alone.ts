/**
 * The mixer without sockets: what our own code costs a leg and frame, apart from the system's sends and receives. Steadier than
 * any figure with packets in it.
 */
import { CallMixer } from '@seatgrid/media/call/worker/call-mixer.ts';
import type { Recorder } from '@seatgrid/media/call/worker/recorder.ts';
import { MediaLeg } from '@seatgrid/media/call/worker/media-leg.ts';
import { OutgoingStream } from '@seatgrid/media/rtp/outgoing-stream.ts';
import { rtpHeaderOctets, writeRtpHeader } from '@seatgrid/media/rtp/rtp-packet.ts';
import { frameMs, frameSamples } from '@seatgrid/media/frame.ts';

export interface MixerCase {
  /** Whom each leg hears; legs are numbered. */
  readonly rows: readonly (readonly string[])[];
  readonly isRecorded: boolean;
}

const calls = 20;
const turns = 4_000;
const format = {
  law: 'PCMU',
  payloadType: 0,
  receivePayloadType: 0,
  // As nearly every phone: a leg without events is listened to for digits, which `bench sound` measures.
  eventPayloadType: 101,
  receiveEventPayloadType: 101,
  isSendingAllowed: true,
  isReceptionExpected: true,
} as const;

/** Microseconds of CPU a leg-frame: the second of two runs, the first being the compiler's. */
export function measureMixer(one: MixerCase): number {
  const mixers = Array.from({ length: calls }, () => mixerOf(one));
  let nowMs = 1_000;
  const run = () => {
    const before = process.cpuUsage();
    for (let turn = 0; turn < turns; turn++) {
      nowMs += frameMs;
      for (const mixer of mixers) {
        let ssrc = 1;
        for (const { leg } of mixer.legs) leg.receive(packetOf(turn, ssrc++), nowMs);
        if (mixer.isPaced) mixer.tick(nowMs);
      }
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / (turns * calls * one.rows.length);
  };
  run();
  return run();
}

function mixerOf({ rows, isRecorded }: MixerCase): CallMixer {
  const mixer = new CallMixer();
  const transport = { sendRtp() {}, sendRtcp() {}, close() {} };
  const observer = { onFirstPacket() {}, onDigit() {} };
  rows.forEach((_, index) => {
    const stream = new OutgoingStream({ ssrc: 100 + index, sequence: 0, timestamp: 0 });
    const leg = new MediaLeg(String(index), transport, () => stream, observer);
    leg.setFormat(format);
    mixer.add(leg);
  });
  rows.forEach((legs, index) => mixer.setRow(String(index), { legs, music: undefined }));
  const recorder: Pick<Recorder, 'write' | 'fault'> = { write() {}, fault: undefined };
  mixer.setRecording(
    isRecorded
      ? { recorder: recorder as Recorder, left: new Set(['0']), right: undefined, told: '0' }
      : undefined,
  );
  return mixer;
}

/** As the system gives them: each in its own memory. */
function packetOf(turn: number, ssrc: number): Buffer {
  const packet = Buffer.allocUnsafe(rtpHeaderOctets + frameSamples);
  const sequence = turn & 0xffff;
  writeRtpHeader(packet, {
    isMarked: false,
    payloadType: 0,
    sequence,
    timestamp: (turn * frameSamples) >>> 0,
    ssrc,
  });
  return packet;
}
