/** Questions of flows to connectors that run at the centre, while their answers are on the way. */
import type { NodeToCentre } from '@seatgrid/contracts/link/link-messages.ts';
import type { ConnectorOutcome, ToldRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import type { ConnectorId } from '@seatgrid/core/connectors/connector.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { failure } from '@seatgrid/core/kernel/result.ts';
import { connectorAnswerGraceMs, connectorQuestionsMax } from './limits.ts';

export interface ConnectorQuestion {
  readonly tenantId: TenantId;
  readonly connectorId: ConnectorId;
  readonly request: ToldRequest;
  readonly timeoutMs: number;
}

export class ConnectorQuestions {
  readonly #clock: Clock;
  readonly #send: (message: NodeToCentre) => void;
  readonly #open = new Map<string, (outcome: ConnectorOutcome) => void>();
  #asked = 0;

  constructor(clock: Clock, send: (message: NodeToCentre) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  ask({ tenantId, connectorId, request, timeoutMs }: ConnectorQuestion): Promise<ConnectorOutcome> {
    if (this.#open.size >= connectorQuestionsMax)
      return Promise.resolve(failure({ code: 'busy', detail: 'too many questions are open at the centre' }));
    const requestId = String(++this.#asked);
    return new Promise((settle) => {
      const end = (outcome: ConnectorOutcome) => {
        cancel();
        this.#open.delete(requestId);
        settle(outcome);
      };
      const late = failure({ code: 'timeout', detail: 'the centre did not answer in time' } as const);
      const cancel = this.#clock.after(timeoutMs + connectorAnswerGraceMs, () => end(late));
      this.#open.set(requestId, end);
      this.#send({ kind: 'ask-connector', requestId, tenantId, connectorId, request: mutable(request) });
    });
  }

  answered(requestId: string, outcome: ConnectorOutcome): void {
    this.#open.get(requestId)?.(outcome);
  }

  /** Nothing that was asked will be answered. */
  down(): void {
    for (const end of this.#open.values())
      end(failure({ code: 'centre-away', detail: 'the link to the centre was lost' }));
  }
}

type AskMessage = Extract<NodeToCentre, { kind: 'ask-connector' }>;
/** The contract's lists are not read-only, core's are: same content. */
const mutable = (request: ToldRequest) => request as AskMessage['request'];
