import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { describe, expect, test } from 'vitest';
import { answerOffer } from './answer-offer.ts';
import type { LocalAudio } from './audio-terms.ts';
import { masterOctets } from './crypto-attribute.ts';
import { makeOffer } from './make-offer.ts';
import { parseSdp } from './parse-sdp.ts';
import { readAnswer } from './read-answer.ts';

const local: LocalAudio = {
  address: '192.0.2.1',
  port: 4_000,
  codecs: ['PCMA', 'PCMU'],
  direction: 'sendrecv',
  sessionId: '77',
  previousSdp: '',
  srtp: { use: 'accept', keyOf: (suite) => new Uint8Array(masterOctets[suite]).fill(7) },
};

const sdp = (...lines: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 198.51.100.4', 's=-', 'c=IN IP4 198.51.100.4', 't=0 0', ...lines, ''].join('\r\n');

const phoneOffer = sdp(
  'm=audio 49170 RTP/AVP 18 0 8 96',
  'a=rtpmap:18 G729/8000',
  'a=rtpmap:96 telephone-event/8000',
  'a=fmtp:96 0-16',
  'a=ptime:30',
);

describe('answering an offer', () => {
  test('takes the first codec of theirs that we speak, and their payload type for digits', () => {
    expect(answerOffer(phoneOffer, local)).toMatchObject({
      ok: true,
      negotiated: {
        codec: 'PCMU',
        sendPayloadType: 0,
        receivePayloadType: 0,
        sendDigitPayloadType: 96,
        remoteAddress: '198.51.100.4',
        remotePort: 49_170,
        remoteRtcpPort: 49_171,
        ptimeMs: 30,
        direction: 'sendrecv',
        isHeld: false,
      },
    });
    expect(lineOf(answerOffer(phoneOffer, local), 'm=')).toBe('m=audio 4000 RTP/AVP 0 96');
    expect(lineOf(answerOffer(phoneOffer, local), 'a=fmtp')).toBe('a=fmtp:96 0-15');
  });

  test('refuses every other line with port 0, and keeps its place', () => {
    const offer = sdp(
      'm=video 3000 RTP/AVP 31',
      'm=audio 4002 RTP/AVP 8',
      'm=audio 4004 RTP/AVP 0',
      'm=image 4006 udptl t38',
    );
    const outcome = answerOffer(offer, local);
    expect(outcome.ok && outcome.answer.match(/^m=.*$/gm)).toEqual([
      'm=video 0 RTP/AVP 31',
      'm=audio 4000 RTP/AVP 8',
      'm=audio 0 RTP/AVP 0',
      'm=image 0 UDPTL t38',
    ]);
  });

  test.each([
    ['nothing in common', 'm=audio 4002 RTP/AVP 18', 'no-common-codec', /G729|18/],
    ['encrypted audio only', 'm=audio 4002 RTP/SAVP 0', 'no-common-codec', /RTP\/SAVP/],
    ['audio switched off', 'm=audio 0 RTP/AVP 0', 'no-common-codec', /switched off/],
    ['no line at all', 'a=x', 'no-common-codec', /no media line/],
    [
      'a host name for an address',
      'm=audio 4002 RTP/AVP 0\r\nc=IN IP4 phone.example.com',
      'no-common-codec',
      /without an address/,
    ],
    ['a port beyond range', 'm=audio 70000 RTP/AVP 0', 'malformed-sdp', /no SDP/],
    ['a line that is none', 'nonsense', 'malformed-sdp', /no SDP/],
  ])('%s is a failure that says so', (_name, line, reason, detail) => {
    expect(answerOffer(sdp(line), local)).toEqual({
      ok: false,
      reason,
      detail: expect.stringMatching(detail),
    });
  });

  test.each([
    ['a=sendrecv', 'sendrecv', 'sendrecv', false],
    ['a=sendonly', 'sendrecv', 'recvonly', true],
    ['a=recvonly', 'sendrecv', 'sendonly', true],
    ['a=inactive', 'sendrecv', 'inactive', true],
    ['c=IN IP4 0.0.0.0', 'sendrecv', 'recvonly', true],
    ['a=sendrecv', 'sendonly', 'sendonly', false],
    ['a=sendonly', 'sendonly', 'inactive', true],
  ] as const)('their %s while we are %s makes %s', (line, ours, direction, isHeld) => {
    const outcome = answerOffer(sdp('m=audio 4002 RTP/AVP 0', line), { ...local, direction: ours });
    expect(outcome).toMatchObject({ negotiated: { direction, isHeld } });
    expect(outcome.ok && outcome.answer).toContain(`a=${direction}\r\n`);
  });

  test('a direction of the session holds for lines without one, and a line’s address before the session’s', () => {
    const offer = sdp('a=sendonly', 'm=audio 4002 RTP/AVP 0', 'c=IN IP4 203.0.113.5', 'a=rtcp:5005');
    expect(answerOffer(offer, local)).toMatchObject({
      negotiated: { direction: 'recvonly', remoteAddress: '203.0.113.5', remoteRtcpPort: 5_005 },
    });
  });

  test('G.711 under a dynamic payload type is G.711', () => {
    const offer = sdp('m=audio 4002 RTP/AVP 97', 'a=rtpmap:97 pcma/8000/1');
    expect(answerOffer(offer, local)).toMatchObject({ negotiated: { codec: 'PCMA', sendPayloadType: 97 } });
  });

  test.each([
    ['after G.711, where we rank it so', ['PCMA', 'PCMU', 'G722'], '9 0 8', 'PCMU', '0'],
    ['before it, where we rank it so', ['G722', 'PCMA', 'PCMU'], '0 8 9', 'G722', '9'],
    ['where nothing else is common', ['PCMA', 'PCMU', 'G722'], '18 9', 'G722', '9'],
    ['not where we do not speak it', ['PCMA', 'PCMU'], '9 0 8', 'PCMU', '0'],
  ] as const)('G.722 is taken %s', (_, codecs, formats, codec, answered) => {
    const outcome = answerOffer(sdp(`m=audio 4002 RTP/AVP ${formats}`), { ...local, codecs });
    expect(outcome).toMatchObject({ negotiated: { codec } });
    expect(lineOf(outcome, 'm=')).toBe(`m=audio 4000 RTP/AVP ${answered}`);
    // RFC 3551 §4.5.2: G.722 is told to run at 8000 Hz, which it does not.
    expect(lineOf(outcome, 'a=rtpmap')).toBe(`a=rtpmap:${answered} ${codec}/8000`);
  });

  test('IPv6 on both sides', () => {
    const offer = phoneOffer.replaceAll('IP4 198.51.100.4', 'IP6 2001:db8::4');
    const outcome = answerOffer(offer, { ...local, address: '2001:db8::1' });
    expect(outcome).toMatchObject({ negotiated: { remoteAddress: '2001:db8::4' } });
    expect(outcome.ok && outcome.answer).toContain('c=IN IP6 2001:db8::1\r\n');
  });

  test('lines that end in LF alone are read', () => {
    expect(answerOffer(phoneOffer.replaceAll('\r', ''), local).ok).toBe(true);
  });
});

describe('our offer', () => {
  test('names what we speak, best first', () => {
    expect(makeOffer(local)).toBe(
      'v=0\r\no=- 77 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\n' +
        'a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n' +
        'a=ptime:20\r\na=sendrecv\r\n',
    );
  });

  test('the version counts on where something changed, and stands where nothing did', () => {
    const first = makeOffer(local);
    const same = makeOffer({ ...local, previousSdp: first });
    const held = makeOffer({ ...local, direction: 'sendonly', previousSdp: same });
    expect(same).toBe(first);
    expect(held).toContain('o=- 77 2 IN');
    expect(makeOffer({ ...local, previousSdp: held })).toContain('o=- 77 3 IN');
  });

  test('within a session it keeps every line in its place and the digits’ payload type', () => {
    const answered = answerOffer(
      sdp('m=video 3000 RTP/AVP 31', ...phoneOffer.split('\r\n').slice(5, -1)),
      local,
    );
    const offer = makeOffer({ ...local, previousSdp: answered.ok ? answered.answer : '' });
    expect(offer.match(/^m=.*$/gm)).toEqual(['m=video 0 RTP/AVP 31', 'm=audio 4000 RTP/AVP 8 0 96']);
    expect(offer).toContain('o=- 77 2 IN');
  });
});

describe('reading their answer', () => {
  const offer = makeOffer(local);

  test('what they chose, and their own payload types to send with', () => {
    const answer = sdp('m=audio 5000 RTP/AVP 0 99', 'a=rtpmap:99 telephone-event/8000');
    expect(readAnswer(answer, offer, local)).toMatchObject({
      negotiated: {
        codec: 'PCMU',
        sendPayloadType: 0,
        receivePayloadType: 0,
        sendDigitPayloadType: 99,
        receiveDigitPayloadType: 101,
        remotePort: 5_000,
      },
    });
  });

  test('without telephone-event there are no digits', () => {
    const outcome = readAnswer(sdp('m=audio 5000 RTP/AVP 8'), offer, local);
    expect(outcome.ok && outcome.negotiated.sendDigitPayloadType).toBeUndefined();
  });

  test.each([
    ['refuses the line', 'm=audio 0 RTP/AVP 8', 'no-common-codec'],
    ['chooses what was not offered', 'm=audio 5000 RTP/AVP 18', 'no-common-codec'],
    ['has no line', 'a=x', 'no-common-codec'],
    ['is no SDP', 'x', 'malformed-sdp'],
  ])('an answer that %s is a failure', (_name, line, reason) => {
    expect(readAnswer(sdp(line), offer, local)).toMatchObject({ ok: false, reason });
  });

  test('recvonly to our own hold is our will, inactive is theirs', () => {
    const holding: LocalAudio = { ...local, direction: 'sendonly' };
    const answered = (line: string) =>
      readAnswer(sdp('m=audio 5000 RTP/AVP 8', line), makeOffer(holding), holding);
    expect(answered('a=recvonly')).toMatchObject({ negotiated: { direction: 'sendonly', isHeld: false } });
    expect(answered('a=inactive')).toMatchObject({ negotiated: { direction: 'inactive', isHeld: true } });
  });

  test('both sides of one exchange agree', () => {
    const answered = answerOffer(offer, { ...local, address: '192.0.2.2', port: 6_000 });
    expect(answered.ok && readAnswer(answered.answer, offer, local)).toMatchObject({
      negotiated: { codec: 'PCMA', remoteAddress: '192.0.2.2', remotePort: 6_000, sendDigitPayloadType: 101 },
    });
  });
});

test('20,000 mutated offers are read or refused, never thrown at', () => {
  const random = createSeededRandom(5);
  let read = 0;
  for (let round = 0; round < 20_000; round++) {
    const octets = Buffer.from(phoneOffer);
    for (let spot = randomInteger(random, 6); spot >= 0; spot--) {
      octets[randomInteger(random, octets.length)] =
        randomInteger(random, 3) === 0 ? 10 : randomInteger(random, 256);
    }
    const outcome = answerOffer(octets.toString('latin1'), local);
    if (outcome.ok) {
      read++;
      expect(parseSdp(outcome.answer)?.media.length).toBeGreaterThan(0);
      expect(outcome.answer).not.toMatch(/[^\r]\n|\r[^\n]/);
    }
  }
  expect(read).toBeGreaterThan(1_000);
});

test('who calls again says the same of its sound: only port, address, and the direction of the session are its own', () => {
  const first = parseSdp(phoneOffer)!.media[0]!;
  const again = parseSdp(
    phoneOffer.replace('49170', '49172').replace('198.51.100.4\r\nt=', '198.51.100.5\r\na=sendonly\r\nt='),
  )!.media[0]!;
  expect(again).toEqual({ ...first, port: 49_172, address: '198.51.100.5', direction: 'sendonly' });
});

function lineOf(outcome: ReturnType<typeof answerOffer>, start: string): string | undefined {
  return outcome.ok ? outcome.answer.split('\r\n').find((line) => line.startsWith(start)) : undefined;
}
