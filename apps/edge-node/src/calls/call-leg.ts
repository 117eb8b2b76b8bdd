/** One party's line in a call: its sound in the media engine, and the signalling that keeps it open. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { Leg, LegKey } from '@seatgrid/media/call/media-engine.ts';
import type { ReferRequest, Referral } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';

export interface CallLeg {
  readonly key: LegKey;
  readonly media: Leg;
  /** The far side put us on hold: its other party hears music. */
  readonly isHolding: boolean;
  /** The node that serves whoever is at its end, and writes what they do, where that is another than this. */
  readonly hostNodeId?: NodeId;
  /** What the other node has said of the end of its side, and whether the caller is to wait for somebody else. */
  readonly toldReason?: EndReason | undefined;
  readonly comesBack?: boolean;
  /** B-02: the flow that ran there has returned to ours. */
  readonly hasReturned?: boolean;
  /** Whoever is at its end serves the customer from now on, which another node may have to be told. */
  handedOver?(): void;
  /** What is known of the call, or who is in it and where, has changed: another node may have to be told. */
  dataChanged?(): void;
  partiesChanged?(): void;
  /** No more is heard from the listener's side; whoever takes the leg over names the next. */
  listener: LegListener;
  /** Ends the signalling (BYE, CANCEL or a final status) and the sound. Idempotent; the listener hears nothing more. */
  release(cause?: ReleaseCause): void;
}

export interface LegListener {
  onHold(leg: CallLeg): void;
  onDigit(leg: CallLeg, digit: string): void;
  /** The far side ended it, or it was lost, and may have said why. The leg's sound is already gone. */
  onGone(leg: CallLeg, by: 'remote' | 'timeout' | 'transport', why?: string): void;
  /** Its phone asks to send the other side elsewhere: the SIP status that answers it. */
  onRefer?(leg: CallLeg, request: ReferRequest, referral: Referral): number;
}

export interface ReleaseCause {
  /** Final status where the leg was never answered. */
  readonly status: number;
  /** Q.850 cause, or a SIP status from 200 on (RFC 3326). */
  readonly cause: number;
  readonly text: string;
}

export const normalRelease: ReleaseCause = { status: 480, cause: 16, text: 'Normal call clearing' };
/** RFC 3326 §1: a phone that hears this shows no missed call. */
export const elsewhereRelease: ReleaseCause = { status: 487, cause: 200, text: 'Call completed elsewhere' };
export const busyRelease: ReleaseCause = { status: 486, cause: 17, text: 'User busy' };
export const deafListener: LegListener = { onHold() {}, onDigit() {}, onGone() {} };
