/** One open desk: an agent's browser, its seat once the token was believed, and the commands it sends. */
import type { WebSocket } from 'ws';
import {
  deskToNodeSchema,
  type DeskCommand,
  type NodeToDesk,
} from '@seatgrid/contracts/desk/desk-messages.ts';
import type { AgentHub } from './agent-hub.ts';
import type { AgentSeat } from './agent-seat.ts';
import { CommandSocket, type CommandSocketOptions } from './command-socket.ts';
import { performDeskCommand } from './desk-commands.ts';
import type { DeskConnection } from './desk-connection.ts';

export type BelieveDesk = (
  token: string,
) => Promise<{ tenant: AgentSeat['tenant']; agentId: AgentSeat['agentId'] } | undefined>;

export interface DeskSocketOptions extends CommandSocketOptions {
  readonly hub: AgentHub;
  readonly believe: BelieveDesk;
}

export class DeskSocket extends CommandSocket<DeskCommand> implements DeskConnection {
  readonly #hub: AgentHub;
  readonly #believe: BelieveDesk;
  #seat: AgentSeat | null = null;

  constructor(socket: WebSocket, options: DeskSocketOptions, onGone: () => void) {
    super(socket, options, deskToNodeSchema, onGone);
    this.#hub = options.hub;
    this.#believe = options.believe;
  }

  send(message: NodeToDesk): void {
    this.sendJson(message);
  }

  close(why: (NodeToDesk & { kind: 'closed' })['why']): void {
    this.closeWith(why);
  }

  protected async greet(token: string): Promise<void> {
    const who = await this.#believe(token);
    if (!this.isOpen) return;
    if (who) this.tellRelay(who.agentId);
    const seat = who && this.#hub.attach(who.tenant, who.agentId, this);
    if (!seat) return this.close(who ? 'replaced' : 'bad-token');
    this.#seat = seat;
  }

  protected async perform(command: DeskCommand): Promise<object | undefined> {
    const seat = this.#seat;
    if (!seat) return undefined;
    const outcome = await performDeskCommand(this.#hub, seat, this, command);
    return outcome.ok
      ? { kind: 'reply', ok: true, answer: outcome.answer ?? null, callId: outcome.callId ?? null }
      : { kind: 'refusal', ok: false, code: outcome.code, detail: outcome.detail };
  }

  protected gone(): void {
    if (this.#seat) this.#hub.detach(this.#seat, this);
    this.#seat = null;
  }
}
