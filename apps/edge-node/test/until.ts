/** A condition awaited with a deadline: what tests use in place of sleeping. */
export async function until<Value>(
  what: string,
  probe: () => Value | undefined | false | null | Promise<Value | undefined | false | null>,
  deadlineMs = 20_000,
): Promise<Value> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false && found !== null) return found;
    if (performance.now() > endMs) throw new Error(`after ${deadlineMs} ms still waiting for ${what}`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}
