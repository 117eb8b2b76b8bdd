/** One supervisor's browser at `/supervise`. Whoever goes away listens no more. */
import type { WebSocket } from 'ws';
import {
  supervisorToNodeSchema,
  type SupervisionCommand,
} from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { AgentHub } from '../agents/agent-hub.ts';
import { CommandSocket, type CommandSocketOptions } from '../agents/command-socket.ts';
import { supervise } from './supervise.ts';
import { Supervisor } from './supervisor.ts';

export type BelieveSupervisor = (
  token: string,
) => Promise<ConstructorParameters<typeof Supervisor>[0] | undefined>;

export class SupervisorSocket extends CommandSocket<SupervisionCommand> {
  readonly #hub: AgentHub;
  readonly #believe: BelieveSupervisor;
  readonly #nowMs: () => number;
  #supervisor: Supervisor | null = null;

  constructor(
    socket: WebSocket,
    options: CommandSocketOptions & { readonly hub: AgentHub; readonly believe: BelieveSupervisor },
    onGone: () => void,
  ) {
    super(socket, options, supervisorToNodeSchema, onGone);
    this.#hub = options.hub;
    this.#believe = options.believe;
    this.#nowMs = () => options.clock.nowMs();
  }

  protected async greet(token: string): Promise<void> {
    const who = await this.#believe(token);
    if (!this.isOpen) return;
    if (!who?.tenant.isServed) return this.closeWith(who ? 'suspended' : 'bad-token');
    this.tellRelay(who.userId);
    this.#supervisor = new Supervisor({ ...who, pass: token }, (state) =>
      this.sendJson({ kind: 'state', state: { atMs: this.#nowMs(), ...state } }),
    );
    this.#supervisor.changed();
  }

  protected async perform(command: SupervisionCommand): Promise<object | undefined> {
    const supervisor = this.#supervisor;
    if (!supervisor) return undefined;
    const outcome = await supervise(this.#hub, supervisor, command);
    // The browser is gone meanwhile: nobody is to go on listening.
    if (!this.isOpen) this.gone();
    return outcome.ok
      ? { kind: 'reply', ok: true, answer: outcome.answer }
      : { kind: 'refusal', ok: false, code: outcome.code, detail: outcome.detail };
  }

  protected gone(): void {
    this.#supervisor?.far?.end('left');
    const inspection = this.#supervisor?.inspection ?? this.#supervisor?.ringing;
    inspection?.call.run(() => inspection.leave());
  }
}
