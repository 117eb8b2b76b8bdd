/** The Reason field (RFC 3326): why a dialog ended, in numbers of SIP or of the telephone network (Q.850). */
import { paramOf, quote, Scanner } from '../message/scanner.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';
import { headerLine, oneLine } from '../message/write-message.ts';
import type { SipReason } from './sip-user-agent.ts';

/** Causes below 128 are those of Q.850; SIP's own are statuses, 200 among them: answered elsewhere (RFC 3326 §1). */
export function reasonLine(reason: SipReason): string {
  const protocol = reason.cause < 128 ? 'Q.850' : 'SIP';
  const text = reason.text === '' ? '' : `;text=${quote(oneLine(reason.text))}`;
  return headerLine('Reason', `${protocol};cause=${reason.cause}${text}`);
}

/** RFC 3326 §2: one value a protocol. The telephone network's says more than a SIP status that came with it. */
export function reasonOf(message: SipRequest | SipResponse): SipReason | undefined {
  let found: SipReason | undefined;
  for (const value of message.list('Reason')) {
    const scanner = new Scanner(value);
    const protocol = scanner.token().toLowerCase();
    const params = scanner.params();
    const cause = Number((params && paramOf(params, 'cause')) || Number.NaN);
    if (protocol === '' || !params || !Number.isInteger(cause)) continue;
    if (!found || protocol === 'q.850') found = { cause, text: paramOf(params, 'text') ?? '' };
  }
  return found;
}
