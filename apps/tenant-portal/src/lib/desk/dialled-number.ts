/** What can be dialled of what a person typed or pasted: spaces, dashes and brackets are theirs, the rest must be a number. */
export function dialledNumber(typed: string): string | undefined {
  const bare = typed.replaceAll(/[\s().\-–·]/g, '').replace(/^00(?=[1-9])/, '+');
  return /^\+?[0-9*#]{2,20}$/.test(bare) ? bare : undefined;
}
