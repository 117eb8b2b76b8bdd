/**
 * How long a session lasts without a sign of life, and who gives it (RFC 4028): what is asked for, what is answered, what
 * both have agreed. Reads and writes fields; `session-timer` keeps the time.
 */
import { sipSessionSecondsDefault, sipSessionSecondsMin } from '../../limits.ts';
import { hasOption } from '../message/option-tags.ts';
import { decimalOf, paramOf, Scanner } from '../message/scanner.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';

export interface SessionTerms {
  readonly intervalSeconds: number;
  readonly refresher: 'us' | 'them';
}

/** What we ask for; raised by a 422. */
export interface WantedInterval {
  readonly intervalSeconds: number;
  readonly minSeconds: number;
}

export const usualInterval: WantedInterval = {
  intervalSeconds: sipSessionSecondsDefault,
  minSeconds: sipSessionSecondsMin,
};

/** The lines of an INVITE, re-INVITE or UPDATE of ours. `refresher` as it stands; absent in a first INVITE, whose UAS chooses. */
export function askedLines(wanted: WantedInterval, refresher?: SessionTerms['refresher']): string {
  // RFC 4028 §7.4: a refresh names the refresher as it is, seen from this request.
  const role = refresher === undefined ? '' : `;refresher=${refresher === 'us' ? 'uac' : 'uas'}`;
  // RFC 4028 §5: absent, Min-SE is 90 seconds.
  const min = wanted.minSeconds === smallestMinSe ? '' : `Min-SE: ${wanted.minSeconds}\r\n`;
  return `Session-Expires: ${wanted.intervalSeconds}${role}\r\n${min}`;
}

/** RFC 4028 §7.3: after a 422 the largest Min-SE seen is what we ask for. Undefined where that is nothing new. */
export function widened(wanted: WantedInterval, refusal: SipResponse): WantedInterval | undefined {
  const minSeconds = minSeOf(refusal);
  if (minSeconds === undefined || minSeconds <= wanted.minSeconds) return undefined;
  return { minSeconds, intervalSeconds: Math.max(wanted.intervalSeconds, minSeconds) };
}

/** What a 2xx to our request has agreed. */
export function agreedBy(answer: SipResponse, wanted: WantedInterval): SessionTerms {
  const found = sessionExpiresOf(answer);
  // RFC 4028 §7.2: where the other side knows no timers, the one who wants them refreshes alone.
  if (!found) return { intervalSeconds: wanted.intervalSeconds, refresher: 'us' };
  return { intervalSeconds: found.seconds, refresher: found.refresher === 'uas' ? 'them' : 'us' };
}

/** RFC 4028 §9: the lines of a 422, where a request asks for less than we bear. */
export function refusedInterval(request: SipRequest, wanted: WantedInterval): string | undefined {
  const asked = sessionExpiresOf(request);
  if (!asked || asked.seconds >= wanted.minSeconds) return undefined;
  // RFC 4028 §9: a 422 helps only those who know what it is about.
  return hasOption(request, 'Supported', 'timer') ? `Min-SE: ${wanted.minSeconds}\r\n` : undefined;
}

export type JudgedInterval =
  | { readonly isOk: true; readonly terms: SessionTerms; readonly lines: string }
  /** The lines of a 422. */
  | { readonly isOk: false; readonly lines: string };

/** RFC 4028 §9: what we answer to an INVITE, re-INVITE or UPDATE of theirs. */
export function judgeInterval(
  request: SipRequest,
  wanted: WantedInterval,
  refresher?: SessionTerms['refresher'],
): JudgedInterval {
  const refused = refusedInterval(request, wanted);
  if (refused !== undefined) return { isOk: false, lines: refused };
  const knowsTimers = hasOption(request, 'Supported', 'timer');
  const asked = sessionExpiresOf(request);
  const min = Math.max(wanted.minSeconds, minSeOf(request) ?? 0);
  // RFC 4028 §9: it may be shortened, not below Min-SE, and never made longer.
  const intervalSeconds = asked
    ? Math.min(asked.seconds, Math.max(wanted.intervalSeconds, min))
    : Math.max(wanted.intervalSeconds, min);
  // RFC 4028 §9, table 2: who does not know timers cannot refresh; whoever does may say who shall.
  const standing = refresher === undefined ? undefined : refresher === 'us' ? 'uas' : 'uac';
  const role = knowsTimers ? (asked?.refresher ?? standing ?? 'uac') : 'uas';
  // RFC 4028 §9: with refresher=uac the answer requires `timer`.
  const require = role === 'uac' ? 'Require: timer\r\n' : '';
  return {
    isOk: true,
    terms: { intervalSeconds, refresher: role === 'uas' ? 'us' : 'them' },
    lines: `Session-Expires: ${intervalSeconds};refresher=${role}\r\n${require}`,
  };
}

const smallestMinSe = 90;

function minSeOf(message: SipRequest | SipResponse): number | undefined {
  return secondsOf(message.field('Min-SE'))?.seconds;
}

function sessionExpiresOf(message: SipRequest | SipResponse) {
  return secondsOf(message.field('Session-Expires'));
}

/** `1800;refresher=uac` */
function secondsOf(
  text: string | undefined,
): { readonly seconds: number; readonly refresher: 'uac' | 'uas' | undefined } | undefined {
  if (text === undefined) return undefined;
  const scanner = new Scanner(text);
  scanner.skipBlank();
  const seconds = decimalOf(scanner.token());
  const params = scanner.params();
  if (seconds === undefined || seconds === 0 || params === undefined) return undefined;
  const role = paramOf(params, 'refresher')?.toLowerCase();
  return { seconds, refresher: role === 'uac' || role === 'uas' ? role : undefined };
}
