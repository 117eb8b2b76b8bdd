/**
 * B-06: two sites, each with a network of its own, between which nothing passes: not their signalling, not their sound. Both reach the centre
 * and a carrier (Kamailio with rtpengine), which knows them by number.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, agentPassword, CallCentre, hotline } from './call-centre.ts';
import { FixtureConfig } from './fixture-config.ts';
import { lineTo, NetPlaces, type NetPlace } from './net-places.ts';
import { NodeProcess } from './node-process.ts';
import type { DeskHeard } from './site-acts.ts';
import { agentHz, callerHz } from './tones.ts';
import { until } from './until.ts';

const reserved = '+862150000001';
const menuNumber = '+864008001001';

let places: NetPlaces | undefined;
let whole: CallCentre;
const nodes: NodeProcess[] = [];
let [centrePlace, carrierPlace, near, far] = [] as unknown as NetPlace[];

beforeAll(async () => {
  places = NetPlaces.open(['ip', 'tshark', 'kamailio', 'rtpengine']);
  if (!places) return;
  [centrePlace, carrierPlace, near, far] = ['c', 'k', 'a', 'b'].map((letter) => places!.add(letter)) as [NetPlace, NetPlace, NetPlace, NetPlace];
  for (const [from, to] of [[near, far], [far, near]] as const)
    places.world.run('ip', 'rule', 'add', 'from', from!.address, 'to', to!.address, 'blackhole');
  whole = await CallCentre.start({ nodes: 0, agents: 1, place: centrePlace! });
  const numbers = { [menuNumber]: `${near!.address}:5060`, [hotline]: `${near!.address}:5060`, [reserved]: `${far!.address}:5060` };
  const carrier = carrierPlace!.party('transit', carrierPlace!.address, JSON.stringify(numbers));
  await carrier.begun();
  for (const [name, place] of [['Near', near!], ['Far', far!]] as const) {
    const { id, token } = await whole.enrol(name, {
      sources: [carrierPlace!.address],
      target: { host: carrierPlace!.address, port: 5060, protocol: 'udp' },
      isProbed: false,
    });
    nodes.push(await NodeProcess.start(new FixtureConfig(), {
      SEATGRID_NODE_CONFIG_FILE: '',
      SEATGRID_CENTRE_URL: `http://${centrePlace!.address}:${whole.centre.port}`,
      SEATGRID_ENROL_TOKEN: token,
      SEATGRID_SIP_ADDRESS: place.address,
      SEATGRID_SIP_PORT: '5060',
      SEATGRID_DESK_ADDRESS: place.address,
      SEATGRID_DESK_PORT: '8090',
    }, { place }));
    if (name === 'Far')
      await whole.platform.call('PUT /api/platform/nodes/:id/public-numbers', { params: { id }, body: { use: 'unreached', numbers: [reserved] } });
    await whole.carriesTenant({ id });
  }
  const { platform, tenant, tenantId, queueId } = whole;
  const did = await platform.call('POST /api/platform/dids', { body: { tenantId, number: menuNumber, label: 'Menu' } });
  const say = [{ kind: 'text' as const, text: { en: 'Press your account' } }];
  const flow = await tenant.call('POST /api/flows', {
    body: {
      name: 'Menu',
      start: 'ask',
      steps: {
        ask: { kind: 'gather', prompt: say, variable: 'account', length: { kind: 'fixed', digits: 2 }, timeoutMs: 20_000, next: 'wait' },
        wait: { kind: 'enqueue', queueId },
      },
    } as never,
  });
  await tenant.call('POST /api/flows/:id/publish', { params: { id: flow.id } });
  await tenant.call('POST /api/inbound-rules', {
    body: { name: 'Menu', didIds: [did.id], workingTime: [], onDuty: { kind: 'flow', flowId: flow.id }, offDuty: { kind: 'hang-up', say: [] } },
  });
}, 180_000); // prettier-ignore
afterAll(async () => {
  for (const node of nodes) await node.close();
  await whole?.close();
  await places?.close();
});

test('B-06: between two nodes that do not reach each other a call goes by a reserved number over the carrier: what was keyed is at the desk, both are heard, and nothing of it passes between the two, nor its sound by the centre', async ({ skip }) => {
  if (!places) return skip('no network namespaces');
  const { token, desks } = await whole.signIn({ email: whole.agents[0]!.email, password: agentPassword }).then((agent) => agent.call('POST /api/desk-token'));
  const atFar = desks.find(({ deskUrl }) => deskUrl.includes(far!.address))!;
  const desk = far!.party('desk', atFar.deskUrl, token);
  expect(await desk.next()).toEqual({ isReady: true });
  const seen = await places.world.capture(lineTo('c'), 'ip', ['ip.src', 'ip.dst', 'ip.proto']);
  const call = async () => {
    const caller = carrierPlace!.party('call', carrierPlace!.address, `${carrierPlace!.address}:5060`, menuNumber, '47');
    expect(await desk.next<DeskHeard>()).toMatchObject({ heard: [callerHz], calledNumber: menuNumber, collected: { account: '47' } });
    expect(await caller.next()).toEqual({ heard: [agentHz] });
    caller.end();
    await caller.ended();
  };
  await call();
  const [home, host] = nodes as [NodeProcess, NodeProcess];
  const [started] = home.eventsOf('call.started');
  expect(home.eventsOf('leg.dialled').map(({ facts }) => [facts.callId, facts.number])).toEqual([[started!.facts.callId, reserved]]);
  expect(host.eventsOf('call.started')).toEqual([]);
  expect(home.stderr).toContain('a node was not reached by SIP');
  // It is remembered: the next goes by the number at once, and that has rested.
  await call();
  await until('both to be over', () => home.eventsOf('call.ended').length === 2);
  expect(home.stderr.split('a node was not reached by SIP')).toHaveLength(2);
  desk.end();
  const packets = await seen();
  expect(packets.length).toBeGreaterThan(0);
  expect(packets.filter(([, , protocol]) => protocol !== '6')).toEqual([]);
  const tenant = await whole.signIn(administrator);
  const { items } = await until('the centre to know of both', async () => {
    const found = await tenant.call('GET /api/calls', { query: { limit: 50 } });
    return found.items.length === 2 && found.items.every(({ endReason }) => endReason) && found;
  }, 30_000);
  expect(items).toHaveLength(2);
}, 180_000); // prettier-ignore
