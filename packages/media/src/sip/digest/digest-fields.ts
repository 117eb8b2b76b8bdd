/** `Digest name=value, name="value"…`: credentials and challenges taken apart (RFC 7616 §3.3, §3.4). */
import { codeOf, Scanner } from '../message/scanner.ts';

export type DigestFields = ReadonlyMap<string, string>;

/** Undefined for another scheme, and for what cannot be read. */
export function parseDigestFields(text: string): DigestFields | undefined {
  const scanner = new Scanner(text);
  scanner.skipBlank();
  if (scanner.token().toLowerCase() !== 'digest') return undefined;
  scanner.skipBlank();
  const fields = new Map<string, string>();
  do {
    const name = scanner.token().toLowerCase();
    if (name === '' || !scanner.take(61)) return undefined;
    const value = scanner.peek() === codeOf.quote ? scanner.quoted() : scanner.word();
    if (value === undefined || fields.has(name)) return undefined;
    fields.set(name, value);
  } while (scanner.take(codeOf.comma));
  return scanner.isAtEnd ? fields : undefined;
}
