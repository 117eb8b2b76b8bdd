/** What one packet costs under SRTP: 20 ms of G.711 sealed and opened, without sockets. `./seatgrid bench srtp`. */
import { randomBytes } from 'node:crypto';
import { emptyRtpHeader, rtpHeaderOctets, writeRtpHeader } from '@seatgrid/media/rtp/rtp-packet.ts';
import { SrtpReceiver } from '@seatgrid/media/srtp/srtp-receiver.ts';
import { SrtpSender } from '@seatgrid/media/srtp/srtp-sender.ts';
import { srtpSuites, type SrtpSuiteName } from '@seatgrid/media/srtp/srtp-suite.ts';
import { calibrate, median } from './rig/calibrate.ts';

const packets = 20_000;
const rounds = 7;
const header = emptyRtpHeader();
const plain = Buffer.alloc(rtpHeaderOctets + 160, 0x55);

/** Microseconds of CPU a packet, the first round left out: the compiler warms up in it. */
function measure(suite: SrtpSuiteName): { readonly sealUs: number; readonly openUs: number } {
  const { keyOctets, saltOctets } = srtpSuites[suite];
  const keying = { suite, master: randomBytes(keyOctets + saltOctets) };
  const sender = new SrtpSender(keying);
  const receiver = new SrtpReceiver(keying);
  const sealing: number[] = [];
  const opening: number[] = [];
  let index = 0;
  for (let round = 0; round < rounds; round++) {
    const sealed: Buffer[] = [];
    const sealUs = cpuUsOf(() => {
      for (let packet = 0; packet < packets; packet++, index++) {
        writeRtpHeader(plain, { ...header, sequence: index & 0xffff, timestamp: index * 160, ssrc: 1 });
        // A copy each, because a sender's memory is used again.
        sealed.push(Buffer.from(sender.sealRtp(plain)!));
      }
    });
    const openUs = cpuUsOf(() => {
      for (const packet of sealed) if (receiver.openRtp(packet) === undefined) throw new Error('refused');
    });
    if (round === 0) continue;
    sealing.push(sealUs / packets);
    opening.push(openUs / packets);
  }
  return { sealUs: median(sealing), openUs: median(opening) };
}

function cpuUsOf(work: () => void): number {
  const startedAt = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(startedAt);
  return user + system;
}

console.log(`calibration ${calibrate(0)} ms of CPU`);
console.table(
  Object.fromEntries((Object.keys(srtpSuites) as SrtpSuiteName[]).map((suite) => [suite, measure(suite)])),
);
