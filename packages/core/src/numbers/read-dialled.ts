/** what an agent's keys mean: a colleague's extension, or a number outside, with or without a prefix before it. */

export type Dialled =
  | { readonly kind: 'extension' }
  | { readonly kind: 'outside'; readonly number: string }
  /** No extension, and the prefix that leads outside is missing. */
  | { readonly kind: 'prefix-missing' };

export function readDialled(
  dialled: string,
  prefix: string,
  isExtension: (number: string) => boolean,
): Dialled {
  // E.164 with its plus cannot be an extension; contacts and links carry it, and nobody keys it.
  if (dialled.startsWith('+')) return { kind: 'outside', number: dialled };
  if (prefix !== '' && dialled.startsWith(prefix) && dialled.length > prefix.length)
    return { kind: 'outside', number: dialled.slice(prefix.length) };
  if (isExtension(dialled)) return { kind: 'extension' };
  return prefix === '' ? { kind: 'outside', number: dialled } : { kind: 'prefix-missing' };
}
