/**
 * Messages that are wrong in one place and right in all others, as the PROTOS suite makes them: a valid message is taken apart
 * into lines, and lines into the pieces between their separators; one piece gives way to an anomaly, or one line is taken away,
 * doubled, folded or moved. Seeded: the same number always makes the same message.
 */
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';

/** What stands in place of one piece. */
const anomalies: readonly string[] = [
  '',
  ' ',
  '\t\t',
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\r\n ',
  '\r\n\r\n',
  '\u007f\u0080\u00ff',
  '\ufffd\u202e\ud83d\ude00',
  '-1',
  '0',
  '00000000000000000001',
  '2147483648',
  '4294967295',
  '4294967296',
  '18446744073709551616',
  '1e308',
  '0x7fffffff',
  'NaN',
  '%s%n%x%d',
  '%',
  '%0',
  '%00',
  '%zz',
  '%c0%80',
  '"',
  '\\',
  '"\\',
  '"unterminated',
  '<',
  '>',
  '<<>>',
  '<sip:',
  ';',
  ';;',
  ';=',
  ';a=;b==c',
  ',',
  ',,,',
  '=',
  '?a=b&c=d',
  '@',
  '@@',
  ':',
  '::',
  '[',
  ']',
  '[::1',
  '[::1]]',
  '[:::::::::]',
  '[fe80::1%25eth0]',
  '256.256.256.256',
  '0.0.0.0',
  '255.255.255.255',
  '*',
  '.',
  '..',
  '../../etc/passwd',
  'sip:',
  'sips:x',
  'tel:+1',
  'sip:sip:sip:x@y',
  'SIP/2.0',
  'SIP/3.0',
  'INVITE',
  '__proto__',
  'constructor',
  'toString',
  'z9hG4bK',
];

/** Long ones are made when they are wanted. */
const repeated: readonly string[] = [
  'A',
  ' ',
  '(',
  ')',
  '"',
  '\\',
  ';a',
  ';a=b',
  ',',
  '<',
  '%20',
  '\r\n ',
  '.',
  '9',
  ':',
  '\u00e9',
];
const lengths: readonly number[] = [2, 17, 64, 256, 1_024, 4_096, 8_192, 20_000];

const separators = /([\s:;,<>@="/?[\]().-]+)/;

export function anomalyOf(message: string, random: Random): Buffer {
  const headEnd = message.indexOf('\r\n\r\n');
  const lines = message.slice(0, headEnd).split('\r\n');
  const body = message.slice(headEnd);
  const at = randomInteger(random, lines.length);
  const roll = randomInteger(random, 20);
  if (roll === 0) lines.splice(at, 1);
  else if (roll === 1) lines.splice(at, 0, lines[at]!);
  else if (roll === 2) lines.push(...lines.splice(at, 1));
  else if (roll === 3) lines[at] = lines[at]!.replace(/[:;,= ]/g, (found) => `${found}\r\n\t`);
  else if (roll === 4) lines[at] = lines[at]!.replace(':', ' \t : \t ');
  else if (roll === 5)
    lines[at] = randomInteger(random, 2) === 0 ? lines[at]!.toLowerCase() : lines[at]!.toUpperCase();
  else if (roll === 6) lines.splice(at, 0, ...Array.from({ length: 300 }, () => lines[at]!));
  else if (roll === 7) return Buffer.from(message.slice(0, randomInteger(random, message.length)));
  else if (roll === 8) return Buffer.from(lines.join('\r\n') + changed(body, random));
  else lines[at] = changed(lines[at]!, random);
  return Buffer.from(lines.join('\r\n') + body);
}

function changed(line: string, random: Random): string {
  const pieces = line.split(separators);
  const at = randomInteger(random, pieces.length);
  const instead = pickAnomaly(random);
  if (randomInteger(random, 3) === 0) pieces.splice(at, 0, instead);
  else pieces[at] = instead;
  return pieces.join('');
}

function pickAnomaly(random: Random): string {
  if (randomInteger(random, 4) > 0) return anomalies[randomInteger(random, anomalies.length)]!;
  const unit = repeated[randomInteger(random, repeated.length)]!;
  return unit.repeat(lengths[randomInteger(random, lengths.length)]!).slice(0, 24_000);
}
