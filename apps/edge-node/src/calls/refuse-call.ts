/**
 * A call that is not taken: counted, and told why where that is possible. The caller hears a sentence before the final status
 * (early media, free of charge), then 486 or 503 (RFC 3261 §21).
 */
import { maskNumber } from '@seatgrid/core/numbers/mask-number.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { MediaCall } from '@seatgrid/media/call/media-engine.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { refusalSpeechMaxMs, refusalsSpokenAtOnceMax, retryAfterSeconds } from '../limits.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import { announcement, type Announcement } from './announcements.ts';
import type { CallServices } from './call-services.ts';
import type { Exchange } from './exchange.ts';

export type RefusalReason = (EventFacts & { kind: 'call.refused' })['reason'];

export interface Refusal {
  readonly tenant: TenantAtNode | null;
  readonly reason: RefusalReason;
  readonly fromNumber: string;
  readonly toNumber: string;
  /** Where it is to be tried instead. */
  readonly contact?: string;
}

/** One table from outcome to SIP answer. */
const answers: Readonly<
  Record<RefusalReason, { readonly status: number; readonly says: Announcement | null }>
> = {
  'quota-calls': { status: 486, says: 'busy' },
  // Nothing is said: RFC 3261 §21.5.4 lets the carrier try its next line, and it should do so at once.
  'trunk-full': { status: 503, says: null },
  'lines-busy': { status: 486, says: 'busy' },
  suspended: { status: 503, says: 'suspended' },
  'unknown-number': { status: 404, says: null },
  'no-route': { status: 404, says: null },
  overload: { status: 503, says: null },
  'no-common-codec': { status: 488, says: null },
  // RFC 3261 §21.6.2: the called party does not wish to take the call, and no other line of ours will: a caller is not charged.
  barred: { status: 603, says: null },
  // RFC 3261 §21.3.3: without Expires the address is good for this call alone.
  redirected: { status: 302, says: null },
};

let spokenNow = 0;

export function refuseCall(exchange: Exchange, invite: IncomingInvite, refusal: Refusal): void {
  const { services } = exchange;
  const { tenant, reason } = refusal;
  const callId = services.ids.next<'call'>();
  services.journal.record(tenant?.id ?? null, {
    kind: 'call.refused',
    callId,
    reason,
    fromNumber: refusal.fromNumber,
    toNumber: refusal.toNumber,
  });
  // A node that is full has better to do than to write so for every call: those are counted.
  if (reason !== 'overload') {
    services.ladders.refused(invite.sipCallId, callId);
    services.log.info(
      {
        callId,
        tenant: tenant?.tenant.slug ?? null,
        from: maskNumber(refusal.fromNumber),
        to: maskNumber(refusal.toNumber),
        reason,
        status: answers[reason].status,
      },
      'a call was refused',
    );
  }
  if (tenant) noticeRefusal(services, tenant, reason);
  const { status, says } = answers[reason];
  const { contact } = refusal;
  const reject = () => {
    // RFC 3261 §21.5.4: Retry-After would keep the carrier away from lines of ours that are free.
    if (reason === 'trunk-full') invite.reject(status, { reason: 'No Free Channel' });
    else if (contact !== undefined) invite.reject(status, { headers: { Contact: contact } });
    else invite.reject(status, status === 503 ? { retryAfterSeconds } : {});
    services.ladders.ended(callId);
  };
  if (!says || !tenant || invite.sdp === '' || spokenNow >= refusalsSpokenAtOnceMax) return reject();
  speakThen(services, { callId, tenant, says }, invite, reject);
}

/** What supervisors should see at once, as the tenant or its lines are at their limit. */
export function noticeRefusal(services: CallServices, tenant: TenantAtNode, reason: RefusalReason): void {
  if (reason === 'quota-calls' || reason === 'trunk-full' || reason === 'lines-busy')
    services.floor.notice(tenant, reason, null, null);
}

function speakThen(
  services: CallServices,
  { callId, tenant, says }: { callId: CallId; tenant: TenantAtNode; says: Announcement },
  invite: IncomingInvite,
  reject: () => void,
): void {
  const media = services.media.openCall(callId, { onDigit() {}, onSilent() {}, onRecorded() {} });
  if (media.kind === 'refused') return reject();
  const sdp = earlySdp(media, invite);
  if (sdp === undefined) {
    media.close();
    return reject();
  }
  spokenNow++;
  let isOver = false;
  const finish = (isStillThere: boolean) => {
    if (isOver) return;
    isOver = true;
    spokenNow--;
    cancel();
    media.close();
    invite.onCancelled = undefined;
    if (isStillThere) reject();
    else services.ladders.ended(callId);
  };
  const cancel = services.clock.after(refusalSpeechMaxMs, () => finish(true));
  invite.onCancelled = () => finish(false);
  invite.progress(183, sdp);
  void Promise.resolve(services.speech.parts(tenant, [announcement(says, tenant.locale)])).then((parts) => {
    if (!isOver) media.play('caller', { parts, isInterruptible: false, onEnded: () => finish(true) });
  });
}

function earlySdp(media: MediaCall, invite: IncomingInvite): string | undefined {
  const leg = media.openRtpLeg({ key: 'caller', natAddress: invite.flow.address });
  if (leg.kind === 'refused') return undefined;
  const answer = leg.answer(invite.sdp);
  return answer.ok ? answer.sdp : undefined;
}
