/** Their UPDATE (RFC 3311 §5.2): refreshes the target, and may bring an offer, in an early dialog as in a confirmed one. */
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { headerLine } from '../message/write-message.ts';
import type { AgentCore, Outcome } from './agent-core.ts';

/** Whose offer waits for an answer; a new one has to wait for it. */
export type OpenOffer = 'none' | 'ours' | 'theirs';

/** RFC 3311 §5.2, RFC 3261 §14.2: come again within ten seconds. */
export function comeAgain(core: AgentCore): Outcome {
  return { status: 500, lines: headerLine('Retry-After', String(randomInteger(core.random, 11))) };
}

export function answerUpdate(
  core: AgentCore,
  request: SipRequest,
  openOffer: OpenOffer,
  answerOffer: (sdp: string) => string | number,
): Outcome {
  const { sdp } = request;
  if (sdp === '') return { status: 200 };
  // RFC 3311 §5.2: 491 where an offer of ours is open, 500 where one of theirs is.
  if (openOffer === 'ours') return { status: 491 };
  if (openOffer === 'theirs') return comeAgain(core);
  const answer = answerOffer(sdp);
  return typeof answer === 'string' ? { status: 200, body: answer } : { status: answer };
}
