/** A node on core 0 whose one number rings an outside line, SIPp on core 1 at both ends: the plainest call there is. */
import { FixtureConfig, type FixtureTenant } from '../../apps/edge-node/test/fixture-config.ts';
import { startNode, type NodeUnderTest } from './node-under-test.ts';
import { startSipp, type RunningSipp } from './sipp.ts';

export const nodeCore = 0;
export const sippCore = 1;
const callers = { address: '127.0.0.2', port: 15_062 };
const callee = { address: '127.0.0.3', port: 15_063 };
const number = '+18005550001';

export interface PlainCalls {
  readonly fixture: FixtureConfig;
  readonly tenant: FixtureTenant;
  readonly node: NodeUnderTest;
  /** `scenario` of a caller; ends with the last of its calls. */
  place(scenario: string, load: { readonly rate: number; readonly calls: number; readonly holdMs: number }): RunningSipp;
  close(): Promise<void>;
} // prettier-ignore

export async function openPlainCalls(agents = 1): Promise<PlainCalls> {
  const fixture = new FixtureConfig();
  fixture.trunk({
    sources: [callers.address],
    target: { host: callee.address, port: callee.port },
    channelsMax: 100_000,
  });
  const tenant = fixture.tenant({
    slug: 'bench',
    number,
    agents,
    quotas: { agentsSignedIn: 100_000, concurrentCalls: 100_000 },
  });
  const flow = fixture.flow(tenant, 'dial', {
    dial: { kind: 'dial', number: '+498912345', ringTimeoutMs: 20_000, onFailed: 'sorry' },
    sorry: { kind: 'hang-up', say: [] },
  });
  fixture.route(tenant, { kind: 'flow', flowId: flow.id });
  const node = await startNode(fixture.build(), nodeCore);
  const answering = startSipp({ scenario: 'callee', core: sippCore, ...callee });
  return {
    fixture,
    tenant,
    node,
    place: (scenario, load) =>
      startSipp({
        scenario,
        core: sippCore,
        ...callers,
        target: `${node.address}:${node.sipPort}`,
        service: number,
        ...load,
      }),
    async close() {
      await answering.stop();
      await node.close();
    },
  };
}
