/** What a ladder never keeps: proofs of identity, and the digits of a caller who was promised that nobody keeps them. */

/** RFC 3261 §7.3.1: a value goes on in lines that begin with blank. */
const proofs = /^((?:proxy-)?authorization[ \t]*:)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim;

/** As long as before where digits are hidden, so that Content-Length stays true; the same octets where there is nothing to hide. */
export function maskMessage(octets: Buffer, hidesDigits: boolean): Buffer {
  // RFC 3261 §22: only requests prove anything; most of them need not.
  if (octets.toString('latin1', 0, response.length) === response) return octets;
  // Octet for character: what is not looked for comes out as it went in.
  const text = octets.toString('latin1');
  const proven = /horization/i.test(text) ? text.replace(proofs, '$1 (not kept)') : text;
  const masked = hidesDigits && text.startsWith('INFO ') ? maskDigits(proven) : proven;
  return masked === text ? octets : Buffer.from(masked, 'latin1');
}

const response = 'SIP/2.0';

function maskDigits(info: string): string {
  const bodyAt = info.indexOf('\r\n\r\n') + 4;
  if (bodyAt < 4) return info;
  const body = info.slice(bodyAt);
  const masked = /^\s*signal\s*=/im.test(body)
    ? body.replace(/^(\s*signal\s*=\s*)(\S+)/gim, (_, name: string, digit: string) => name + stars(digit))
    : body.replace(/\S+/g, stars);
  return info.slice(0, bodyAt) + masked;
}

const stars = (digits: string) => '*'.repeat(digits.length);
