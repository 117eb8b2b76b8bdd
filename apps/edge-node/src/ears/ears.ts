/**
 * Supervisors and agents of different nodes. As the supervisor's node: asks the centre who has the agent, and is told where to dial, or why
 * not. As the agent's: judges who is there by the centre's own token, and keeps a place good once. Without the centre nobody begins.
 */
import { mayDo } from '@seatgrid/core/context/access.ts';
import type { EarOutcome, EarToCentre, EarToNode } from '@seatgrid/contracts/link/ear-messages.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, IdSource } from '@seatgrid/core/kernel/ids.ts';
import type { AgentHub } from '../agents/agent-hub.ts';
import { earSoughtMaxMs } from '../limits.ts';
import type { NodeLog } from '../node-log.ts';
import { callToHear } from '../supervision/call-to-hear.ts';
import { supervise } from '../supervision/supervise.ts';
import { Supervisor } from '../supervision/supervisor.ts';
import type { BelieveSupervisor } from '../supervision/supervisor-socket.ts';
import type { SupervisionRefusal } from '../supervision/supervision-outcome.ts';
import type { VisitHost } from '../visits/visit-terms.ts';
import type { FarEar } from './far-ear.ts';

export interface EarsOptions {
  readonly visits: Pick<VisitHost, 'expectEar'>;
  readonly hub: AgentHub;
  readonly believe: BelieveSupervisor;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: NodeLog;
  /** Whether there are other nodes at all. */
  readonly hasCentre: boolean;
  readonly isCentreThere: () => boolean;
  readonly tell: (message: EarToCentre) => void;
}

type Asked = Extract<EarToNode, { kind: 'ear-asked' }>;

const noCall: EarOutcome = refused('no-call', 'this agent is in no conversation');

export class Ears {
  readonly #options: EarsOptions;
  readonly #sought = new Map<
    string,
    { readonly cancel: Cancel; readonly settle: (outcome: EarOutcome) => void }
  >();
  readonly #open = new Map<string, FarEar>();

  constructor(options: EarsOptions) {
    this.#options = options;
  }

  seek(supervisor: Supervisor, agentId: AgentId, act: Asked['act']): Promise<EarOutcome> {
    const { clock, ids, hasCentre, isCentreThere, tell } = this.#options;
    const { pass: token, tenant } = supervisor;
    if (token === null || !hasCentre) return Promise.resolve(noCall);
    if (!isCentreThere())
      return Promise.resolve(refused('not-available', 'the centre is away: no agent elsewhere can be found'));
    const matchId = ids.next<'match'>();
    return new Promise((settle) => {
      const late = refused('not-available', 'the agent’s node did not answer');
      const cancel = clock.after(earSoughtMaxMs, () => this.#end(matchId, late));
      this.#sought.set(matchId, { cancel, settle });
      tell({ kind: 'ear-wanted', tenantId: tenant.id, matchId, agentId, act, token });
    });
  }

  hear(message: EarToNode): void {
    if (message.kind === 'ear-told') return this.#end(message.matchId, message.outcome);
    const { tell, log } = this.#options;
    const { earNodeId, tenantId, matchId } = message;
    void this.#judge(message)
      .catch((error: unknown) => {
        log.error({ err: error }, 'a supervisor of another node could not be judged');
        return refused('not-available', 'the node made a mistake');
      })
      .then((outcome) => tell({ kind: 'ear-answered', earNodeId, tenantId, matchId, outcome }));
  }

  opened(ear: FarEar): void {
    this.#open.set(ear.key, ear);
  }

  closed(ear: FarEar): void {
    this.#open.delete(ear.key);
  }

  /** The media worker died. */
  soundLost(key: string): void {
    this.#open.get(key)?.end('sound-lost');
  }

  /** As at our own door: the token says who it is and of which tenant, whatever the other node claims. */
  async #judge({ tenantId, matchId, agentId, act, token, earNodeId }: Asked): Promise<EarOutcome> {
    const { believe, hub, visits } = this.#options;
    const who = await believe(token);
    if (!who) return refused('not-available', 'the centre’s token is not believed, or no longer');
    if (who.tenant.id !== tenantId || !who.tenant.isServed) return refused('no-such-agent', 'no such agent');
    const supervisor = new Supervisor(who, () => {});
    if (act === 'release') {
      const outcome = await supervise(hub, supervisor, { kind: 'release', agentId });
      return outcome.ok ? { kind: 'released' } : refusedBy(outcome);
    }
    if (!mayDo(who.role, 'inspection', 'monitor')) return refused('not-allowed', 'your role may not monitor');
    const found = callToHear(hub, supervisor, agentId);
    if ('ok' in found) return refusedBy(found);
    const { userId, name, role } = who;
    const at = visits.expectEar({
      matchId,
      tenantId,
      heardAgentId: agentId,
      supervisor: { userId, name, role },
      homeNodeId: earNodeId,
    });
    return at ? { kind: 'kept', at } : refused('not-available', 'not served here now');
  }

  #end(matchId: string, outcome: EarOutcome): void {
    const sought = this.#sought.get(matchId);
    this.#sought.delete(matchId);
    sought?.cancel();
    sought?.settle(outcome);
  }
}

function refused(code: SupervisionRefusal['code'], detail: string): EarOutcome {
  return { kind: 'refused', code, detail };
}

function refusedBy({ code, detail }: SupervisionRefusal): EarOutcome {
  return refused(code, detail);
}
