/**
 * What reads octets of strangers, each with inputs it understands and a way to read one that must never throw. STUN and DTLS are
 * read by the WebRTC library; a STUN request that comes to a port of plain sound is read by ours, as RTP or RTCP.
 */
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { emptyRtpHeader, isRtcp, readRtpHeader } from '../../src/rtp/rtp-packet.ts';
import { buildRtcp, readRtcp } from '../../src/rtp/rtcp.ts';
import { DigitReceiver } from '../../src/rtp/telephone-event.ts';
import { answerOffer } from '../../src/sdp/answer-offer.ts';
import type { LocalAudio } from '../../src/sdp/audio-terms.ts';
import { masterOctets } from '../../src/sdp/crypto-attribute.ts';
import { makeOffer } from '../../src/sdp/make-offer.ts';
import { parseSdp } from '../../src/sdp/parse-sdp.ts';
import { readAnswer } from '../../src/sdp/read-answer.ts';
import { chooseChallenge } from '../../src/sip/digest/digest-client.ts';
import { DigestServer } from '../../src/sip/digest/digest-server.ts';
import { parseMessage } from '../../src/sip/message/parse-message.ts';
import type { SipRequest, SipResponse } from '../../src/sip/message/sip-message.ts';
import { parseUri, uriParam } from '../../src/sip/message/sip-uri.ts';
import { writeResponse } from '../../src/sip/message/write-message.ts';
import { StreamFramer } from '../../src/sip/transport/stream-framer.ts';
import { readInfoDigit } from '../../src/sip/user-agent/info-digit.ts';
import { reasonOf } from '../../src/sip/user-agent/reason-header.ts';
import { readRefer } from '../../src/sip/user-agent/refer-to.ts';
import { readReplaces } from '../../src/sip/user-agent/replaces.ts';
import { readBrowserOffer } from '../../src/webrtc/browser-offer.ts';
import { validMessages, validResponses, validSdp } from './valid-messages.ts';

export interface FuzzedParser {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  /** Of the time there is, against the others. */
  readonly share: number;
  read(octets: Buffer): void;
}

const source = { address: '192.0.2.200', port: 5060 };
const octetsOf = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text));

function assert(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what);
}

export function readSip(octets: Buffer): void {
  const message = parseMessage(octets, source);
  if (message.kind === 'malformed') {
    assert(!/[^\r]\n|\r[^\n]/.test(message.answer), 'an answer with a line of somebody else');
  } else if (message.kind === 'request') readRequest(message);
  else if (message.kind === 'response') readFields(message);
}

function readRequest(request: SipRequest): void {
  readFields(request);
  readInfoDigit(request);
  readRefer(request);
  readReplaces(request.header('Replaces') ?? '');
  const { octets } = writeResponse(request, { status: 200, toTag: 'ours' });
  const answer = parseMessage(octets, source);
  const isTheirs =
    answer.kind === 'response' && answer.callId === request.callId && answer.cseq === request.cseq;
  // An answer may be larger than what it answers, by what Via gains.
  assert(isTheirs || octets.length > 60_000, `an answer that cannot be read: ${JSON.stringify(answer)}`);
}

function readFields(message: SipRequest | SipResponse): void {
  for (const name of ['Contact', 'Route', 'Record-Route', 'P-Asserted-Identity', 'Refer-To']) {
    for (const found of message.nameAddrs(name) ?? []) {
      if (found.uri.kind === 'sip') uriParam(found.uri, 'transport');
    }
  }
  for (const name of ['Require', 'Accept', 'Supported']) message.list(name);
  for (const value of message.headers('WWW-Authenticate')) chooseChallenge([value]);
  void [message.sdp, message.contentType, message.decimal('Expires'), reasonOf(message)];
}

/** However it is cut, a stream gives the same messages. */
function readStream(octets: Buffer): void {
  const whole = new StreamFramer().push(octets);
  const framer = new StreamFramer();
  const found: Buffer[] = [];
  const step = 1 + (octets.length % 97);
  for (let at = 0; at < octets.length; at += step) {
    const { messages, broken } = framer.push(octets.subarray(at, at + step));
    found.push(...messages);
    if (broken) break;
  }
  const isSame =
    found.length === whole.messages.length && found.every((one, index) => one.equals(whole.messages[index]!));
  assert(isSame, 'a stream that is cut otherwise gives other messages');
  for (const message of found) parseMessage(message, { ...source, protocol: 'tcp' });
}

