/** A supervisor's floor without a browser: the supervision socket, and a WebRTC peer for its sound. */
import type { Role } from '@seatgrid/core/context/access.ts';
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type {
  NodeToSupervisor,
  SupervisionCommand,
  SupervisionState,
} from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { FixtureTenant } from './fixture-config.ts';
import type { NodeProcess } from './node-process.ts';
import { TestCommandSocket } from './test-command-socket.ts';
import { until } from './until.ts';

export class TestSupervisor extends TestCommandSocket<
  SupervisionCommand,
  SupervisionState,
  NodeToSupervisor & { kind: 'reply' },
  NodeToSupervisor & { kind: 'refusal' }
> {
  static async open(node: NodeProcess, tenant: FixtureTenant, role: Role = 'supervisor') {
    const token = await node.fixture.supervisionToken(tenant.config.tenant.id, role);
    const supervisor = await TestSupervisor.openWith(node, token);
    await until('the first state', () => supervisor.state);
    return supervisor;
  }

  static openWith(node: NodeProcess, token: string): Promise<TestSupervisor> {
    return new TestSupervisor(node.ready.desk.replace(/\/desk$/, '/supervise')).hello(token);
  }

  async monitor(agentId: AgentId): Promise<void> {
    const ask = async (offer: string) => (await this.done({ kind: 'monitor', agentId, offer })).answer!;
    const answer = await ask((await this.openSound()).offerSdp);
    await this.connectSound(answer, async (offer) => {
      await this.done({ kind: 'leave' });
      return ask(offer);
    });
  }
}
