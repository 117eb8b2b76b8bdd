/**
 * The same text in memory of its own. One that was cut out of a message holds on to the whole message, and so does one put
 * together of such pieces: what is kept for longer than the message must not.
 */
export function ownText(text: string): string {
  if (text.length > shortChars) return Buffer.from(text).toString();
  return bench.toString('utf8', 0, bench.write(text));
}

/**
 * The same for one that was just put together of pieces, and ends with no blank: whatever looks through such a text lays it out in
 * memory of its own first, and from then on it holds on to none of them.
 */
export function laidOut(text: string): string {
  return text.trimEnd();
}

const shortChars = 300;
/** Where short ones are laid for a moment: three octets for each character at most. */
const bench = Buffer.alloc(3 * shortChars);
