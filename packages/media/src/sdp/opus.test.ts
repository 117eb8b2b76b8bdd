/** Opus in offers and answers (RFC 7587 §7). */
import { describe, expect, test } from 'vitest';
import { opusBitRateMax, opusBitRateMin } from '../limits.ts';
import { answerOffer } from './answer-offer.ts';
import { rtpCodecsDefault, type LocalAudio } from './audio-terms.ts';
import { masterOctets } from './crypto-attribute.ts';
import { makeOffer } from './make-offer.ts';
import { readOpusWishes } from './opus-wishes.ts';
import { readAnswer } from './read-answer.ts';

const local: LocalAudio = {
  address: '192.0.2.1',
  port: 4_000,
  codecs: rtpCodecsDefault,
  direction: 'sendrecv',
  sessionId: '77',
  previousSdp: '',
  srtp: { use: 'accept', keyOf: (suite) => new Uint8Array(masterOctets[suite]).fill(7) },
};

const sdp = (...lines: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 198.51.100.4', 's=-', 'c=IN IP4 198.51.100.4', 't=0 0', ...lines, ''].join('\r\n');

const softphone = sdp(
  'm=audio 4002 RTP/AVP 96 0 101 97',
  'a=rtpmap:96 opus/48000/2',
  'a=fmtp:96 useinbandfec=1; maxaveragebitrate=16000',
  'a=rtpmap:101 telephone-event/8000',
  'a=rtpmap:97 telephone-event/48000',
);

describe('answering Opus', () => {
  test.each([
    [rtpCodecsDefault, 'PCMU'],
    [['opus', 'PCMA', 'PCMU'], 'opus'],
    [['G722', 'opus', 'PCMU'], 'opus'],
  ] as const)('of ours in the order %s, a phone that offers both is answered with %s', (codecs, codec) => {
    expect(answerOffer(softphone, { ...local, codecs })).toMatchObject({ ok: true, negotiated: { codec } });
  });

  test('who offers nothing else gets it, under its own number, its wishes heard, its events in its clock', () => {
    const outcome = answerOffer(softphone.replace(' 96 0 101', ' 96 101'), local);
    expect(outcome).toMatchObject({
      ok: true,
      negotiated: {
        codec: 'opus',
        sendPayloadType: 96,
        receivePayloadType: 96,
        sendDigitPayloadType: 97,
        digitClockHz: 48_000,
        opus: { takesCorrection: true, isConstantRate: false, bitRateMax: 16_000 },
      },
    });
    const answer = outcome.ok ? outcome.answer : '';
    expect(answer.match(/^(m=|a=rtpmap|a=fmtp).*$/gm)).toEqual([
      'm=audio 4000 RTP/AVP 96 97',
      'a=rtpmap:96 opus/48000/2',
      'a=fmtp:96 useinbandfec=1',
      'a=rtpmap:97 telephone-event/48000',
      'a=fmtp:97 0-15',
    ]);
  });

  test('a phone that counts its events at 8 kHz beside Opus is taken at its word', () => {
    const offer = sdp(
      'm=audio 4002 RTP/AVP 96 101',
      'a=rtpmap:96 OPUS/48000/2',
      'a=rtpmap:101 telephone-event/8000',
    );
    expect(answerOffer(offer, local)).toMatchObject({
      ok: true,
      negotiated: { codec: 'opus', sendDigitPayloadType: 101, digitClockHz: 8_000 },
    });
  });
});

describe('offering Opus', () => {
  test('it stands last, its events beside those of the others', () => {
    expect(makeOffer(local).match(/^(m=|a=rtpmap|a=fmtp).*$/gm)).toEqual([
      'm=audio 4000 RTP/AVP 8 0 9 111 101 110',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:9 G722/8000',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 useinbandfec=1',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=rtpmap:110 telephone-event/48000',
      'a=fmtp:110 0-15',
    ]);
  });

  test('where it is not spoken there is no word of it', () => {
    expect(makeOffer({ ...local, codecs: ['PCMA', 'G722'] })).not.toMatch(/opus|48000/);
  });

  test('the answer may renumber it', () => {
    const offer = makeOffer(local);
    const answer = sdp(
      'm=audio 4002 RTP/AVP 100 99',
      'a=rtpmap:100 opus/48000/2',
      'a=rtpmap:99 telephone-event/48000',
    );
    expect(readAnswer(answer, offer, local)).toMatchObject({
      ok: true,
      negotiated: {
        codec: 'opus',
        sendPayloadType: 100,
        receivePayloadType: 111,
        sendDigitPayloadType: 99,
        receiveDigitPayloadType: 110,
        digitClockHz: 48_000,
      },
    });
  });

  test('numbers keep their meaning in a later offer, and what is new takes none that has one (RFC 3264 §8.3.2)', () => {
    const theirs = sdp(
      'm=audio 4002 RTP/AVP 101 111',
      'a=rtpmap:101 opus/48000/2',
      'a=rtpmap:111 telephone-event/48000',
    );
    const answered = answerOffer(theirs, local);
    const later = makeOffer({ ...local, previousSdp: answered.ok ? answered.answer : '' });
    expect(later.match(/^a=rtpmap.*$/gm)).toEqual([
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:9 G722/8000',
      'a=rtpmap:101 opus/48000/2',
      'a=rtpmap:96 telephone-event/8000',
      'a=rtpmap:111 telephone-event/48000',
    ]);
  });
});

test.each([
  ['', false, false, opusBitRateMax],
  ['useinbandfec=1;cbr=1', true, true, opusBitRateMax],
  ['maxplaybackrate=16000; sprop-maxcapturerate=16000; USEINBANDFEC=1', true, false, opusBitRateMax],
  ['maxaveragebitrate=510000', false, false, opusBitRateMax],
  ['maxaveragebitrate=12000;usedtx=1', false, false, 12_000],
  ['maxaveragebitrate=1', false, false, opusBitRateMin],
  ['maxaveragebitrate=much;useinbandfec=yes;=;;', false, false, opusBitRateMax],
])('“%s” is understood as far as it can be', (parameters, takesCorrection, isConstantRate, bitRateMax) => {
  expect(readOpusWishes(parameters)).toEqual({ takesCorrection, isConstantRate, bitRateMax });
});
