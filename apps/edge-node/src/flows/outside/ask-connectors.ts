/** The performer behind the steps that ask a connector: what it answers, or why it does not. */
import type { AskConnectorRequest } from '@seatgrid/core/flows/ask-a-connector.ts';
import type { NodeConnectors } from '../../connectors/node-connectors.ts';
import { OutsideFailure, type Performer } from './outside-world.ts';

export function askConnectors(connectors: NodeConnectors): Performer {
  return async ({ call, request }) => {
    const { connectorId, request: asked } = request as AskConnectorRequest;
    const outcome = await connectors.ask(call.tenant, connectorId, asked);
    if (outcome.ok) return outcome.value;
    throw new OutsideFailure(outcome.failure.code, outcome.failure.detail);
  };
}
