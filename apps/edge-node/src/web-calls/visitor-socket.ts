/** One visitor's browser at `/web-call/socket`: says hello with its page's token, calls once, and is told how that goes. */
import type { WebSocket } from 'ws';
import { visitorToNodeSchema, type VisitorCommand } from '@seatgrid/contracts/web-call/web-call-messages.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { CommandSocket, type CommandSocketOptions } from '../agents/command-socket.ts';
import { makeRelayPass } from '../agents/relay-passes.ts';
import type { Call } from '../calls/call.ts';
import type { Exchange } from '../calls/exchange.ts';
import { digitPressed } from '../calls/leg-reports.ts';
import type { Party } from '../calls/party.ts';
import type { WebButtonAtNode } from '../tenants/tenant-directory.ts';
import { openVisitorCall, refuse, type VisitorRefusal } from './visitor-call.ts';
import { visitorState } from './visitor-state.ts';

export interface VisitorSocketOptions extends CommandSocketOptions {
  readonly exchange: Exchange;
  readonly believe: (token: string) => WebButtonAtNode | undefined;
  /** Counts one more call; null where there are too many. */
  readonly begin: (of: WebButtonAtNode) => (() => void) | null;
}

export class VisitorSocket extends CommandSocket<VisitorCommand> {
  readonly #options: VisitorSocketOptions;
  #button: WebButtonAtNode | null = null;
  #inHand: { readonly call: Call; readonly party: Party } | null = null;
  #endCount: (() => void) | null = null;
  #told = '';

  constructor(socket: WebSocket, options: VisitorSocketOptions, onGone: () => void) {
    super(socket, options, visitorToNodeSchema, onGone);
    this.#options = options;
  }

  get tenantId(): TenantId | undefined {
    return this.#button?.did.tenant.id;
  }

  /** Something of the tenant's calls has changed: said only where it is this visitor's. */
  changed(): void {
    if (!this.#inHand) return;
    const { call, party } = this.#inHand;
    const state = visitorState(call, party);
    const text = JSON.stringify(state);
    if (text === this.#told) return;
    this.#told = text;
    this.sendJson({ kind: 'state', state: { atMs: call.services.clock.nowMs(), ...state } });
    if (state.phase === 'ended') this.#over();
  }

  protected greet(token: string): Promise<void> {
    this.#button = this.#options.believe(token) ?? null;
    if (!this.#button) this.closeWith('bad-token');
    else {
      const { relays, clock } = this.#options;
      const relay = relays && makeRelayPass(relays, this.#button.button.id, clock.nowMs());
      this.sendJson({ kind: 'welcome', relay });
    }
    return Promise.resolve();
  }

  protected async perform(command: VisitorCommand): Promise<object | undefined> {
    if (!this.#button) return undefined;
    const outcome = await this.#act(this.#button, command);
    return outcome.ok
      ? { kind: 'reply', answer: null, callId: null, ...outcome }
      : { kind: 'refusal', ...outcome };
  }

  protected gone(): void {
    this.#hangUp();
    this.#over();
  }

  async #act(
    button: WebButtonAtNode,
    command: VisitorCommand,
  ): Promise<{ readonly ok: true; readonly answer?: string; readonly callId?: string } | VisitorRefusal> {
    if (command.kind === 'call') return this.#call(button, command);
    const { call, party } = this.#inHand ?? {};
    if (!call || !party || call.isEnded) return refuse('wrong-state', 'there is no call');
    if (command.kind === 'end') this.#hangUp();
    else for (const key of command.digits) digitPressed(call, party.leg.key, { key, way: 'signalling' });
    return { ok: true };
  }

  async #call(button: WebButtonAtNode, command: VisitorCommand & { kind: 'call' }) {
    if (this.#endCount) return refuse('wrong-state', 'this page has called already');
    this.#endCount = this.#options.begin(button);
    if (!this.#endCount) return refuse('busy', 'too many calls');
    const outcome = await openVisitorCall(this.#options.exchange, button, command);
    if (!outcome.ok) {
      this.#over();
      return outcome;
    }
    this.#inHand = outcome;
    // The page was closed meanwhile: nobody is to wait in a queue for a visitor who has left.
    if (!this.isOpen) this.gone();
    this.changed();
    return { ok: true, answer: outcome.answer, callId: outcome.call.id } as const;
  }

  #hangUp(): void {
    const { call, party } = this.#inHand ?? {};
    if (call && party && !call.isEnded) party.leg.listener.onGone(party.leg, 'remote');
  }

  #over(): void {
    this.#endCount?.();
  }
}
