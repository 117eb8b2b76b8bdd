/** Digits sent by INFO: `application/dtmf-relay` (Signal and Duration lines) and `application/dtmf` (the digit alone). */
import type { SipRequest } from '../message/sip-message.ts';

export interface InfoDigit {
  readonly digit: string;
  readonly durationMs: number;
}

const durationMsDefault = 160;
const durationMsMax = 10_000;
const named: Readonly<Record<string, string>> = {
  '10': '*',
  '11': '#',
  '12': 'A',
  '13': 'B',
  '14': 'C',
  '15': 'D',
};

/** Undefined where the body is no digit. */
export function readInfoDigit(request: SipRequest): InfoDigit | undefined {
  const type = request.contentType;
  if (type === 'application/dtmf') return digitOf(request.bodyText.trim(), durationMsDefault);
  if (type !== 'application/dtmf-relay') return undefined;
  let signal = '';
  let durationMs = durationMsDefault;
  for (const line of request.bodyText.split('\n')) {
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(0, equals)).trim().toLowerCase();
    const value = line.slice(equals + 1).trim();
    if (name === 'signal') signal = value;
    else if (name === 'duration' && /^\d{1,6}$/.test(value))
      durationMs = Math.min(Number(value), durationMsMax);
  }
  return digitOf(signal, durationMs);
}

function digitOf(signal: string, durationMs: number): InfoDigit | undefined {
  const digit = named[signal] ?? signal.toUpperCase();
  return /^[0-9*#A-D]$/.test(digit) ? { digit, durationMs } : undefined;
}
