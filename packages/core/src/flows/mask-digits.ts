/** How many keys were pressed is all that is told of them. */
export function maskDigits(digits: string): string {
  return '*'.repeat(digits.length);
}
