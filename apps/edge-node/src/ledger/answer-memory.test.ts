import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { AnsweredBefore } from '@seatgrid/core/routing/answered-before.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { AnswerMemory } from './answer-memory.ts';
import { answersKeptMs, answersWriteMs } from './limits.ts';

const weekMs = 7 * 24 * 3_600_000;
const [a, b] = ['a', 'b'] as [AgentId, AgentId];
let folder: string;
let clock: VirtualClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-answers-'));
  clock = new VirtualClock();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => new AnswerMemory({ path: join(folder, 'answers.sqlite'), clock });
const tenantNamed = (id: string) => ({ id: id as TenantId, answeredBefore: new AnsweredBefore() });

test('F-20: who answered a caller last week is known after a restart, the last one first; of no other tenant', () => {
  const before = open();
  const tenant = tenantNamed('harbor');
  for (const agentId of [a, b, a]) {
    before.note(tenant, '13800138000', agentId);
    clock.advance(1_000);
  }
  before.close();
  clock.advance(weekMs);
  const after = open();
  const [same, other] = [tenantNamed('harbor'), tenantNamed('other')];
  after.recall([same, other]);
  expect(same.answeredBefore.of('13800138000')).toEqual([a, b]);
  expect(other.answeredBefore.of('13800138000')).toEqual([]);
  after.close();
});

test('what was noted is on the disk a moment later, without anybody closing it', () => {
  const killed = open();
  killed.note(tenantNamed('harbor'), '1', a);
  clock.advance(answersWriteMs);
  const size = () => {
    const tenant = tenantNamed('harbor');
    killed.recall([tenant]);
    return tenant.answeredBefore.of('1');
  };
  expect(size()).toEqual([a]);
  killed.close();
});

test('nobody is remembered for ever', () => {
  const before = open();
  before.note(tenantNamed('harbor'), '1', a);
  before.close();
  clock.advance(answersKeptMs + 1);
  const after = open();
  const tenant = tenantNamed('harbor');
  after.recall([tenant]);
  expect(tenant.answeredBefore.of('1')).toEqual([]);
  after.close();
});
