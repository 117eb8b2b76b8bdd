/** A. K. Erlang's delay formula: what mean wait `agents` give a Poisson stream with exponential handling and endless patience. */
export function erlangMeanWaitMs(stream: {
  readonly agents: number;
  readonly callsPerHour: number;
  readonly handleMs: number;
}): number {
  const { agents, callsPerHour, handleMs } = stream;
  const load = (callsPerHour / 3_600_000) * handleMs;
  if (load >= agents) return Infinity;
  // Erlang B by its recursion, then C from B: no factorials, so no overflow.
  let blocked = 1;
  for (let servers = 1; servers <= agents; servers++) blocked = (load * blocked) / (servers + load * blocked);
  const waits = blocked / (1 - (load / agents) * (1 - blocked));
  return (waits * handleMs) / (agents - load);
}
