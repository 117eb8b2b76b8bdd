/** B-04, B-08: agents and callers of several cities: which number is shown from where, and who is answered like whom. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SiteId } from '@seatgrid/core/kernel/ids.ts';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';

const hotline = '+864008000001';
const sites = { beijing: newId<'site'>(), shanghai: newId<'site'>() } satisfies Record<string, SiteId>;

let side: TelephoneSide;
let tenant: FixtureTenant;
let shanghai: NodeProcess;
let remote: TestPhone;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    numberWith(tenant, hotline, { kind: 'queue', queueId: fixture.queue(tenant).id });
    tenant.config.dids.push(
      { id: newId<'did'>(), number: '+861060000000', siteId: sites.beijing },
      { id: newId<'did'>(), number: '+862160000000', siteId: sites.shanghai },
    );
    fixture.siteId = sites.beijing;
    // The IP link of another city, whose exchange writes numbers as people there do.
    const link = fixture.trunk({ sources: ['127.0.0.8'] });
    link.numberFormat = {
      countryCode: '86',
      areaCode: '21',
      nationalPrefix: '0',
      unprefixed: ['13', '400'],
      internationalPrefix: '00',
      bare: 'national',
      sent: 'national',
      strip: 0,
      add: '',
    };
  });
  remote = await TestPhone.open({ address: '127.0.0.8' });
  side.fixture.siteId = sites.shanghai;
  shanghai = await NodeProcess.start(side.fixture);
});
afterAll(async () => {
  await remote?.close();
  await shanghai?.close();
  await side?.close();
});

test('two agents of one queue at two sites call out, and each callee sees the local number of that agent’s site (B-08)', async () => {
  for (const [node, extension, local] of [
    [side.node, '1001', '+861060000000'],
    [shanghai, '1002', '+862160000000'],
  ] as const) {
    const phone = await RegisteredPhone.open(node, { extension, domain: 'demo.seatgrid' });
    expect(await phone.register()).toBe(200);
    phone.dial('13911112222');
    await phone.untilTalking();
    expect(side.outsideLeg!.from).toBe(local);
    phone.hangUp();
    const started = await node.event('call.started', ({ direction }) => direction === 'outbound');
    expect(started.facts.fromNumber).toBe(local);
    await phone.close();
  }
});

test('a call over an IP link from another city is queued and answered like a local one (B-04)', async () => {
  const { sipPort: port } = side.node;
  const local = () => side.ring(hotline, '13800138000');
  const distant = async () => {
    const call = await remote.ring({ host: nodeAddress, port, number: '4008000001', from: '60006000' });
    call.rtp.speak(toneOf(callerHz));
    return call;
  };
  const stories: string[][] = [];
  for (const [ring, from] of [
    [local, '13800138000'],
    [distant, '+862160006000'],
  ] as const) {
    const call = await ring();
    const queued = await side.node.event('queue.entered', ({ callId }) =>
      side.node
        .eventsOf('call.started')
        .some(({ facts }) => facts.callId === callId && facts.fromNumber === from),
    );
    const { callId } = queued.facts;
    const desk = await side.ready(tenant);
    const shown = await desk.answer();
    expect(shown).toMatchObject({ callId, number: from, calledNumber: hotline });
    desk.sound!.speak(toneOf(agentHz));
    await call.rtp.listen(300);
    expect(whoIsHeard(await call.rtp.listen(400))).toEqual([agentHz]);
    expect(whoIsHeard(await desk.listen(400))).toEqual([callerHz]);
    call.hangUp();
    await side.node.event('call.ended', (facts) => facts.callId === callId);
    const own = side.node.events().filter(({ facts }) => 'callId' in facts && facts.callId === callId);
    // How its lines sounded is told in its own time.
    const beside = ['agent.presence', 'leg.media'];
    stories.push(own.map(({ facts }) => facts.kind).filter((kind) => !beside.includes(kind)));
    await side.settle();
  }
  expect(stories[1]).toEqual(stories[0]);
  expect(stories[0]).toContain('call.bridged');
});
