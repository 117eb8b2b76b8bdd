/** F-30 by calls: five tenants of three free agents each, rung side by side; the caller hangs up as soon as somebody rings. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FixtureTenant } from './fixture-config.ts';
import { nodeAddress } from './node-process.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import type { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

const callsOfEach = 60;
const numbers = [1, 2, 3, 4, 5].map((place) => `+86400800100${place}`);
let side: TelephoneSide;
const tenants: FixtureTenant[] = [];

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    for (const [place, number] of numbers.entries()) {
      const tenant = fixture.tenant({ slug: `chance-${place}`, number: `+86400800200${place}`, agents: 3 });
      const queue = fixture.queue(tenant, { agentOrder: ['random'], ringTimeoutMs: 60_000 });
      numberWith(tenant, number, { kind: 'queue', queueId: queue.id });
      tenants.push(tenant);
    }
  });
});
afterAll(() => side?.close());

/** Who of the three rings, call after call. */
async function rungBy(number: string, desks: readonly TestDesk[]): Promise<number[]> {
  const rung: number[] = [];
  for (let call = 0; call < callsOfEach; call++) {
    const ringing = await side.phone.ring({
      host: nodeAddress,
      port: side.node.sipPort,
      number,
      from: `1370013${7_000 + call}`,
    });
    const isReserved = ({ state }: TestDesk) => state!.presence.state === 'reserved';
    const whoRings = () => [0, 1, 2].filter((agent) => isReserved(desks[agent]!));
    await until('an agent to be rung', () => whoRings().length > 0, 30_000);
    rung.push(...whoRings());
    ringing.hangUp();
    await until(
      'all three to be free',
      () => desks.every(({ state }) => state!.presence.state === 'ready'),
      30_000,
    );
  }
  return rung;
}

test('F-30: 300 calls over three free agents show no fixed order, and each share is within ten points of a third', async () => {
  const lanes = await Promise.all(
    tenants.map(async (tenant, lane) => {
      const desks = await Promise.all([0, 1, 2].map((agent) => side.ready(tenant, agent)));
      return rungBy(numbers[lane]!, desks);
    }),
  );
  const rung = lanes.flat();
  expect(rung).toHaveLength(300);
  for (const agent of [0, 1, 2])
    expect(Math.abs(rung.filter((one) => one === agent).length / 300 - 1 / 3)).toBeLessThan(0.1);
  // In a fixed order whoever rings after an agent would always be the same one.
  const pairs = lanes.flatMap((lane) => lane.slice(1).map((agent, call) => `${lane[call]} ${agent}`));
  expect(new Set(pairs).size).toBe(9);
}, 180_000);
