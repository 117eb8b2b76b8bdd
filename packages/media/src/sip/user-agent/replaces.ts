/** The dialog a Replaces names (RFC 3891 §6.1), and whether it is one that may be taken over (§3). */
import { dialogKey } from '../dialog/dialog-state.ts';
import { paramOf, Scanner } from '../message/scanner.ts';
import type { SipRequest } from '../message/sip-message.ts';
import type { AgentCore, Outcome } from './agent-core.ts';
import type { Dialog, OutgoingInvite } from './sip-user-agent.ts';

export interface ReplacesField {
  readonly callId: string;
  /** Ours, in what is meant for us. */
  readonly toTag: string;
  readonly fromTag: string;
  readonly isEarlyOnly: boolean;
}

/** `7743@atlanta.example.com;to-tag=12345;from-tag=54321;early-only` */
export function readReplaces(text: string): ReplacesField | undefined {
  const semicolon = text.indexOf(';');
  const callId = text.slice(0, Math.max(0, semicolon)).trim();
  const params = semicolon < 0 ? undefined : new Scanner(text, semicolon).params();
  const toTag = params && paramOf(params, 'to-tag');
  const fromTag = params && paramOf(params, 'from-tag');
  if (callId === '' || !toTag || !fromTag) return undefined;
  return { callId, toTag, fromTag, isEarlyOnly: paramOf(params, 'early-only') !== undefined };
}

/** The confirmed dialog of ours that is meant. */
export function findReplaced(core: AgentCore, field: ReplacesField): Dialog | undefined {
  const dialog = core.dialogs.get(dialogKey(field.toTag, field.fromTag))?.confirmed;
  return dialog?.sipCallId === field.callId ? dialog : undefined;
}

export type ReplacesVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly dialog: Dialog }
  | { readonly kind: 'ringing'; readonly invite: OutgoingInvite }
  | { readonly kind: 'refused'; readonly outcome: Outcome };

/** RFC 3891 §3, in its order. Whether the asker has a right to it is for the node to say. */
export function judgeReplaces(core: AgentCore, request: SipRequest): ReplacesVerdict {
  const text = request.field('Replaces');
  if (text === undefined) return { kind: 'none' };
  const field = readReplaces(text);
  if (!field) return { kind: 'refused', outcome: { status: 400, reason: 'Malformed Replaces' } };
  const dialog = findReplaced(core, field);
  // RFC 3891 §3: an early dialog is taken over where we began it, and then ends by CANCEL.
  const invite = core.dialogs.get(dialogKey(field.toTag, field.fromTag))?.ringing;
  if (invite?.sipCallId === field.callId) return { kind: 'ringing', invite };
  // RFC 3891 §3: no such dialog, or an early one that we did not begin.
  if (!dialog) return { kind: 'refused', outcome: { status: 481 } };
  if (dialog.isEnded) return { kind: 'refused', outcome: { status: 603 } };
  // RFC 3891 §3: answered meanwhile.
  if (field.isEarlyOnly) return { kind: 'refused', outcome: { status: 486 } };
  return { kind: 'found', dialog };
}
