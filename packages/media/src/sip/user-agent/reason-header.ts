/** The Reason field (RFC 3326): why a dialog ended, in numbers of SIP or of the telephone network (Q.850). */
import { quote } from '../message/scanner.ts';
import { paramOf, Scanner } from '../message/scanner.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { headerLine, oneLine } from '../message/write-message.ts';

export interface SipReason {
  readonly cause: number;
  readonly text: string;
}

/** Causes below 128 are those of Q.850; SIP's start at 100 but only finals end anything. */
export function reasonLine(reason: SipReason): string {
  const protocol = reason.cause < 128 ? 'Q.850' : 'SIP';
  const text = reason.text === '' ? '' : `;text=${quote(oneLine(reason.text))}`;
  return headerLine('Reason', `${protocol};cause=${reason.cause}${text}`);
}

export function reasonOf(request: SipRequest): SipReason | undefined {
  const [value] = request.list('Reason');
  if (value === undefined) return undefined;
  const scanner = new Scanner(value);
  if (scanner.token() === '') return undefined;
  const params = scanner.params();
  const cause = Number(params && paramOf(params, 'cause'));
  return Number.isInteger(cause) ? { cause, text: (params && paramOf(params, 'text')) ?? '' } : undefined;
}
