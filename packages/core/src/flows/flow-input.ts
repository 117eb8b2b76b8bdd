import type { FaxOutcome } from '../faxes/fax-box.ts';
import type { DialFailure } from './dial-result.ts';
import type { OutsideAnswer } from './outside-request.ts';

/** What happens to a call in a flow. */
export type FlowInput =
  | { readonly kind: 'start' }
  /** A `speak` came to its end by itself. */
  | { readonly kind: 'speech-ended' }
  /** The caller begins to speak, and has spoken: `await-speech`. */
  | { readonly kind: 'speech-began' }
  | { readonly kind: 'utterance'; readonly wav: Uint8Array }
  | { readonly kind: 'digit'; readonly digit: string }
  | { readonly kind: 'timer' }
  /** What an `ask` came to; one of an earlier `ask` is passed over. */
  | { readonly kind: 'answer'; readonly askId: number; readonly answer: OutsideAnswer }
  | { readonly kind: 'queue-left'; readonly cause: 'full' | 'timeout' }
  | { readonly kind: 'agent-unavailable' }
  | { readonly kind: 'group-unanswered' }
  | { readonly kind: 'rule-missing' }
  | { readonly kind: 'dial-failed'; readonly why: DialFailure }
  | { readonly kind: 'message-left'; readonly outcome: 'left' | 'nothing' | 'full' }
  | { readonly kind: 'callback-offered'; readonly outcome: 'accepted' | 'declined' | 'none' }
  | { readonly kind: 'fax-received'; readonly outcome: FaxOutcome }
  /** Of `site-flow`; `here`: the site is this node's own. */
  | { readonly kind: 'site-left'; readonly outcome: 'here' | 'returned' | 'unreachable' | 'lost' }
  | { readonly kind: 'party-answered' }
  | { readonly kind: 'party-failed'; readonly why: DialFailure }
  /** Hung up, or its line was lost. */
  | { readonly kind: 'party-left'; readonly party: string }
  /** The caller hung up, or an agent or outside number took the call out of the flow. */
  | { readonly kind: 'call-left' };
