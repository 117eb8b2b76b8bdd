/**
 * Where a call was before it came to whoever rings now: History-Info (RFC 7044), and the older Diversion (RFC 5806) that most
 * carriers still read. Both are written; the newer is believed where both came.
 */
import { formatNameAddr } from '../message/name-addr.ts';
import { paramOf } from '../message/scanner.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { uriParam } from '../message/sip-uri.ts';
import { headerLine } from '../message/write-message.ts';
import { partyOf } from './party-of.ts';
import type { SipDiversion } from './sip-user-agent.ts';

/** RFC 5806 §4 against RFC 4458 §2.4. */
const causes: Readonly<Record<string, number>> = {
  unconditional: 302,
  'user-busy': 486,
  'no-answer': 408,
  deflection: 480,
  unavailable: 503,
  'out-of-service': 404,
};
const causeDefault = 302;

/** The first stop first; empty where the call came straight. */
export function diversionsOf(request: SipRequest): readonly SipDiversion[] {
  const history = request.nameAddrs('History-Info') ?? [];
  const found: SipDiversion[] = [];
  for (const [index, entry] of history.entries()) {
    // RFC 4458 §2: the URI a call was sent on to says why it left the one before.
    const cause = entry.uri.kind === 'sip' ? Number(uriParam(entry.uri, 'cause')) : Number.NaN;
    const before = history[index - 1];
    if (before && Number.isInteger(cause)) found.push({ from: partyOf(before), cause });
  }
  if (found.length > 0) return found;
  // RFC 5806 §4.1: the latest stands first.
  return (request.nameAddrs('Diversion') ?? []).toReversed().map((entry) => {
    const reason = paramOf(entry.params, 'reason')?.toLowerCase() ?? '';
    return { from: partyOf(entry), cause: causes[reason] ?? causeDefault };
  });
}

/** `uriOf` writes a stop as a URI; `target` is whom the call goes to now. */
export function diversionLines(
  stops: readonly SipDiversion[],
  target: string,
  uriOf: (stop: SipDiversion) => string,
): string {
  if (stops.length === 0) return '';
  const uris = [...stops.map(uriOf), target];
  const entries = uris.map((uri, depth) => {
    const before = stops[depth - 1];
    // RFC 7044 §10.3: each hop lengthens the index; `mp` names the entry it was sent on from.
    const index = '1' + '.1'.repeat(depth);
    return before
      ? `<${uri};cause=${before.cause}>;index=${index};mp=${index.slice(0, -2)}`
      : `<${uri}>;index=1`;
  });
  let lines = headerLine('History-Info', entries.join(', '));
  for (const stop of stops.toReversed()) {
    const reason = Object.keys(causes).find((name) => causes[name] === stop.cause) ?? 'unknown';
    lines += headerLine('Diversion', `${formatNameAddr('', uriOf(stop))};reason=${reason}`);
  }
  return lines;
}
