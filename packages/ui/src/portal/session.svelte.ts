import type { Me } from '@seatgrid/contracts/api/api.ts';
import { ApiProblem } from '@seatgrid/contracts/api/client.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import { mayDo, type Noun, type Verb } from '@seatgrid/core/context/access.ts';
import { locale } from '../i18n/locale.svelte.ts';
import type { LoginOutcome, PasswordOutcome } from '../shell/login-outcome.ts';
import { api, onSessionEnd } from './api.ts';

/** Who is signed in to this browser. The cookie is the session; this is what the page knows of it. */
export class Session {
  /** Undefined until asked; null when nobody is signed in. */
  me = $state.raw<Me | null>();
  /** The centre could not be asked who is signed in. */
  isUnreachable = $state(false);

  readonly #explain: (cause: unknown) => string;

  constructor(explain: (cause: unknown) => string) {
    this.#explain = explain;
    onSessionEnd(() => (this.me = null));
  }

  async load(): Promise<void> {
    try {
      this.#enter(await api.call('GET /api/auth/me'));
      this.isUnreachable = false;
    } catch (cause) {
      if (cause instanceof ApiProblem && cause.problem.code === 'not-signed-in') this.me = null;
      else this.isUnreachable = true;
    }
  }

  async login(login: { readonly email: string; readonly password: string }): Promise<LoginOutcome> {
    try {
      this.#enter(await api.call('POST /api/auth/login', { body: login }));
      return { kind: 'in' };
    } catch (cause) {
      if (!(cause instanceof ApiProblem)) return { kind: 'failed', reason: this.#explain(cause) };
      const { code, retryAfterSeconds } = cause.problem;
      if (code === 'locked-out') return { kind: 'locked', retryAfterSeconds: retryAfterSeconds ?? 60 };
      if (code === 'not-signed-in' || code === 'refused') return { kind: 'wrong' };
      if (cause.status === 0 || code === 'unavailable') return { kind: 'unreachable' };
      return { kind: 'failed', reason: this.#explain(cause) };
    }
  }

  async logout(): Promise<void> {
    // The page forgets the person even when the centre cannot be told; the cookie then lives out its short life.
    await api.call('POST /api/auth/logout').catch(() => undefined);
    this.me = null;
  }

  async changePassword(change: {
    readonly current: string;
    readonly next: string;
  }): Promise<PasswordOutcome> {
    try {
      await api.call('POST /api/auth/password', { body: change });
      return { kind: 'changed' };
    } catch (cause) {
      return { kind: 'refused', reason: this.#explain(cause) };
    }
  }

  /** Keeps a choice of language with the person; the page speaks it whether or not that succeeds. */
  async keepLocale(chosen: Locale): Promise<void> {
    if (this.me) await api.call('PUT /api/auth/me', { body: { locale: chosen } }).catch(() => undefined);
  }

  may(noun: Noun, verb: Verb): boolean {
    return this.me ? mayDo(this.me.role, noun, verb) : false;
  }

  #enter(me: Me): void {
    locale.adoptTenant({ locale: me.locale ?? me.tenant?.locale, zone: me.tenant?.timeZone });
    this.me = me;
  }
}
