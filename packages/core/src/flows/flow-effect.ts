import type {
  AgentId,
  FaxBoxId,
  FlowId,
  MailboxId,
  PromptId,
  QueueId,
  RingGroupId,
  SiteId,
} from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import type { ConferenceAct } from './conference-act.ts';
import type { OutsideRequest } from './outside-request.ts';
import type { StepFault } from './step-fault.ts';
import type { StepKey } from './step-field.ts';
import type { Heard } from './walk.ts';

export type SpokenUtterance =
  | { readonly kind: 'prompt'; readonly promptId: PromptId }
  | { readonly kind: 'text'; readonly text: string; readonly locale: Locale };

/** What a flow wants done; `apps/edge-node/flows` does it. */
export type FlowEffect =
  | {
      readonly kind: 'speak';
      readonly utterances: readonly SpokenUtterance[];
      readonly isInterruptible: boolean;
    }
  | { readonly kind: 'stop-speech' }
  | { readonly kind: 'set-timer'; readonly delayMs: number }
  | { readonly kind: 'clear-timer' }
  /** Tells of what the caller says next, once. */
  | { readonly kind: 'await-speech'; readonly quietMs: number }
  | { readonly kind: 'stop-hearing' }
  /** Answered by an `answer` with the same id, within the time given. */
  | {
      readonly kind: 'ask';
      readonly askId: number;
      readonly request: OutsideRequest;
      readonly timeoutMs: number;
    }
  /** Nobody waits for the answer any longer. */
  | { readonly kind: 'cease-asking'; readonly askId: number }
  | {
      readonly kind: 'enqueue';
      readonly queueId: QueueId;
      readonly handlesFull: boolean;
      readonly handlesTimeout: boolean;
    }
  /** An inbound rule by its name decides what comes next. */
  | { readonly kind: 'go-to-rule'; readonly rule: string }
  | {
      readonly kind: 'ring-group';
      readonly ringGroupId: RingGroupId;
      /** Else what the group says comes next is done. */
      readonly handlesNoAnswer: boolean;
    }
  | { readonly kind: 'ring-agent'; readonly agentId: AgentId; readonly ringTimeoutMs: number }
  | {
      readonly kind: 'dial';
      readonly number: string;
      readonly callerNumber: string | null;
      readonly ringTimeoutMs: number;
    }
  /** The caller stays with the flow, which goes on when the party has answered or failed. */
  | {
      readonly kind: 'invite-party';
      readonly party: string;
      readonly number: string;
      readonly callerNumber: string | null;
      readonly ringTimeoutMs: number;
      readonly isLetIn: boolean;
    }
  | { readonly kind: 'change-party'; readonly party: string; readonly act: ConferenceAct }
  /** The caller comes back when it is over, and may have hung up before. */
  | { readonly kind: 'leave-message'; readonly mailboxId: MailboxId }
  /** The caller comes back with an answer, and may have hung up before. */
  | { readonly kind: 'offer-callback'; readonly queueId: QueueId }
  /** The same of a fax. */
  | { readonly kind: 'receive-fax'; readonly faxBoxId: FaxBoxId }
  /** The caller comes back when the flow there has returned, or whoever ran it is gone. */
  | { readonly kind: 'site-flow'; readonly siteId: SiteId; readonly flowId: FlowId }
  /** `hasReturned`: by a step that goes back to whoever called the flow. */
  | { readonly kind: 'hang-up'; readonly hasReturned?: true }
  /** What the caller keys from here on is kept by nobody, or may be kept again. */
  | { readonly kind: 'secret'; readonly isSecret: boolean }
  | { readonly kind: 'record'; readonly isRecorded: boolean }
  /** For who answers, and the record; a secret as stars. */
  | { readonly kind: 'collected'; readonly variable: string; readonly value: string }
  | { readonly kind: 'step'; readonly facts: StepFacts };

/** One step walked through, for the call's timeline (K-01). */
export interface StepFacts {
  readonly flowId: FlowId;
  readonly flowName: string;
  readonly flowVersion: number;
  readonly stepKey: StepKey;
  readonly stepKind: string;
  readonly title: string | null;
  readonly enteredAtMs: number;
  readonly outcome: string;
  readonly digits: string | null;
  readonly label: string | null;
  /** The field it was left by; null where the step has but one, or the call did not go on by it. */
  readonly exit: string | null;
  /** Why it went its error branch. */
  readonly fault: StepFault | null;
  /** D-17: variables it gave a value, as text, cut where long; a secret as stars. */
  readonly changes: Readonly<Record<string, string>>;
  /** D-19: absent where nothing was to be heard. */
  readonly heard?: readonly Heard[];
}
