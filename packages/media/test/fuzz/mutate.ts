/** Octets like others, but not quite: what a fuzzer tries next. */
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import { anomalyOf } from './sip-anomalies.ts';

const tokens: readonly Buffer[] = [
  '\r\n',
  '\r\n\r\n',
  '\r\n ',
  ':',
  ';',
  ',',
  '<',
  '>',
  '"',
  '\\',
  '=',
  '@',
  '[',
  ']',
  '%',
  '%00',
  ' ',
  '\t',
  '\0',
  '/',
  '?',
  '*',
  'sip:',
  'sips:',
  'tel:',
  'SIP/2.0',
  'Content-Length: ',
  'l:',
  'Via: ',
  'm=audio ',
  'a=rtpmap:',
  'a=fmtp:',
  'c=IN IP6 ',
  'a=crypto:',
  '4294967296',
  '-1',
  '65536',
  ';tag=',
  ';branch=',
  ';lr',
  'multipart/mixed;boundary=',
  'qop=auth-int',
  'nc=',
].map((text) => Buffer.from(text, 'latin1'));

const octetsMax = 65_000;

export function mutated(octets: Buffer, other: Buffer, random: Random): Buffer {
  if (randomInteger(random, 6) === 0 && octets.includes('\r\n\r\n'))
    return anomalyOf(octets.toString(), random);
  let made: Buffer = Buffer.from(octets);
  const steps = 1 + randomInteger(random, 6);
  for (let step = 0; step < steps; step++) made = changedOnce(made, other, random);
  return made.length > octetsMax ? made.subarray(0, octetsMax) : made;
}

function changedOnce(octets: Buffer, other: Buffer, random: Random): Buffer {
  const at = randomInteger(random, octets.length + 1);
  const end = Math.min(octets.length, at + 1 + randomInteger(random, 24));
  const [before, within, after] = [octets.subarray(0, at), octets.subarray(at, end), octets.subarray(end)];
  switch (randomInteger(random, 8)) {
    case 0: {
      const flipped = Buffer.from(octets);
      if (at < flipped.length) flipped[at]! ^= 1 << randomInteger(random, 8);
      return flipped;
    }
    case 1: {
      const set = Buffer.from(octets);
      if (at < set.length) set[at] = randomInteger(random, 256);
      return set;
    }
    case 2:
      return Buffer.concat([before, tokens[randomInteger(random, tokens.length)]!, octets.subarray(at)]);
    case 3:
      return Buffer.concat([before, tokens[randomInteger(random, tokens.length)]!, after]);
    case 4:
      return Buffer.concat([before, after]);
    case 5:
      return Buffer.concat([
        before,
        ...Array.from({ length: 2 + randomInteger(random, 200) }, () => within),
        after,
      ]);
    case 6: {
      const from = randomInteger(random, other.length + 1);
      return Buffer.concat([before, other.subarray(from, from + randomInteger(random, 80)), after]);
    }
    default:
      return Buffer.from(before);
  }
}
