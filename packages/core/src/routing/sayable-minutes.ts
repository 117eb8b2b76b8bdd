/** An expected wait as it is said: no finer than it is known. 0: less than a minute. */
export function sayableMinutes(waitMs: number): number {
  const minutes = waitMs / 60_000;
  if (minutes < 0.75) return 0;
  const grain = minutes < 10 ? 1 : minutes < 30 ? 5 : 10;
  return Math.max(1, Math.round(minutes / grain) * grain);
}
