/**
 * A way to something outside that flows ask: a database, a web service, a socket, message middleware. Defined by the tenant;
 * opened at the node that has the call, or at the centre. What is asked and answered stands in `ask-connector.ts`.
 */
import type { Id } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';

export type ConnectorId = Id<'connector'>;

export interface Connector {
  readonly id: ConnectorId;
  readonly name: string;
  /** `node`: beside the calls, also without the centre; `centre`: where only the centre reaches it. */
  readonly runsAt: 'node' | 'centre';
  /** One question, connecting included. */
  readonly timeoutMs: number;
  /** Questions at a time, each on a line of its own; more wait. */
  readonly linesMax: number;
  readonly settings: ConnectorSettings;
}

export type ConnectorSettings =
  | DatabaseSettings
  | OracleSettings
  | HttpSettings
  | SoapSettings
  | SocketSettings
  | MessageSettings
  | RecogniserSettings
  | SpeakerSettings;
export type ConnectorKind = ConnectorSettings['kind'];

/** What is told to nobody but who connects. */
export interface ConnectorSecrets {
  readonly password: string | null;
  /** PEM; of the certificate in the settings. */
  readonly clientKey: string | null;
}

interface Host {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsSettings | null;
}

export interface DatabaseSettings extends Host {
  readonly kind: 'postgres' | 'mysql' | 'sqlserver';
  readonly database: string;
  readonly user: string;
}

export interface OracleSettings extends Host {
  readonly kind: 'oracle';
  readonly service: string;
  readonly user: string;
}

export interface HttpSettings {
  readonly kind: 'http';
  /** What requests’ paths are put behind; `https:` where `tls` is to count. */
  readonly baseUrl: string;
  /** Basic (RFC 7617) where there is a user, Bearer (RFC 6750) where there is none but a password. */
  readonly user: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsSettings | null;
}

export interface SoapSettings extends Omit<HttpSettings, 'kind' | 'baseUrl' | 'headers'> {
  readonly kind: 'soap';
  readonly url: string;
  readonly version: '1.1' | '1.2';
  readonly namespace: string;
}

export interface SocketSettings extends Host {
  readonly kind: 'socket';
  /** `short`: a connection a question; `long`: kept, and made again where it broke. */
  readonly life: 'short' | 'long';
  readonly framing: Framing;
  readonly encoding: 'utf-8' | 'gbk';
  /** Between the parts of a plain answer; '' where it has none. */
  readonly separator: string;
}

/** Where a message ends. `close`: where its sender closes, which only a short connection can. */
export type Framing =
  | { readonly kind: 'delimiter'; readonly delimiter: string }
  /** The message’s octets before it, most significant octet first. */
  | { readonly kind: 'length'; readonly octets: 2 | 4 }
  | { readonly kind: 'close' };

/** AMQP 1.0. */
export interface MessageSettings extends Host {
  readonly kind: 'amqp';
  readonly user: string;
  readonly address: string;
  /** Answers come to this with a name of the line’s own behind it; '' asks for a queue for a while (AMQP 1.0 §3.5.3, `dynamic`). */
  readonly replyAddress: string;
}

/** D-19: speech recognition, by a server that answers as OpenAI’s does. It runs at the node: sound never travels to the centre. */
export interface RecogniserSettings {
  readonly kind: 'recogniser';
  /** Up to the version: `https://speech.example.com/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** What the server calls the languages it is to hear, such as `zh`; a language that is not here is not heard by it. */
  readonly languages: Readonly<Partial<Record<Locale, string>>>;
  readonly tls: TlsSettings | null;
}

/** D-18: speech from text, by a server that answers as OpenAI’s does. */
export interface SpeakerSettings {
  readonly kind: 'speaker';
  /** Up to the version: `https://speech.example.com/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly tls: TlsSettings | null;
}

export interface TlsSettings {
  /** PEM; '' believes the public authorities. */
  readonly authority: string;
  /** PEM; '' shows none. Its key is a secret. */
  readonly certificate: string;
  /** What the far side’s certificate is to name; '' is the host. */
  readonly serverName: string;
}
