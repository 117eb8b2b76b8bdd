import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { expect, test } from 'vitest';
import { parseNameAddr } from './name-addr.ts';
import { decimalOf } from './scanner.ts';
import { parseUri } from './sip-uri.ts';
import { codesOf, usualDecimal, usualNameAddr, usualUri, usualVia, type CodedText } from './usual-form.ts';
import { parseVias } from './via.ts';

/** As it stands within a message: something before it, and something behind. */
const before = 'To: ';
const coded = (text: string): CodedText => {
  const whole = `${before}${text}\r\nSubject: <sip:x@y>;tag=z`;
  return { text: whole, codes: codesOf(whole), at: 0, port: undefined };
};
const placed = <Found>(text: string, read: (coded: CodedText, from: number, to: number) => Found): Found =>
  read(coded(text), before.length, before.length + text.length);
const wholeUri = (text: string) =>
  placed(text, (one, from, to) => {
    const uri = usualUri(one, from, to);
    return one.at === to ? uri : undefined;
  });

const readers = {
  URI: { usual: wholeUri, whole: parseUri },
  address: { usual: (text: string) => placed(text, usualNameAddr), whole: parseNameAddr },
  Via: {
    usual: (text: string) => placed(text, usualVia),
    whole: (text: string) => {
      const vias = parseVias(text, undefined);
      return vias?.length === 1 ? vias[0] : undefined;
    },
  },
  number: {
    usual: (text: string) =>
      placed(text, ({ codes }, from, to) => {
        const found = usualDecimal(codes, from, to, 6);
        return found < 0 ? undefined : found;
      }),
    whole: (text: string) => decimalOf(text),
  },
};

const usual = {
  URI: [
    'sip:+4930123456@198.51.100.7:5060;user=phone',
    'sip:trunk.example.com',
    'sip:100@pbx-1.example.com.;transport=tcp;lr',
  ],
  address: [
    '<sip:c1@127.0.10.2:5060>;tag=12345u1',
    '"Alice Adams" <sip:alice@example.com>;tag=a1',
    '"4930" <sip:4930@192.0.2.1;user=phone>',
    '<sip:2000@192.0.2.1:5062;transport=udp;ob>;expires=60;q=0.5',
  ],
  Via: [
    'SIP/2.0/UDP 127.0.10.2:5060;branch=z9hG4bK-1-2-3',
    'SIP/2.0/TLS sbc.example.com;rport;branch=z9hG4bKa1;alias',
    'SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK9;rport=5;received=192.0.2.4',
  ],
  number: ['0', '70', '007', '999999'],
};
type Kind = keyof typeof usual;
const kinds = Object.keys(usual) as Kind[];

test.each(kinds)(
  'a %s as nearly everybody writes it is read at once, and as the whole grammar has it',
  (kind) => {
    const { usual: atOnce, whole } = readers[kind];
    for (const text of usual[kind]) {
      expect(atOnce(text), text).toEqual(whole(text));
      expect(atOnce(text), text).toBeDefined();
    }
  },
);

test.each(kinds)('a mutilated %s is left to the whole grammar, or read as it reads it', (kind) => {
  const random = createSeededRandom(7);
  const { usual: atOnce, whole } = readers[kind];
  let read = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = mutilated(usual[kind][randomInteger(random, usual[kind].length)]!, (below) =>
      randomInteger(random, below),
    );
    // Values come without the blanks around them.
    if (text !== text.trim()) continue;
    const found = atOnce(text);
    if (found === undefined) continue;
    read++;
    expect(found, text).toEqual(whole(text));
  }
  expect(read).toBeGreaterThan(1_000);
});

function mutilated(text: string, draw: (below: number) => number): string {
  const pieces = '\t ;:,<>"@%[]/=?.-_+\\Aaz09\u00e9\u012c\u0000';
  let changed = text;
  for (let count = draw(3); count >= 0; count--) {
    const at = draw(changed.length + 1);
    const piece = draw(3) === 0 ? '' : pieces[draw(pieces.length)]!;
    changed = changed.slice(0, at) + piece + changed.slice(at + draw(2));
  }
  return changed;
}
