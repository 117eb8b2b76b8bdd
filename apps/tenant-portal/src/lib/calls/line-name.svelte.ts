import { say } from '#lib/words/say.svelte.ts';

/** `caller`, `agent-2`, `outside-3` in words; what is none of these is an address. */
export function lineName(leg: string): string {
  const [, kind, number] = /^(caller|agent|outside)(?:-(\d+))?$/.exec(leg) ?? [];
  if (kind === 'caller') return say('call.side.caller');
  if (kind === 'agent' || kind === 'outside') return say(`call.line.${kind}`, { number: number ?? '' });
  return leg;
}