const local: LocalAudio = {
  address: '192.0.2.1',
  port: 4_000,
  codecs: ['PCMA', 'PCMU'],
  direction: 'sendrecv',
  sessionId: '77',
  previousSdp: '',
  srtp: { use: 'accept', keyOf: (suite) => new Uint8Array(masterOctets[suite]).fill(7) },
};
const ourOffer = makeOffer(local);

function readSdp(octets: Buffer): void {
  const text = octets.toString();
  const answered = answerOffer(text, local);
  if (answered.ok) {
    assert(parseSdp(answered.answer) !== undefined, 'an answer that is no SDP');
    assert(answered.negotiated.remotePort <= 0xffff, 'a port that is none');
  }
  readAnswer(text, ourOffer, local);
  readBrowserOffer(text);
}

const digestServer = new DigestServer(new VirtualClock(), createSeededRandom(5));

function readDigest(octets: Buffer): void {
  const text = octets.toString();
  chooseChallenge([text]);
  const realm = 'example.com';
  const verdict = digestServer.judge({
    realm,
    source: 'x',
    method: 'REGISTER',
    credentials: [text],
    secretOf: () => undefined,
  });
  assert(verdict.kind !== 'proven', 'a proof of a name nobody has');
}

function readUriText(octets: Buffer): void {
  const uri = parseUri(octets.toString());
  if (uri?.kind === 'sip') uriParam(uri, 'transport');
}

const header = emptyRtpHeader();

function readRtp(octets: Buffer): void {
  if (isRtcp(octets)) readRtcp(octets, 1);
  if (!readRtpHeader(octets, header)) return;
  const { payloadStart, payloadEnd } = header;
  assert(
    payloadStart >= 12 && payloadStart <= payloadEnd && payloadEnd <= octets.length,
    'a payload outside its packet',
  );
  new DigitReceiver().receive(header.timestamp, octets, payloadStart, payloadEnd, 0);
}

function readReports(octets: Buffer): void {
  readRtcp(octets, 0x01020304);
}

const rtp = Buffer.from('80800001000000a00102030409010000', 'hex');
const rtpWithAll = Buffer.from(
  'b2e50001000000a001020304aaaaaaaabbbbbbbbbede00010a0b0c0d050a00a000000002',
  'hex',
);
/** RFC 5389 §6: a binding request with its cookie. */
const stun = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');
const stunWithAttributes = Buffer.from(
  '000100182112a442b7e7a701bc34d686fa87dfae802200105354554e2074657374206b6c69656e74000000',
  'hex',
);
const report = Buffer.from(
  buildRtcp({
    ssrc: 0x05060708,
    cname: 'far@example.com',
    sender: { nowMs: 1_767_225_600_000, timestamp: 160, packets: 1, octets: 160 },
    block: {
      ssrc: 0x01020304,
      fractionLost: 1,
      lost: 1,
      highestExtended: 9,
      jitterSamples: 3,
      lastReport: 1,
      delaySinceLast: 1,
    },
    isLast: true,
  }),
);

export const fuzzedParsers: readonly FuzzedParser[] = [
  { name: 'SIP', share: 6, seeds: octetsOf([...validMessages, ...validResponses]), read: readSip },
  {
    name: 'SIP stream',
    share: 2,
    seeds: octetsOf([validMessages.slice(0, 3).join(''), `\r\n\r\n${validMessages[3]}`]),
    read: readStream,
  },
  {
    name: 'SIP URI',
    share: 1,
    seeds: octetsOf(['sip:alice:pw@[2001:db8::1]:5060;lr;transport=tcp?a=b', 'tel:+49301;phone-context=x']),
    read: readUriText,
  },
  {
    name: 'digest',
    share: 1,
    seeds: octetsOf([/Digest [^\r]*/.exec(validMessages[2]!)![0]]),
    read: readDigest,
  },
  { name: 'SDP', share: 3, seeds: octetsOf(validSdp), read: readSdp },
  { name: 'RTP', share: 1, seeds: [rtp, rtpWithAll, stun, stunWithAttributes, report], read: readRtp },
  { name: 'RTCP', share: 1, seeds: [report, Buffer.concat([report, report]), stun], read: readReports },
];
