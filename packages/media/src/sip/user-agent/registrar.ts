/**
 * The registrar (RFC 3261 §10.3): which phones stand behind an address of record, and over which flow each is reached.
 * Called with requests that are proven already.
 */
import {
  sipBindingsPerUserMax,
  sipExpiresSecondsDefault,
  sipExpiresSecondsMax,
  sipExpiresSecondsMin,
  sipPathsMax,
} from '../../limits.ts';
import type { NameAddr } from '../message/name-addr.ts';
import { hasOption } from '../message/option-tags.ts';
import { decimalOf, paramOf } from '../message/scanner.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { headerLine } from '../message/write-message.ts';
import type { Timer } from '../transaction/timer-queue.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import type { AgentCore, Outcome } from './agent-core.ts';
import type { SipBinding } from './sip-user-agent.ts';

interface Binding extends SipBinding {
  readonly callId: string;
  readonly cseq: number;
  timer: Timer | undefined;
}

interface Wish {
  readonly contact: string;
  readonly seconds: number;
}

interface Registration {
  readonly request: SipRequest;
  readonly flow: SipFlow;
  readonly routes: readonly string[];
}

const expiryHopMs = 60_000;

export interface AddressOfRecord {
  readonly realm: string;
  readonly username: string;
}

export class Registrar {
  readonly #core: AgentCore;
  readonly #records = new Map<string, Map<string, Binding>>();

  constructor(core: AgentCore) {
    this.#core = core;
  }

  register(request: SipRequest, flow: SipFlow, record: AddressOfRecord): Outcome {
    const key = keyOf(record);
    const standing = this.#records.get(key) ?? new Map<string, Binding>();
    const wishes = readWishes(request, standing);
    if ('status' in wishes) return wishes;
    const routes = request.list('Path');
    if (request.nameAddrs('Path') === undefined || routes.length > sipPathsMax)
      return { status: 400, reason: 'Malformed Path' };
    for (const { contact } of wishes) {
      const known = standing.get(contact);
      // RFC 3261 §10.3 step 7: an older request of the same Call-ID must not undo a newer one.
      if (known && known.callId === request.callId && request.cseq <= known.cseq) return { status: 500 };
    }
    const added = wishes.filter((wish) => wish.seconds > 0 && !standing.has(wish.contact)).length;
    if (standing.size + added > sipBindingsPerUserMax) return { status: 403, reason: 'Too Many Bindings' };
    for (const wish of wishes) this.#apply(standing, wish, { request, flow, routes }, record);
    if (standing.size > 0) this.#records.set(key, standing);
    else this.#records.delete(key);
    if (wishes.length > 0) this.#tell(record);
    return {
      status: 200,
      lines: contactLines(standing, this.#core.clock.nowMs()) + pathLines(request, routes),
    };
  }

  bindings(record: AddressOfRecord): readonly SipBinding[] {
    const standing = this.#records.get(keyOf(record));
    if (!standing) return [];
    return Array.from(standing.values(), ({ contact, flow, expiresAtMs, userAgent, routes }) => ({
      contact,
      flow,
      expiresAtMs,
      userAgent,
      routes,
    }));
  }

  #apply(
    standing: Map<string, Binding>,
    wish: Wish,
    { request, flow, routes }: Registration,
    record: AddressOfRecord,
  ): void {
    const { contact, seconds } = wish;
    this.#core.timers.cancel(standing.get(contact)?.timer);
    if (seconds === 0) {
      standing.delete(contact);
      return;
    }
    const binding: Binding = {
      contact,
      flow,
      expiresAtMs: this.#core.clock.nowMs() + seconds * 1_000,
      userAgent: request.field('User-Agent') ?? '',
      routes,
      callId: request.callId,
      cseq: request.cseq,
      timer: undefined,
    };
    standing.set(contact, binding);
    this.#awaitExpiry(binding, () => {
      standing.delete(contact);
      if (standing.size === 0) this.#records.delete(keyOf(record));
      this.#tell(record);
    });
  }

  /** In hops: phones choose any number of seconds, and the timer queue likes few different delays. */
  #awaitExpiry(binding: Binding, expire: () => void): void {
    const leftMs = binding.expiresAtMs - this.#core.clock.nowMs();
    binding.timer = this.#core.timers.set(Math.max(0, Math.min(leftMs, expiryHopMs)), () => {
      if (this.#core.clock.nowMs() >= binding.expiresAtMs) expire();
      else this.#awaitExpiry(binding, expire);
    });
  }

  #tell(record: AddressOfRecord): void {
    this.#core.handler.onBindings({ ...record, bindings: this.bindings(record) });
  }
}

function keyOf(record: AddressOfRecord): string {
  return `${record.username}@${record.realm}`;
}

/** RFC 3261 §10.3 steps 6 and 7: what each Contact asks for, or why it cannot be had. */
function readWishes(request: SipRequest, standing: ReadonlyMap<string, Binding>): Wish[] | Outcome {
  const lines = request.list('Contact');
  const whole = secondsOf(request.field('Expires')) ?? sipExpiresSecondsDefault;
  if (lines.includes('*')) {
    // §10.3 step 6: the wildcard stands alone, and with an expiry of zero.
    if (lines.length > 1 || whole !== 0)
      return { status: 400, reason: 'Wildcard Contact Without Expiry Zero' };
    return Array.from(standing.keys(), (contact) => ({ contact, seconds: 0 }));
  }
  const contacts = request.nameAddrs('Contact');
  if (contacts === undefined) return { status: 400, reason: 'Malformed Contact' };
  const wishes = contacts.map((contact) => wishOf(contact, whole));
  const isBrief = wishes.some(({ seconds }) => seconds > 0 && seconds < sipExpiresSecondsMin);
  // §10.3 step 7: 423 with Min-Expires.
  return isBrief ? { status: 423, lines: headerLine('Min-Expires', String(sipExpiresSecondsMin)) } : wishes;
}

function wishOf(contact: NameAddr, whole: number): Wish {
  const seconds = secondsOf(paramOf(contact.params, 'expires')) ?? whole;
  return { contact: contact.uriText, seconds: Math.min(seconds, sipExpiresSecondsMax) };
}

/** RFC 3261 §20.19: a malformed value counts as the default. */
function secondsOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : decimalOf(text.trim());
}

/** RFC 3327 §5.3: told to whoever understands it. Deviation: a phone that says nothing of it is registered all the same. */
function pathLines(request: SipRequest, routes: readonly string[]): string {
  if (routes.length === 0 || !hasOption(request, 'Supported', 'path')) return '';
  return routes.map((route) => headerLine('Path', route)).join('');
}

function contactLines(standing: ReadonlyMap<string, Binding>, nowMs: number): string {
  let lines = '';
  for (const { contact, expiresAtMs } of standing.values()) {
    lines += headerLine(
      'Contact',
      `<${contact}>;expires=${Math.max(0, Math.round((expiresAtMs - nowMs) / 1_000))}`,
    );
  }
  return lines;
}
