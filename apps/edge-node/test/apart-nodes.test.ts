/**
 * B-06: two sites, each with a network of its own, between which nothing passes: not their signalling, not their sound. Both reach the centre
 * and a carrier (Kamailio with rtpengine), which knows them by number.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { visitUnheardMs } from '../src/limits.ts';
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
let farId: NodeId;
let [centrePlace, carrierPlace, near, far] = [] as unknown as NetPlace[];

beforeAll(async () => {
  places = NetPlaces.open(['ip', 'tshark', 'kamailio', 'rtpengine']);
  if (!places) return;
  [centrePlace, carrierPlace, near, far] = ['c', 'k', 'a', 'b'].map((letter) => places!.add(letter)) as [NetPlace, NetPlace, NetPlace, NetPlace];
  for (const [from, to] of [[near, far], [far, near]] as const)
    places.world.run('ip', 'rule', 'add', 'from', from!.address, 'to', to!.address, 'blackhole');
  whole = await CallCentre.start({ nodes: 0, agents: 2, place: centrePlace! });
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
    farId = id;
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

test('B-06: between two nodes that reach each other neither by SIP nor by number a caller waits some two seconds for the agent there, and is the next to be served at home; the agent is kept for nobody', async ({ skip }) => {
  if (!places) return skip('no network namespaces');
  const [home, host] = nodes as [NodeProcess, NodeProcess];
  const params = { id: farId };
  const configs = () => host.stderr.split('"config-applied"').length;
  const before = configs();
  await whole.platform.call('PUT /api/platform/nodes/:id/public-numbers', { params, body: { use: 'unreached', numbers: [] } });
  await until('the node to know that it has none', () => configs() > before, 20_000);
  const deskAt = async (place: NetPlace, index: number) => {
    const agent = await whole.signIn({ email: whole.agents[index]!.email, password: agentPassword });
    const { token, desks } = await agent.call('POST /api/desk-token');
    const desk = place.party('desk', desks.find(({ deskUrl }) => deskUrl.includes(place.address))!.deskUrl, token);
    expect(await desk.next()).toEqual({ isReady: true });
    return desk;
  };
  const there = await deskAt(far!, 0);
  const known = new Set(home.eventsOf('queue.entered').map(({ facts }) => facts.callId));
  const caller = carrierPlace!.party('call', carrierPlace!.address, `${carrierPlace!.address}:5060`, menuNumber, '47');
  const entered = await home.event('queue.entered', ({ callId }) => !known.has(callId), 30_000);
  const tried = () => home.stderr.split('\n').filter((line) => line.includes('and has no number of the public network'));
  const [line] = await until('the agent there to be tried', () => tried().length > 0 && tried(), 20_000);
  expect(Date.parse((JSON.parse(line!) as { time: string }).time) - entered.atMs).toBeLessThan(visitUnheardMs + 5_000);
  const here = await deskAt(near!, 1);
  expect(await here.next<DeskHeard>()).toMatchObject({ heard: [callerHz], collected: { account: '47' } });
  expect(await caller.next()).toEqual({ heard: [agentHz] });
  // The other node keeps nobody for this one for a while: the caller was not tried there over and over.
  expect(tried()).toHaveLength(1);
  expect(host.eventsOf('reservation.made').some(({ facts }) => facts.callId === entered.facts.callId)).toBe(false);
  caller.end();
  await caller.ended();
  for (const desk of [here, there]) desk.end();
}, 180_000); // prettier-ignore
