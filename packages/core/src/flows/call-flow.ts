/**
 * A call flow as data: steps by key, each naming the next. What a step means is in the interpreter beside this file; what
 * a flow must satisfy before it is saved is in `check-flow.ts`.
 */
import type { AgentId, FlowId, PromptId, QueueId } from '../kernel/ids.ts';
import type { LocalText } from '../kernel/locale.ts';
import type { WorkingPeriod } from '../numbers/inbound-rule.ts';
import type { ConferenceAct } from './conference-act.ts';

export interface CallFlow {
  readonly id: FlowId;
  readonly name: string;
  /** Counts publications; 0 is a draft never published. */
  readonly version: number;
  readonly start: StepKey;
  readonly steps: Readonly<Record<StepKey, FlowStep>>;
}

/** Names a step within its flow: `[a-z][a-z0-9-]{0,39}`. */
export type StepKey = string;

/** Something said: a stored prompt, or a text spoken by synthesis. `{name}` in a text is a variable's value. */
export type Utterance =
  | { readonly kind: 'prompt'; readonly promptId: PromptId }
  | { readonly kind: 'text'; readonly text: LocalText };

export type FlowStep =
  | PlayStep
  | SayStep
  | MenuStep
  | GatherStep
  | RecordStep
  | SetStep
  | BranchStep
  | TimeStep
  | EnqueueStep
  | AgentStep
  | DialStep
  | InvitePartyStep
  | ChangePartyStep
  | ConferStep
  | HangUpStep;
export type StepKind = FlowStep['kind'];

interface Titled {
  /** What the tenant calls this step; shown in the call's menu path. */
  readonly title?: string;
}

/** D-03, D-21: stored prompts to their end; keys are ignored. */
export interface PlayStep extends Titled {
  readonly kind: 'play';
  readonly prompts: readonly PromptId[];
  readonly next: StepKey;
}

export interface SayStep extends Titled {
  readonly kind: 'say';
  readonly text: LocalText;
  readonly next: StepKey;
}

/** D-20: one key, each with its branch; an undefined key is answered by `invalid` and the menu again. */
export interface MenuStep extends Titled {
  readonly kind: 'menu';
  readonly welcome: readonly Utterance[];
  readonly prompt: readonly Utterance[];
  readonly invalid: readonly Utterance[];
  /** Key (`0`–`9`, `*`, `#`) to step, with the label shown in the menu path. */
  readonly choices: Readonly<Record<string, MenuChoice>>;
  readonly timeoutMs: number;
  /** Rounds of prompt before `otherwise` is taken. */
  readonly attempts: number;
  readonly otherwise: StepKey;
}

export interface MenuChoice {
  readonly label: string;
  readonly next: StepKey;
}

/** D-04, D-05: digits into a variable. `*` clears, `#` or the timeout ends (not in `single`, where every key counts). */
export interface GatherStep extends Titled {
  readonly kind: 'gather';
  readonly prompt: readonly Utterance[];
  readonly variable: string;
  readonly length:
    | { readonly kind: 'single' }
    | { readonly kind: 'fixed'; readonly digits: number }
    | { readonly kind: 'variable'; readonly digitsMax: number };
  readonly timeoutMs: number;
  readonly next: StepKey;
  /** Taken when nothing was entered; `next` where absent. */
  readonly onEmpty?: StepKey;
  /** Card data and the like: while it is keyed nothing is recorded, and its digits stand nowhere. Flows may use the variable. */
  readonly isSecret?: boolean;
}

/** From here on the call is recorded, or is not, whatever its queue says. */
export interface RecordStep extends Titled {
  readonly kind: 'record';
  readonly isRecorded: boolean;
  readonly next: StepKey;
}

/** Sets a variable; `{name}` in the value is replaced. `language` is a variable like others and decides what is spoken. */
export interface SetStep extends Titled {
  readonly kind: 'set';
  readonly variable: string;
  readonly value: string;
  readonly next: StepKey;
}

/** By a variable's value, first case that fits. Known from the start: `caller`, `called`, `language`. */
export interface BranchStep extends Titled {
  readonly kind: 'branch';
  readonly variable: string;
  readonly cases: readonly {
    readonly test: 'equals' | 'starts-with' | 'longer-than' | 'is-empty';
    readonly value: string;
    readonly next: StepKey;
  }[];
  readonly otherwise: StepKey;
}

export interface TimeStep extends Titled {
  readonly kind: 'time';
  readonly periods: readonly WorkingPeriod[];
  readonly inside: StepKey;
  readonly outside: StepKey;
}

