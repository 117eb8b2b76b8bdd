/** Agents whose phones stand at fixed addresses and register nowhere: on duty from the start, without a desk. */
import type { EdgeNode } from '@seatgrid/edge-node/node.ts';
import { peers, type DialPlan } from './peer-dial-plan.ts';

const noDesk = { send() {}, sendText() {}, close() {} };

export function seatAtFixedPhones(node: EdgeNode, plan: DialPlan): void {
  const tenant = node.directory.byId(plan.tenant.config.tenant.id)!;
  const { host: address, port } = peers.phones;
  plan.tenant.agents.forEach((agent, index) => {
    node.phones.set(tenant, agent.extension, [
      {
        // In the order the registrar tells them: to whoever is compiled for those, others are of another kind.
        contact: plan.contactOf(index),
        flow: { protocol: 'udp', address, port },
        expiresAtMs: Number.POSITIVE_INFINITY,
        userAgent: 'fixed',
        routes: [],
      },
    ]);
    const seat = node.hub.attach(tenant, agent.id, noDesk)!;
    node.hub.detach(seat, noDesk);
    const refusal = node.hub.signIn(seat, 'phone');
    if (refusal || !node.hub.apply(seat, { kind: 'ready' }))
      throw new Error(`agent ${index} is not ready: ${refusal}`);
  });
}
