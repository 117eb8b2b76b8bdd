/** A browser that reaches the node by a relay alone (coturn), with the pass the node gave it. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Coturn, hasCoturn } from '@seatgrid/testkit/coturn.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { TelephoneSide } from './telephone-side.ts';
import { TestSupervisor } from './test-supervisor.ts';
import { TestVisitor } from './test-visitor.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

if (!hasCoturn) console.warn('SKIPPED: coturn is not on this machine (apt-get install -y coturn)');

describe.skipIf(!hasCoturn)('a node with a relay', () => {
  let relay: Coturn;
  let side: TelephoneSide;
  let tenant: FixtureTenant;
  const buttonId = newId<'web-button'>();

  beforeAll(async () => {
    relay = await Coturn.start();
    side = await TelephoneSide.start(
      (fixture) => {
        tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
        fixture.route(tenant, { kind: 'queue', queueId: fixture.queue(tenant, { name: 'sales' }).id });
        tenant.config.webButtons.push({
          id: buttonId,
          name: 'Shop',
          didId: tenant.config.dids[0]!.id,
          origins: ['https://shop.example'],
          isOpen: true,
          callsAtOnceMax: 5,
          callsPerMinuteMax: 60,
        });
      },
      {
        SEATGRID_TURN_URLS: relay.url,
        SEATGRID_TURN_SECRET: relay.secret,
        SEATGRID_TURN_SECONDS: '60',
      },
    );
  });

  afterAll(async () => {
    await side?.close();
    await relay?.close();
  });

  test('gives each desk a pass before anything else, and the call that goes by it alone is heard on both sides', async () => {
    const desk = await side.ready(tenant);
    expect(desk.relay).toMatchObject({
      urls: [relay.url],
      username: expect.stringMatching(new RegExp(`^\\d+:${tenant.agents[0]!.id}$`)),
    });
    const call = await side.ring('+864008000000');
    await desk.answer();
    expect(desk.sound!.offerSdp.match(/^a=candidate.*$/gm)?.every((line) => line.includes('typ relay'))).toBe(
      true,
    );
    desk.sound!.speak(toneOf(agentHz));
    await until('the agent at the caller', async () =>
      whoIsHeard(await call.rtp.listen(300)).includes(agentHz),
    );
    expect(whoIsHeard(await desk.listen(500))).toEqual([callerHz]);
    expect(relay.said).toMatch(/ALLOCATE processed, success/);
    await side.settle();
  });

  test('a visitor of a web button and a supervisor who listens are carried by it too', async () => {
    const desk = await side.ready(tenant);
    const visitor = await TestVisitor.open(side.node, buttonId);
    onTestFinished(() => visitor.close());
    await visitor.call();
    expect(visitor.relay?.username).toMatch(new RegExp(`^\\d+:${buttonId}$`));
    visitor.sound!.speak(toneOf(callerHz));
    await desk.answer();
    desk.sound!.speak(toneOf(agentHz));
    await until('the visitor at the agent', async () =>
      whoIsHeard(await desk.listen(300)).includes(callerHz),
    );
    const supervisor = await TestSupervisor.open(side.node, tenant);
    onTestFinished(() => supervisor.close());
    expect(supervisor.relay?.urls).toEqual([relay.url]);
    await supervisor.monitor(tenant.agents[0]!.id);
    await until('both sides at the supervisor', async () => {
      const heard = whoIsHeard(await supervisor.listen(400));
      return heard.includes(callerHz) && heard.includes(agentHz);
    });
    visitor.close();
    await side.settle();
  });

  test('a pass for which the secret was guessed opens nothing', async () => {
    const desk = await side.ready(tenant);
    desk.relay = { ...desk.relay!, credential: 'guessed' };
    const { offerSdp } = await desk.openSound();
    expect(offerSdp).not.toMatch(/a=candidate/);
    await side.settle();
  });
});
