/**
 * A SIP message that has been read: what every layer above hands around. Fields that decide where a message belongs are
 * parsed and proven by `parse-message`; the rest is parsed when somebody asks.
 */
import { canonicalHeaderName } from './header-name.ts';
import { partOf } from './multipart.ts';
import { parseNameAddrs, type NameAddr } from './name-addr.ts';
import { decimalOf, splitList } from './scanner.ts';
import type { OtherUri, SipUri } from './sip-uri.ts';
import { formatReceivedVia, type Via } from './via.ts';

/** Where octets came from. */
export interface PacketSource {
  readonly address: string;
  readonly port: number;
  /** A datagram where absent. */
  readonly protocol?: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
}

/** The proven part common to requests and responses. */
export interface SipHead {
  /** Canonical names, and beside them the unfolded values, in the order they came. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly vias: readonly Via[];
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly fromTag: string;
  readonly toTag: string;
  /** Undefined where it is `*`. */
  readonly contacts: readonly NameAddr[] | undefined;
  readonly callId: string;
  readonly cseq: number;
  readonly method: string;
  /** As text, whatever it is. */
  readonly body: string;
}

const nothing: readonly string[] = [];
const nobody: readonly NameAddr[] = [];

class SipMessage {
  readonly head: SipHead;
  /** As it came. */
  readonly startLine: string;

  constructor(head: SipHead, startLine: string) {
    this.head = head;
    this.startLine = startLine;
  }

  get method(): string {
    return this.head.method;
  }

  get callId(): string {
    return this.head.callId;
  }

  get cseq(): number {
    return this.head.cseq;
  }

  get from(): NameAddr {
    return this.head.from;
  }

  get fromTag(): string {
    return this.head.fromTag;
  }

  get to(): NameAddr {
    return this.head.to;
  }

  get toTag(): string {
    return this.head.toTag;
  }

  get via(): Via {
    return this.head.vias[0]!;
  }

  /** The first field of that name, in whatever case or short form that is given. */
  header(name: string): string | undefined {
    return this.field(canonicalHeaderName(name));
  }

  /** The same for a name in the one spelling it has here (`header-name`), as all those below take it. */
  field(name: string): string | undefined {
    const index = this.head.names.indexOf(name);
    return index < 0 ? undefined : this.head.values[index];
  }

  /** Every field of that name, lists not yet cut apart. */
  headers(name: string): readonly string[] {
    const { names, values } = this.head;
    let index = names.indexOf(name);
    if (index < 0) return nothing;
    const found: string[] = [];
    for (; index >= 0; index = names.indexOf(name, index + 1)) found.push(values[index]!);
    return found;
  }

  /** The values of a list field over all its lines. */
  list(name: string): readonly string[] {
    const lines = this.headers(name);
    if (lines.length === 0) return lines;
    const found: string[] = [];
    for (const line of lines) for (const value of splitList(line)) if (value !== '') found.push(value);
    return found;
  }

  /** Undefined where one is malformed. */
  nameAddrs(name: string): readonly NameAddr[] | undefined {
    if (name === 'Contact') return this.head.contacts;
    const lines = this.headers(name);
    if (lines.length === 0) return nobody;
    let found: NameAddr[] | undefined;
    for (const line of lines) {
      found = parseNameAddrs(line, found);
      if (found === undefined) return undefined;
    }
    return found;
  }

  /** A field that is one unsigned number. */
  decimal(name: string): number | undefined {
    const text = this.field(name);
    return text === undefined ? undefined : decimalOf(text.trim());
  }

  /** `application/sdp`, without parameters and in lower case; '' where no type is named. */
  get contentType(): string {
    const text = this.field('Content-Type');
    if (text === undefined) return '';
    const end = text.indexOf(';');
    return (end < 0 ? text : text.slice(0, end)).trim().toLowerCase();
  }

  get bodyText(): string {
    return this.head.body;
  }

  /** The body where it is SDP, or its part that is; else ''. */
  get sdp(): string {
    if (this.head.body === '') return '';
    const type = this.contentType;
    if (type.startsWith('multipart/')) return this.part('application/sdp');
    return type === 'application/sdp' || type === '' ? this.bodyText : '';
  }

  /** The part of that type in a body of several, or ''. */
  part(contentType: string): string {
    const isMultipart = this.contentType.startsWith('multipart/');
    return isMultipart ? partOf(this.bodyText, this.field('Content-Type')!, contentType) : '';
  }
}

export class SipRequest extends SipMessage {
  readonly kind = 'request';
  readonly uriText: string;
  readonly uri: SipUri | OtherUri;
  readonly source: PacketSource;
  #responseHead = '';
  #origin = '';

  constructor(
    head: SipHead,
    startLine: string,
    { uriText, uri }: { readonly uriText: string; readonly uri: SipUri | OtherUri },
    source: PacketSource,
  ) {
    super(head, startLine);
    this.uriText = uriText;
    this.uri = uri;
    this.source = source;
  }

  /** RFC 3261 §8.2.2.2: what two copies of a forked request have in common. */
  get origin(): string {
    if (this.#origin === '') this.#origin = `${this.callId} ${this.fromTag} ${this.cseq}`;
    return this.#origin;
  }

  /** RFC 3261 §8.2.6.2: From, Call-ID, CSeq and Via go back as they came, the topmost Via marked with the source. */
  responseHead(): string {
    if (this.#responseHead === '') {
      const { names, values, vias } = this.head;
      let text = `Via: ${formatReceivedVia(vias[0]!, this.source)}\r\n`;
      let isTop = true;
      for (let index = 0; index < names.length; index++) {
        const name = names[index]!;
        if (name === 'Via') {
          const rest = isTop ? afterFirst(values[index]!) : values[index]!;
          isTop = false;
          if (rest !== '') text += `Via: ${rest}\r\n`;
        } else if (name === 'From' || name === 'Call-ID' || name === 'CSeq')
          text += `${name}: ${values[index]}\r\n`;
      }
      this.#responseHead = text;
    }
    return this.#responseHead;
  }
}

export class SipResponse extends SipMessage {
  readonly kind = 'response';
  readonly status: number;
  readonly reason: string;

  constructor(head: SipHead, startLine: string, status: number, reason: string) {
    super(head, startLine);
    this.status = status;
    this.reason = reason;
  }
}

function afterFirst(list: string): string {
  return list.includes(',') ? splitList(list).slice(1).join(', ') : '';
}
