/**
 * What a field of a step may hold, as data. Everybody reads the same: contracts make its schema of it, the check its
 * references, the designer its form, and the compiler the step's type. A new kind of step needs no new kind of field.
 */
import type { ConnectorId, ConnectorKind } from '../connectors/connector.ts';
import type { ExtensionId } from '../extensions/extension.ts';
import type { CalendarId } from '../numbers/calendar.ts';
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
import type { LocalText } from '../kernel/locale.ts';
import type { WorkingPeriod } from '../numbers/inbound-rule.ts';

/** Names a step within its flow: `[a-z][a-z0-9-]{0,39}`. */
export type StepKey = string;

/** Something said: a stored prompt, or a text spoken by synthesis. `{name}` in a text is a variable's value. */
export type Utterance =
  | { readonly kind: 'prompt'; readonly promptId: PromptId }
  | { readonly kind: 'text'; readonly text: LocalText };

export interface MenuChoice {
  readonly label: string;
  readonly next: StepKey;
}

/** How many keys a collection takes. */
export type DigitsLength =
  | { readonly kind: 'single' }
  | { readonly kind: 'fixed'; readonly digits: number }
  | { readonly kind: 'variable'; readonly digitsMax: number };

export type FieldShape =
  /** Where a call goes on. `isWayOn`: a step put between two others leads on by it. */
  | { readonly type: 'target'; readonly isWayOn: boolean }
  | { readonly type: 'speech' }
  | { readonly type: 'prompts' }
  | { readonly type: 'local-text' }
  /** What a caller may say, several told apart by commas. */
  | { readonly type: 'phrases' }
  | {
      readonly type:
        'queue' | 'agent' | 'flow' | 'site' | 'mailbox' | 'ring-group' | 'calendar' | 'fax-box' | 'extension';
    }
  /** `kinds`: those that can be asked what the step asks. */
  | { readonly type: 'connector'; readonly kinds: readonly ConnectorKind[] }
  | { readonly type: 'variable' }
  /** `isExpanded`: `{name}` in it is a variable's value. */
  | { readonly type: 'text'; readonly atLeast: number; readonly atMost: number; readonly isExpanded: boolean }
  /** In the language of `expression.ts`. `kept`: its value stays, where a secret's may not; `asked`: only the way depends on it. */
  | { readonly type: 'expression'; readonly use: 'kept' | 'asked' }
  | { readonly type: 'flag' }
  | { readonly type: 'count'; readonly atLeast: number; readonly atMost: number }
  | { readonly type: 'duration'; readonly atLeastMs: number; readonly atMostMs: number }
  | { readonly type: 'one-of'; readonly values: readonly string[] }
  | { readonly type: 'length' }
  | { readonly type: 'choices' }
  | { readonly type: 'periods' }
  /** Rows of fields; a row's own way on is called `next`. */
  | { readonly type: 'rows'; readonly fields: Fields; readonly atLeast: number; readonly atMost: number };

declare const held: unique symbol;

/** A field of this shape; `fresh` is what it holds in a step just drawn. */
export type Field<Value = unknown> = FieldShape & {
  readonly isOptional: boolean;
  readonly fresh: unknown;
  readonly [held]?: Value;
};
export type OptionalField<Value> = Field<Value> & { readonly isOptional: true };
export type Fields = Readonly<Record<string, Field>>;

type NamesOf<All extends Fields, Wanted> = {
  [Name in keyof All]: All[Name] extends { readonly isOptional: true } ? Wanted : Name;
};
type Required<All extends Fields> = NamesOf<All, never>[keyof All];
type ValueIn<One> = One extends { readonly [held]?: infer Value } ? Exclude<Value, undefined> : never;

/** What fields hold together. */
export type Held<All extends Fields> = {
  readonly [Name in Required<All>]: ValueIn<All[Name]>;
} & {
  readonly [Name in Exclude<keyof All, Required<All>>]?: ValueIn<All[Name]>;
};

function field<Value>(shape: FieldShape, fresh: Value): Field<Value> & { readonly isOptional: false } {
  return { ...shape, isOptional: false, fresh };
}

