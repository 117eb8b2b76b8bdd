/** What a ladder never keeps: proofs of identity, and the digits of a caller who was promised that nobody keeps them. */

/** RFC 3261 §7.3.1: a value goes on in lines that begin with blank. */
const proofs = /^((?:proxy-)?authorization[ \t]*:)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim;

/** As long as before where digits are hidden, so that Content-Length stays true; the same octets where there is nothing to hide. */
export function maskMessage(octets: Buffer, hidesDigits: boolean): Buffer {
  const mask = maskOf(octets, 0, octets.length, hidesDigits);
  return mask === null ? octets : Buffer.from(mask, 'latin1');
}

/** What is kept in place of the message from `from` to `to` in `block`, an octet a character; null: the message as it is. */
export function maskOf(block: Buffer, from: number, to: number, hidesDigits: boolean): string | null {
  // RFC 3261 §22: only requests prove anything; most of them need not.
  if (isResponse(block, from)) return null;
  // Octet for character: what is not looked for comes out as it went in.
  const text = block.toString('latin1', from, to);
  const proven = /horization/i.test(text) ? text.replace(proofs, '$1 (not kept)') : text;
  const masked = hidesDigits && text.startsWith('INFO ') ? maskDigits(proven) : proven;
  return masked === text ? null : masked;
}

/** `SIP/`: no method has a slash (RFC 3261 §25.1). */
function isResponse(block: Buffer, from: number): boolean {
  return (
    block[from + 3] === 0x2f && block[from] === 0x53 && block[from + 1] === 0x49 && block[from + 2] === 0x50
  );
}

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
