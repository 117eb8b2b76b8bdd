/**
 * A flow's figures of today among very many events, against a real database as the role that serves. SEATGRID_EVENTS says how
 * many there are besides (1,000,000 for the figure in bench/README.md).
 */
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { uuidFloor } from '../partitions.ts';
import { inTenant } from '../scopes.ts';
import { startTestCluster, testClock, type TestCluster } from '../test-cluster.ts';
import { flowTraffic, flowTrafficQuery } from './flow-traffic.ts';

const events = Number(process.env['SEATGRID_EVENTS'] ?? 60_000);
const flows = 20;
const tenant = '0190aaaa-0000-7000-8000-000000000001' as TenantId;
const stranger = '0190aaaa-0000-7000-8000-000000000002' as TenantId;
const flowId = (at: number) => `0190bbbb-0000-7000-8000-${String(at).padStart(12, '0')}`;

let cluster: TestCluster;
let sinceMs: number;

beforeAll(async () => {
  cluster = await startTestCluster();
  sinceMs = testClock.nowMs() - 3_600_000;
  const owner = postgres(cluster.postgres.ownerUrl, { max: 1, onnotice: () => {} });
  try {
    // Tenants and nodes are not what is tried here.
    await owner`set session_replication_role = replica`;
    // Every second event is a step of one of the flows, every tenth of those of today; calls of four steps.
    await owner`
      insert into journal_event (tenant_id, id, node_id, sequence, at, kind, call_id, flow_id, facts)
      select ${tenant}::uuid, overlay(gen_random_uuid()::text placing
          left(case when n % 10 = 0 then ${uuidFloor(sinceMs + 1_000)} else ${uuidFloor(sinceMs - 86_400_000)} end, 14)
          from 1)::uuid,
        ${tenant}::uuid, n, now(), case when n % 2 = 0 then 'flow.step' else 'call.answered' end,
        ('0190cccc-0000-7000-8000-' || lpad((n / 80)::text, 12, '0'))::uuid,
        case when n % 2 = 0 then ('0190bbbb-0000-7000-8000-' || lpad((n / 2 % ${flows})::text, 12, '0'))::uuid end,
        jsonb_build_object('kind', 'flow.step', 'stepKey', 'step-' || (n % 4), 'exit', 'next')
      from generate_series(1, ${events}::int) as n`;
    const step = (sequence: number, tenantId: string, stepKey: string, exit: string | null) => owner`
      insert into journal_event (tenant_id, id, node_id, sequence, at, kind, call_id, flow_id, facts) values
        (${tenantId}, overlay(gen_random_uuid()::text placing left(${uuidFloor(sinceMs + 2_000)}, 14) from 1)::uuid,
         ${tenant}, ${sequence}, now(), 'flow.step', ${flowId(900 + Math.floor(sequence / 10))}, ${flowId(999)},
         ${owner.json(exit === null ? { stepKey } : { stepKey, exit })})`;
    for (const [sequence, key, exit] of [
      [11, 'menu', 'choices.1'],
      [12, 'bye', null],
      [21, 'menu', 'choices.2'],
      [22, 'bye', null],
      [31, 'menu', 'choices.2'],
    ] as const)
      await step(sequence, tenant, key, exit);
    await step(41, stranger, 'menu', 'choices.1');
    // Steps of one moment, after one that was told by itself and before another.
    await step(51, tenant, 'menu', 'choices.3');
    await owner`
      insert into journal_event (tenant_id, id, node_id, sequence, at, kind, call_id, flow_id, facts) values
        (${tenant}, overlay(gen_random_uuid()::text placing left(${uuidFloor(sinceMs + 2_000)}, 14) from 1)::uuid,
         ${tenant}, 52, now(), 'flow.steps', ${flowId(905)}, ${flowId(999)},
         ${owner.json({ steps: [{ stepKey: 'sum' }, { stepKey: 'sort', exit: 'cases.0' }] })})`;
    await step(53, tenant, 'bye', null);
    await owner`analyze journal_event`;
  } finally {
    await owner.end();
  }
}, 180_000);
afterAll(() => cluster?.stop());

test('two ways to one step are counted apart, and nothing of another tenant is', async () => {
  const ways = await inTenant(cluster.database.tenants, tenant, (trx) =>
    flowTraffic(trx, flowId(999), sinceMs),
  );
  expect(ways).toEqual([
    { from: 'bye', exit: null, to: null, count: 3 },
    { from: 'menu', exit: 'choices.1', to: 'bye', count: 1 },
    { from: 'menu', exit: 'choices.2', to: 'bye', count: 1 },
    { from: 'menu', exit: 'choices.2', to: null, count: 1 },
    { from: 'menu', exit: 'choices.3', to: 'sum', count: 1 },
    { from: 'sort', exit: 'cases.0', to: 'bye', count: 1 },
    { from: 'sum', exit: null, to: 'sort', count: 1 },
  ]);
});

test('they are found by an index on flow and time, whoever is walled in', async () => {
  const plan = await inTenant(cluster.database.tenants, tenant, async (trx) => {
    const compiled = flowTrafficQuery(trx, flowId(0), sinceMs).compile();
    const explained = await trx.executeQuery<{ 'QUERY PLAN': unknown }>({
      ...compiled,
      sql: `explain (analyze, format json) ${compiled.sql}`,
    });
    return explained.rows[0]!['QUERY PLAN'] as readonly [{ Plan: PlanNode; 'Execution Time': number }];
  });
  const scans = nodesOf(plan[0].Plan).filter((node) => node['Relation Name']?.startsWith('journal_event'));
  const read = scans.filter((node) => (node['Actual Rows'] ?? 0) > 0);
  expect(read.length).toBeGreaterThan(0);
  for (const scan of read) {
    const condition = [scan, ...(scan.Plans ?? [])].map((node) => node['Index Cond'] ?? '').join(' ');
    expect(condition, JSON.stringify(scan)).toMatch(/tenant_id = .*flow_id = .*id >= /);
  }
  if (events >= 1_000_000)
    console.log(`a flow's day out of ${events} events: ${plan[0]['Execution Time']} ms`);
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows'?: number;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
