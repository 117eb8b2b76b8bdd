/** A number as logs may have it: enough to find a call again, too little to ring anybody. Extensions stay whole. */
export function maskNumber(number: string): string {
  if (number.length <= shownWhole) return number;
  const end = number.slice(-shownAtEnd);
  const start = number.slice(0, Math.max(0, Math.min(shownAtStart, number.length - shownAtEnd - shownWhole)));
  return start + '*'.repeat(number.length - start.length - end.length) + end;
}

const shownWhole = 4;
const shownAtStart = 3;
const shownAtEnd = 2;
