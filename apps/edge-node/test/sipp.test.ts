/** Calls by SIPp: a caller that shares no code with the node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callsThatFillMin } from '../src/admission/limits.ts';
import { FixtureConfig, newId, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { hasSipp, runSipp } from './sipp.ts';
import { cancellingCaller, infoCaller, plainCaller } from './sipp-scenarios.ts';
import { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

if (!hasSipp) console.warn('SKIPPED: sipp is not installed (Debian: sip-tester)');

describe.skipIf(!hasSipp)('calls by SIPp', () => {
  let node: NodeProcess;
  let tenant: FixtureTenant;
  const address = '127.0.0.2';

  beforeAll(async () => {
    const fixture = new FixtureConfig();
    fixture.trunk({ sources: [address] });
    tenant = fixture.tenant({
      slug: 'demo',
      number: '+8640080010001',
      agents: 1,
      quotas: { concurrentCalls: 500 },
    });
    tenant.config.dids.push({ id: newId<'did'>(), number: '+8640080010002', siteId: null });
    const flow = fixture.flow(tenant, 'menu', {
      menu: {
        kind: 'menu',
        welcome: [],
        prompt: [{ kind: 'text', text: { en: 'Press three' } }],
        invalid: [],
        choices: { '3': { label: 'Three', next: 'bye' } },
        timeoutMs: 5_000,
        attempts: 1,
        otherwise: 'bye',
      },
      bye: { kind: 'hang-up', say: [] },
    });
    fixture.route(tenant, { kind: 'flow', flowId: flow.id });
    const [rule] = tenant.config.rules;
    const agent = { kind: 'agent', agentId: tenant.agents[0]!.id } as const;
    tenant.config.rules = [
      { ...rule!, didIds: [tenant.config.dids[0]!.id] },
      {
        ...rule!,
        id: newId<'inbound-rule'>(),
        didIds: [tenant.config.dids[1]!.id],
        onDuty: agent,
        offDuty: agent,
      },
    ];
    node = await NodeProcess.start(fixture);
  });

  afterAll(() => node?.close());

  const target = () => `${nodeAddress}:${node.sipPort}`;

  test.each(['u1', 't1'])('over %s: answered, talked, hung up', async (transport) => {
    const before = node.eventsOf('call.ended').length;
    await runSipp({
      scenario: plainCaller('+8640080010001', 500),
      target: target(),
      address,
      arguments: ['-t', transport],
    });
    const ended = await until('the end', () => node.eventsOf('call.ended')[before]);
    expect(ended.facts.reason).toEqual({ party: 'caller', code: 'abandoned' });
    expect(ended.facts.billableSeconds).toBe(1);
  });

  test('a key by SIP INFO chooses from the menu', async () => {
    await runSipp({ scenario: infoCaller('+8640080010001', '3'), target: target(), address });
    const step = await node.event('flow.step', (facts) => facts.label === 'Three');
    expect(step.facts).toMatchObject({ outcome: '3', digits: '3' });
  });

  test('given up while an agent rings: the agent is free, the record says abandoned', async () => {
    const desk = await TestDesk.ready(node, tenant);
    const run = runSipp({ scenario: cancellingCaller('+8640080010002'), target: target(), address });
    const { callId } = await desk.untilInteraction('ringing');
    await run;
    await desk.untilPresence('ready');
    const ended = await node.event('call.ended', (facts) => facts.callId === callId);
    expect(ended.facts).toMatchObject({
      reason: { party: 'caller', code: 'abandoned' },
      answeredAtMs: null,
      billableSeconds: 0,
    });
    desk.close();
  });

  test('two hundred calls, twenty a second: each begins once and ends once', async () => {
    const before = node.eventsOf('call.started').length;
    await runSipp({
      scenario: plainCaller('+8640080010001', 800),
      target: target(),
      address,
      calls: 200,
      rate: 20,
      deadlineSeconds: 50,
      // Where the machine is slow the next caller waits for a line: beside more calls than these a node may refuse one for it.
      arguments: ['-l', String(callsThatFillMin - 3)],
    });
    await until('every end', () => node.eventsOf('call.ended').length === before + 200);
    const started = node.eventsOf('call.started').map((event) => event.facts.callId);
    const ended = node.eventsOf('call.ended').map((event) => event.facts.callId);
    expect([...ended].sort()).toEqual([...started].sort());
    expect(new Set(ended).size).toBe(ended.length);
  }, 90_000);
});
