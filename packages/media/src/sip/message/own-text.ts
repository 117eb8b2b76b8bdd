/**
 * The same text in memory of its own. One that was cut out of a message holds on to the whole message, and so does one put
 * together of such pieces: what is kept for longer than the message must not.
 */
export function ownText(text: string): string {
  return Buffer.from(text).toString();
}
