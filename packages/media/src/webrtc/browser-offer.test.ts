import { expect, test } from 'vitest';
import { readBrowserOffer } from './browser-offer.ts';

/** As Chromium orders and numbers them. */
const offerOf = (types: string) =>
  [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `m=audio 9 UDP/TLS/RTP/SAVPF ${types}`,
    'a=ice-ufrag:x',
    'a=ice-pwd:y',
    'a=fingerprint:sha-256 00',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=rtpmap:63 red/48000/2',
    'a=fmtp:63 111/111',
    'a=rtpmap:9 G722/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:110 telephone-event/48000',
    'a=rtpmap:126 telephone-event/8000',
    '',
  ].join('\r\n');
const all = '111 63 9 0 8 110 126';

test.each([
  [all, undefined, 'PCMU', '0 8 126', 8_000],
  ['8 0 126', undefined, 'PCMA', '8 0 126', 8_000],
  [all, ['opus', 'PCMU'], 'opus', '111 110', 48_000],
  [all, ['PCMA'], 'PCMA', '8 126', 8_000],
  ['111 63 110 126', undefined, 'opus', '111 110', 48_000],
  ['111', undefined, 'opus', '111', 48_000],
] as const)(
  'of %s, ours being %s, %s is taken, and the library is shown %s',
  (types, codecs, codec, shown, clockHz) => {
    const offer = readBrowserOffer(offerOf(types), codecs);
    if (!offer.ok) throw new Error(offer.failure.detail);
    expect(offer.value.sound).toMatchObject({ codec, eventClockHz: clockHz });
    expect(offer.value.sdp).toContain(`m=audio 9 UDP/TLS/RTP/SAVPF ${shown}\r\n`);
    expect(offer.value.sound.parameters).toBe(codec === 'opus' ? 'minptime=10;useinbandfec=1' : '');
  },
);

test('what we speak with no browser is refused', () => {
  expect(readBrowserOffer(offerOf('63 9 126'))).toMatchObject({
    ok: false,
    failure: { reason: 'no-common-codec' },
  });
  expect(readBrowserOffer(offerOf('111'), ['PCMU'])).toMatchObject({ ok: false });
});