/** F-01: waits for an agent of the queue. The call leaves the flow when one answers. */
export interface EnqueueStep extends Titled {
  readonly kind: 'enqueue';
  readonly queueId: QueueId;
  /** Queue full (F-25), or waited as long as the queue allows; the queue's own outcome where absent. */
  readonly onFull?: StepKey;
  readonly onTimeout?: StepKey;
}

/** Rings one agent. */
export interface AgentStep extends Titled {
  readonly kind: 'agent';
  readonly agentId: AgentId;
  readonly ringTimeoutMs: number;
  readonly onUnavailable: StepKey;
}

/** D-02: an outside number over the node's trunk. */
export interface DialStep extends Titled {
  readonly kind: 'dial';
  readonly number: string;
  /** The caller number shown; the dialled DID where absent. */
  readonly callerNumber?: string;
  readonly ringTimeoutMs: number;
  readonly onFailed: StepKey;
}

/**
 * D-08: dials an outside number as a further party of this call, known by a name from then on; the caller stays in the flow.
 * A step that hands the caller on hangs the parties up, and so does the caller's leaving.
 */
export interface InvitePartyStep extends Titled {
  readonly kind: 'invite-party';
  readonly party: string;
  readonly number: string;
  /** As in a dial step. */
  readonly callerNumber?: string;
  readonly ringTimeoutMs: number;
  /** Talks with the others at once; else it waits with music until it is let in. */
  readonly isLetIn: boolean;
  readonly next: StepKey;
  readonly onFailed: StepKey;
}

/** D-08: one named party is let into the conference, kept out of it with music, or hung up; the others go on. */
export interface ChangePartyStep extends Titled {
  readonly kind: 'change-party';
  readonly party: string;
  readonly act: ConferenceAct;
  readonly next: StepKey;
  /** It never came, or has gone; `next` where absent. */
  readonly onAbsent?: StepKey;
}

/** D-08: caller and parties talk; the caller's keys lead on, and the conference goes on meanwhile. */
export interface ConferStep extends Titled {
  readonly kind: 'confer';
  readonly choices: Readonly<Record<string, MenuChoice>>;
  /** So long at most. */
  readonly lastsMs: number;
  /** Taken when the time is over, or nobody is left but the caller. */
  readonly next: StepKey;
}

export interface HangUpStep extends Titled {
  readonly kind: 'hang-up';
  readonly say: readonly Utterance[];
}

/** The steps a step may lead to, with the name of the field that says so. */
export function nextSteps(step: FlowStep): readonly { readonly field: string; readonly to: StepKey }[] {
  switch (step.kind) {
    case 'play':
    case 'say':
    case 'record':
    case 'set':
      return [{ field: 'next', to: step.next }];
    case 'menu':
      return [...choicesOf(step), { field: 'otherwise', to: step.otherwise }];
    case 'gather':
      return [
        { field: 'next', to: step.next },
        ...(step.onEmpty === undefined ? [] : [{ field: 'onEmpty', to: step.onEmpty }]),
      ];
    case 'branch':
      return [
        ...step.cases.map((one, index) => ({ field: `cases.${index}`, to: one.next })),
        { field: 'otherwise', to: step.otherwise },
      ];
    case 'time':
      return [
        { field: 'inside', to: step.inside },
        { field: 'outside', to: step.outside },
      ];
    case 'enqueue':
      return [
        ...(step.onFull === undefined ? [] : [{ field: 'onFull', to: step.onFull }]),
        ...(step.onTimeout === undefined ? [] : [{ field: 'onTimeout', to: step.onTimeout }]),
      ];
    case 'agent':
      return [{ field: 'onUnavailable', to: step.onUnavailable }];
    case 'dial':
      return [{ field: 'onFailed', to: step.onFailed }];
    case 'invite-party':
      return [
        { field: 'next', to: step.next },
        { field: 'onFailed', to: step.onFailed },
      ];
    case 'change-party':
      return [
        { field: 'next', to: step.next },
        ...(step.onAbsent === undefined ? [] : [{ field: 'onAbsent', to: step.onAbsent }]),
      ];
    case 'confer':
      return [...choicesOf(step), { field: 'next', to: step.next }];
    case 'hang-up':
      return [];
  }
}

function choicesOf({ choices }: MenuStep | ConferStep): { readonly field: string; readonly to: StepKey }[] {
  return Object.entries(choices).map(([key, choice]) => ({ field: `choices.${key}`, to: choice.next }));
}