/** Absent from a step just drawn. */
export function optional<Value>(one: Field<Value>): OptionalField<Value> {
  return { ...one, isOptional: true, fresh: undefined };
}

export const target = () => field<StepKey>({ type: 'target', isWayOn: false }, '');
export const wayOn = () => field<StepKey>({ type: 'target', isWayOn: true }, '');
/** Taken when the step cannot do what it should; the flow's own error branch where absent. */
export const onError = () => optional(target());
export const speech = (isBegun: 'begun' | 'empty' = 'empty') =>
  field<readonly Utterance[]>({ type: 'speech' }, isBegun === 'begun' ? [{ kind: 'text', text: {} }] : []);
export const prompts = () => field<readonly PromptId[]>({ type: 'prompts' }, []);
export const localText = () => field<LocalText>({ type: 'local-text' }, {});
export const phrases = () => field<LocalText>({ type: 'phrases' }, {});
export const queue = () => field<QueueId>({ type: 'queue' }, '' as QueueId);
export const agent = () => field<AgentId>({ type: 'agent' }, '' as AgentId);
export const mailbox = () => field<MailboxId>({ type: 'mailbox' }, '' as MailboxId);
export const ringGroup = () => field<RingGroupId>({ type: 'ring-group' }, '' as RingGroupId);
export const calendar = () => field<CalendarId>({ type: 'calendar' }, '' as CalendarId);
export const faxBox = () => field<FaxBoxId>({ type: 'fax-box' }, '' as FaxBoxId);
export const extension = () => field<ExtensionId>({ type: 'extension' }, '' as ExtensionId);
export const flow = () => field<FlowId>({ type: 'flow' }, '' as FlowId);
export const site = () => field<SiteId>({ type: 'site' }, '' as SiteId);
export const connector = (kinds: readonly ConnectorKind[]) =>
  field<ConnectorId>({ type: 'connector', kinds }, '' as ConnectorId);
export const variable = (fresh: string) => field<string>({ type: 'variable' }, fresh);
export const text = (atLeast: number, atMost: number) =>
  field<string>({ type: 'text', atLeast, atMost, isExpanded: false }, '');
export const expandedText = (atLeast: number, atMost: number) =>
  field<string>({ type: 'text', atLeast, atMost, isExpanded: true }, '');
export const expression = (use: 'kept' | 'asked') => field<string>({ type: 'expression', use }, '');
export const flag = (fresh: boolean) => field<boolean>({ type: 'flag' }, fresh);
export const count = (atLeast: number, atMost: number, fresh: number) =>
  field<number>({ type: 'count', atLeast, atMost }, fresh);
export const duration = (atLeastMs: number, atMostMs: number, freshMs: number) =>
  field<number>({ type: 'duration', atLeastMs, atMostMs }, freshMs);
export const oneOf = <const Value extends string>(values: readonly Value[], fresh: NoInfer<Value>) =>
  field<Value>({ type: 'one-of', values }, fresh);
export const length = () => field<DigitsLength>({ type: 'length' }, { kind: 'variable', digitsMax: 20 });
export const choices = (fresh: Readonly<Record<string, MenuChoice>>) =>
  field<Readonly<Record<string, MenuChoice>>>({ type: 'choices' }, fresh);
export const periods = () =>
  field<readonly WorkingPeriod[]>({ type: 'periods' }, [
    { days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' },
  ]);
export const rows = <const Row extends Fields>(fields: Row, atLeast: number, atMost: number) =>
  field<readonly Held<Row>[]>(
    { type: 'rows', fields, atLeast, atMost },
    Array.from({ length: Math.min(atLeast, 1) }, () => freshOf(fields) as Held<Row>),
  );

/** What fields hold in a step just drawn that is to lead on to `next`, or nowhere yet. */
export function freshOf(fields: Fields, next: StepKey = ''): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, one]) => {
      const value = one.type === 'target' && one.isWayOn && next !== '' ? next : one.fresh;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
