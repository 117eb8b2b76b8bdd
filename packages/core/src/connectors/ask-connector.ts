/** What a connector is asked and what it answers, whatever stands behind it. Performed in `adapters/connectors`. */
import type { Locale } from '../kernel/locale.ts';
import type { Result } from '../kernel/result.ts';

/** A value goes beside the text it belongs to, never into it: what a caller keys stays a value. */
export type BoundValues = Readonly<Record<string, string | null>>;

export type ConnectorRequest =
  | StatementRequest
  | ProcedureRequest
  | HttpRequest
  | SoapRequest
  | SocketRequest
  | MessageRequest
  | TranscribeRequest
  | SpeakRequest
  /** Whether it answers at all, and as what. */
  | { readonly kind: 'probe' };

/** SQL of the database’s own, with `:name` where a value stands. */
export interface StatementRequest {
  readonly kind: 'statement';
  readonly text: string;
  readonly values: BoundValues;
}

export interface ProcedureRequest {
  readonly kind: 'procedure';
  readonly name: string;
  /** In the procedure’s order. */
  readonly parameters: readonly ProcedureParameter[];
}

export interface ProcedureParameter {
  readonly name: string;
  readonly value: string | null;
  /** `out`: what the procedure leaves in it is answered. */
  readonly way: 'in' | 'out';
}

export interface HttpRequest {
  readonly kind: 'http';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the connector’s address, with `:name` where a value stands, such as `/customers/:number`. */
  readonly path: string;
  readonly values: BoundValues;
  readonly query: Readonly<Record<string, string>>;
  readonly body: HttpBody | null;
}

export type HttpBody =
  | { readonly kind: 'json' | 'form'; readonly fields: BoundValues }
  | { readonly kind: 'text'; readonly type: string; readonly text: string };

export interface SoapRequest {
  readonly kind: 'soap';
  readonly operation: string;
  /** SOAP 1.1 §6.1.1. */
  readonly action: string;
  readonly fields: BoundValues;
}

export interface SocketRequest {
  readonly kind: 'socket';
  readonly text: string;
}

export interface MessageRequest {
  readonly kind: 'message';
  readonly text: string;
  /** Null: it is left there and nobody waits. */
  readonly answer: 'awaited' | 'none';
}

export interface TranscribeRequest {
  readonly kind: 'transcribe';
  /** A whole WAV file. */
  readonly sound: Uint8Array;
  readonly locale: Locale;
  /** Words that are likely to be in it. */
  readonly hint: string;
}

export interface SpeakRequest {
  readonly kind: 'speak';
  readonly text: string;
  /** As the server calls it. */
  readonly voice: string;
  readonly speedPercent: number;
}

/** What may travel to the centre and back: everything but sound. */
export type ToldRequest = Exclude<ConnectorRequest, TranscribeRequest | SpeakRequest>;

/** `{ rows, changed, outputs }` of databases; a web service’s JSON or XML; `{ text }` of anything else, speech included. */
export interface ConnectorReply {
  readonly document: Document;
  /** HTTP’s; null where there is none. */
  readonly status: number | null;
  /** A whole WAV file: of what was to be spoken alone. */
  readonly sound?: Uint8Array;
}

/** Numbers stay as they were written: no decimal is rounded on its way. */
export type Document = string | boolean | null | readonly Document[] | { readonly [field: string]: Document };

export type ConnectorFailureCode =
  /** No address, no route, no listener; or it hung up before it answered. */
  | 'unreachable'
  /** Its address is an inner one that the tenant may not reach. */
  | 'inner-address'
  | 'timeout'
  /** It failed again and again, and is left in peace for a while. */
  | 'resting'
  /** Every line is taken, and enough wait already. */
  | 'busy'
  | 'too-large'
  /** Its certificate, or ours. */
  | 'certificate'
  | 'not-admitted'
  /** It understood and said no: a fault, an error of SQL, a status of 400 or more. */
  | 'refused'
  /** Answered by something that is not what was agreed. */
  | 'unreadable'
  /** Not to be asked so: a value is missing, a name is none. */
  | 'misasked'
  | 'unknown-connector'
  /** It runs at the centre, which is not there. */
  | 'centre-away';

export interface ConnectorFailure {
  readonly code: ConnectorFailureCode;
  /** What the far side, or the machine, said. */
  readonly detail: string;
}

export type ConnectorOutcome = Result<ConnectorReply, ConnectorFailure>;
/** Never rejects, and always settles within the connector’s timeout. */
export type AskConnector = (request: ConnectorRequest) => Promise<ConnectorOutcome>;
