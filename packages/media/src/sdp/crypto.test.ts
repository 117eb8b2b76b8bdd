import { describe, expect, test } from 'vitest';
import { answerOffer } from './answer-offer.ts';
import type { LocalAudio, SrtpUse } from './audio-terms.ts';
import { cryptoLine, masterOctets, readCrypto } from './crypto-attribute.ts';
import { makeOffer } from './make-offer.ts';
import { readAnswer } from './read-answer.ts';

const ourKey = 7;
const localOf = (use: SrtpUse, previousSdp = ''): LocalAudio => ({
  address: '192.0.2.1',
  port: 4_000,
  codecs: ['PCMU'],
  direction: 'sendrecv',
  sessionId: '77',
  previousSdp,
  srtp: { use, keyOf: (suite) => new Uint8Array(masterOctets[suite]).fill(ourKey) },
});

const sdp = (...lines: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 198.51.100.4', 's=-', 'c=IN IP4 198.51.100.4', 't=0 0', ...lines, ''].join('\r\n');

/** RFC 4568 §9.1's own example. */
const inline = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj';
const short = `a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:${inline}`;
const long = `a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:${inline}|2^20`;
const secureOffer = sdp(
  'm=audio 5000 RTP/SAVP 0',
  'a=crypto:9 F8_128_HMAC_SHA1_80 inline:' + inline,
  short,
  long,
);

describe('a crypto line', () => {
  test.each([
    short,
    long,
    `${long} WSH=64`,
    `a=crypto:1 AEAD_AES_256_GCM inline:${Buffer.alloc(44, 1).toString('base64')}`,
  ])('%s is one we can do', (line) => {
    const crypto = readCrypto(line)!;
    expect(crypto.master.length).toBe(masterOctets[crypto.suite]);
    expect(readCrypto(cryptoLine(crypto).trim())).toEqual(crypto);
  });

  test.each([
    ['another suite', `a=crypto:1 AES_192_CM_HMAC_SHA1_80 inline:${inline}`],
    ['a suite that is a name of every object', `a=crypto:1 constructor inline:${inline}`],
    ['a master key identifier', `${short}|2^20|1:4`],
    ['two keys', `${short};inline:${inline}`],
    ['no encryption', `${short} UNENCRYPTED_SRTP`],
    ['no proof', `${short} UNAUTHENTICATED_SRTP`],
    ['a parameter nobody knows', `${short} HELLO`],
    ['a key too short', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1c'],
    ['a key by another way', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 uri:https://example.org/key'],
    ['nothing', 'a=crypto:'],
  ])('%s is as if it were not there', (_what, line) => expect(readCrypto(line)).toBeUndefined());
});

describe('answering keys', () => {
  test('the first line we can do is taken, with its tag and a key of ours', () => {
    const outcome = answerOffer(secureOffer, localOf('accept'));
    if (!outcome.ok) throw new Error(outcome.detail);
    expect(linesOf(outcome.answer, 'm=')).toEqual(['m=audio 4000 RTP/SAVP 0']);
    expect(linesOf(outcome.answer, 'a=crypto')).toEqual([
      `a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:${Buffer.alloc(30, ourKey).toString('base64')}`,
    ]);
    expect(outcome.negotiated.crypto).toEqual({
      suite: 'AES_CM_128_HMAC_SHA1_32',
      send: new Uint8Array(30).fill(ourKey),
      receive: new Uint8Array(Buffer.from(inline, 'base64')),
    });
  });

  test('RFC 8643: keys beside a plain profile are answered there', () => {
    const offer = sdp('m=audio 5000 RTP/AVP 0', long);
    const accepted = answerOffer(offer, localOf('accept'));
    expect(accepted.ok && linesOf(accepted.answer, 'm=')).toEqual(['m=audio 4000 RTP/AVP 0']);
    expect(accepted.ok && accepted.negotiated.crypto?.suite).toBe('AES_CM_128_HMAC_SHA1_80');
    const never = answerOffer(offer, localOf('never'));
    expect(never.ok && [never.negotiated.crypto, linesOf(never.answer, 'a=crypto')]).toEqual([undefined, []]);
  });

  test('the protected one of two lines is taken, wherever it stands', () => {
    const offer = sdp('m=audio 5000 RTP/AVP 0', 'm=audio 5002 RTP/SAVP 0', short);
    const outcome = answerOffer(offer, localOf('accept'));
    expect(outcome.ok && linesOf(outcome.answer, 'm=')).toEqual([
      'm=audio 0 RTP/AVP 0',
      'm=audio 4000 RTP/SAVP 0',
    ]);
    const never = answerOffer(offer, localOf('never'));
    expect(never.ok && linesOf(never.answer, 'm=')).toEqual([
      'm=audio 4000 RTP/AVP 0',
      'm=audio 0 RTP/SAVP 0',
    ]);
  });

  test.each([
    ['never', secureOffer],
    ['require', sdp('m=audio 5000 RTP/AVP 0')],
    ['accept', sdp('m=audio 5000 RTP/SAVP 0')],
    ['accept', sdp('m=audio 5000 RTP/SAVP 0', `${short} UNENCRYPTED_SRTP`)],
  ] as const)('with %s, what cannot be agreed is refused', (use, offer) => {
    expect(answerOffer(offer, localOf(use))).toMatchObject({ ok: false, reason: 'no-common-codec' });
  });
});

describe('offering keys', () => {
  test('never and accept offer none, offer keeps the plain profile, require does not', () => {
    const shapes = (['never', 'accept', 'offer', 'require'] as const).map((use) => {
      const offer = makeOffer(localOf(use));
      return [linesOf(offer, 'm=')[0]!.split(' ')[2], linesOf(offer, 'a=crypto').length];
    });
    expect(shapes).toEqual([
      ['RTP/AVP', 0],
      ['RTP/AVP', 0],
      ['RTP/AVP', 4],
      ['RTP/SAVP', 4],
    ]);
  });

  test('an answer takes one of them, or none where that is allowed', () => {
    for (const use of ['offer', 'require'] as const) {
      const local = localOf(use);
      const offer = makeOffer(local);
      const [line] = linesOf(offer, 'm=');
      const taken = readAnswer(sdp(line!, long.replace(':2', ':1')), offer, local);
      expect(taken.ok && taken.negotiated.crypto?.suite).toBe('AES_CM_128_HMAC_SHA1_80');
      expect(readAnswer(sdp(line!, long), offer, local).ok).toBe(false);
      const plain = readAnswer(sdp('m=audio 5000 RTP/AVP 0'), offer, local);
      expect(plain.ok).toBe(use === 'offer');
    }
  });

  test('a session that has keys keeps its profile and suite when we offer again', () => {
    const first = answerOffer(secureOffer, localOf('accept'));
    const again = makeOffer(localOf('accept', first.ok ? first.answer : ''));
    expect(linesOf(again, 'm=')).toEqual(['m=audio 4000 RTP/SAVP 0 101']);
    expect(linesOf(again, 'a=crypto').map((line) => line.split(' ')[1])).toEqual(['AES_CM_128_HMAC_SHA1_32']);
  });
});

test('RFC 5761: reports share the port where the offer says so, and stay there', () => {
  const offer = sdp('m=audio 5000 RTP/AVP 0', 'a=rtcp-mux');
  const outcome = answerOffer(offer, localOf('accept'));
  expect(outcome.ok && outcome.negotiated.remoteRtcpPort).toBe(5_000);
  expect(outcome.ok && linesOf(outcome.answer, 'a=rtcp-mux')).toHaveLength(1);
  expect(linesOf(makeOffer(localOf('accept', outcome.ok ? outcome.answer : '')), 'a=rtcp-mux')).toHaveLength(
    1,
  );
  expect(linesOf(makeOffer(localOf('accept')), 'a=rtcp-mux')).toEqual([]);
});

function linesOf(text: string, prefix: string): string[] {
  return text.split('\r\n').filter((line) => line.startsWith(prefix));
}
