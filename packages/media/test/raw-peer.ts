/** A far end without a stack behind it, for what no well-behaved one would send: writes requests and answers by hand. */
import type { RawEnd } from './sip-wire.ts';
import type { World } from './sip-party.ts';

export interface RawRequestParts {
  readonly cseq: number;
  readonly toTag?: string;
  readonly branch?: string;
  readonly lines?: string;
  /** Instead of its own. */
  readonly contact?: string;
  readonly sdp?: string;
}

export interface RawAnswerParts {
  readonly tag: string;
  readonly lines?: string;
  readonly sdp?: string;
}

export const rawAddress = '192.0.2.50';

export class RawPeer {
  readonly #world: World;
  readonly #end: RawEnd;
  readonly #callee: string;

  /** `callee` is whom its requests go to. */
  constructor(world: World, callee: string) {
    this.#world = world;
    this.#end = world.wire.rawEnd(rawAddress);
    this.#callee = callee;
  }

  get received(): string[] {
    return this.#end.received;
  }

  async send(method: string, parts: RawRequestParts): Promise<void> {
    this.#end.send(rawRequest(method, this.#callee, parts), this.#callee);
    await this.#world.pass(20);
  }

  /** Answers a request that came here. */
  async answer(request: string, status: number, parts: RawAnswerParts): Promise<void> {
    this.#end.send(rawAnswer(request, status, parts), this.#callee);
    await this.#world.pass(20);
  }

  /** Start lines without what is always the same. */
  startLines(): string[] {
    return this.received.map((text) => text.split('\r\n')[0]!.replace(/^SIP\/2\.0 | sip:.*$/g, ''));
  }

  last(method: string): string {
    return this.received.findLast((text) => text.startsWith(`${method} `)) ?? '';
  }

  /** Statuses of the answers to this method. */
  statuses(method: string): number[] {
    return this.received
      .filter((text) => text.startsWith('SIP/2.0') && fieldOf(text, 'CSeq').endsWith(` ${method}`))
      .map((text) => Number(text.slice(8, 11)));
  }

  lastAnswer(method: string): string {
    const isIt = (text: string) => text.startsWith('SIP/2.0') && fieldOf(text, 'CSeq').endsWith(` ${method}`);
    return this.received.findLast(isIt) ?? '';
  }

  /** The tag the callee gave itself. */
  get calleeTag(): string {
    return /;tag=(\w+)/.exec(fieldOf(this.lastAnswer('INVITE'), 'To'))![1]!;
  }
}

export function fieldOf(message: string, name: string): string {
  return new RegExp(`^${name}: (.*?)\\r?$`, 'm').exec(message)?.[1] ?? '';
}

export function bodyOf(message: string): string {
  return message.slice(message.indexOf('\r\n\r\n') + 4);
}

function rawRequest(method: string, callee: string, parts: RawRequestParts): string {
  const branch = parts.branch ?? `z9hG4bK${method}${parts.cseq}`;
  const tag = parts.toTag === undefined ? '' : `;tag=${parts.toTag}`;
  return (
    `${method} sip:bob@${callee} SIP/2.0\r\nVia: SIP/2.0/UDP ${rawAddress}:5060;branch=${branch}\r\nMax-Forwards: 70\r\n` +
    `From: <sip:carol@example.com>;tag=carol\r\nTo: <sip:bob@${callee}>${tag}\r\nCall-ID: raw@example.com\r\n` +
    `CSeq: ${parts.cseq} ${method}\r\n${parts.contact ?? `Contact: <sip:carol@${rawAddress}>\r\n`}${parts.lines ?? ''}${body(parts.sdp)}`
  );
}

function rawAnswer(request: string, status: number, { tag, lines = '', sdp }: RawAnswerParts): string {
  const same = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${fieldOf(request, name)}\r\n`);
  const to = fieldOf(request, 'To');
  return (
    `SIP/2.0 ${status} Said\r\n${same.join('')}To: ${to.includes(';tag=') ? to : `${to};tag=${tag}`}\r\n` +
    `Contact: <sip:${tag}@${rawAddress}>\r\n${lines}${body(sdp)}`
  );
}

function body(sdp = ''): string {
  const type = sdp === '' ? '' : 'Content-Type: application/sdp\r\n';
  return `${type}Content-Length: ${sdp.length}\r\n\r\n${sdp}`;
}
