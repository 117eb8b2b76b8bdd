/** A node rehearses after its start, and nobody can tell by anything but the cost of its first calls. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { FixtureConfig } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { until } from './until.ts';

const number = '+8640080010001';

test('rehearsed calls are all answered, leave nothing behind, and are in no record', async () => {
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: ['127.0.0.2'] });
  const tenant = fixture.tenant({ slug: 'demo', number, agents: 1 });
  const queue = fixture.queue(tenant);
  fixture.route(tenant, { kind: 'queue', queueId: queue.id });
  const node = await NodeProcess.start(fixture, { SEATGRID_REHEARSED_CALLS: '40' });
  onTestFinished(() => node.close());
  const told = () => node.stderr.split('\n').find((line) => line.includes('calls were rehearsed'));
  await until('the rehearsal to be over', () => told() !== undefined, 60_000);
  const rehearsed = JSON.parse(told()!) as { saidAgain: number };
  expect(rehearsed).toMatchObject({ calls: 40, answered: 40 });
  // A make that nobody understands is one message in four; on a machine in use one now and then comes too late.
  expect(rehearsed.saidAgain).toBeLessThan(20);
  expect(existsSync(join(node.folder, 'rehearsal'))).toBe(false);
  expect(node.events().filter(({ tenantId }) => tenantId !== null)).toEqual([]);

  const phone = await TestPhone.open({ address: '127.0.0.2' });
  onTestFinished(() => phone.close());
  const call = await phone.ring({ host: nodeAddress, port: node.sipPort, number, from: '13800138000' });
  await call.until(['talking'], 10_000);
  call.hangUp();
  await node.event('call.ended');
});
