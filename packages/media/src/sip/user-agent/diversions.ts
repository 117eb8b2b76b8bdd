/**
 * Where a call was before it came to whoever rings now: History-Info (RFC 7044), and the older Diversion (RFC 5806) that most
 * carriers still read. Both are written; the newer is believed where both came.
 */
import type { NameAddr } from '../message/name-addr.ts';
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
  const history = request.nameAddrs('History-Info');
  if (history !== undefined && history.length > 0) {
    const found = diversionsIn(history);
    if (found.length > 0) return found;
  }
  const diverted = request.nameAddrs('Diversion');
  if (diverted === undefined || diverted.length === 0) return straight;
  // RFC 5806 §4.1: the latest stands first.
  return diverted.toReversed().map((entry) => {
    const reason = paramOf(entry.params, 'reason')?.toLowerCase() ?? '';
    return { from: partyOf(entry), cause: causes[reason] ?? causeDefault };
  });
}

const straight: readonly SipDiversion[] = [];

function diversionsIn(history: readonly NameAddr[]): SipDiversion[] {
  const found: SipDiversion[] = [];
  for (const [index, entry] of history.entries()) {
    // RFC 4458 §2: the URI a call was sent on to says why it left the one before.
    const cause = entry.uri.kind === 'sip' ? Number(uriParam(entry.uri, 'cause')) : Number.NaN;
    const before = history[index - 1];
    if (before && Number.isInteger(cause)) found.push({ from: partyOf(before), cause });
  }
  return found;
}

/** `uriOf` writes a stop as a URI; `target` is whom the call goes to now. */
export function diversionLines(
  stops: readonly SipDiversion[],
  target: string,
  uriOf: (stop: SipDiversion) => string,
): string {
  if (stops.length === 0) return '';
  let history = '';
  let diverted = '';
  // RFC 7044 §10.3: each hop lengthens the index; `mp` names the entry it was sent on from.
  let index = '1';
  for (let depth = 0; depth <= stops.length; depth++) {
    const stop = stops[depth];
    const uri = stop ? uriOf(stop) : target;
    if (depth === 0) history = `<${uri}>;index=1`;
    else {
      history += `, <${uri};cause=${stops[depth - 1]!.cause}>;index=${index}.1;mp=${index}`;
      index += '.1';
    }
    // RFC 5806 §4.1: the latest stands first.
    if (stop) diverted = headerLine('Diversion', `<${uri}>;reason=${reasonFor(stop.cause)}`) + diverted;
  }
  return headerLine('History-Info', history) + diverted;
}

function reasonFor(cause: number): string {
  for (const reason in causes) if (causes[reason] === cause) return reason;
  return 'unknown';
}
