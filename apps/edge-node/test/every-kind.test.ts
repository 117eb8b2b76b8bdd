/**
 * A-10, B-05: one call centre with agents of every kind: beside the caller's node, at another site, at a client's own site, and an expert at
 * a telephone outside. Routing leads to each, the floor shows each live, and a supervisor does with each whatever may be done.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '@seatgrid/contracts/api/client.ts';
import type { Dialog } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import type { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { CentredNodes, type CentredAgent, type CentredNode } from './centred-nodes.ts';
import { TestDesk } from './test-desk.ts';
import { TestSupervisor } from './test-supervisor.ts';
import { agentHz, callerHz, supervisorHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const expertNumber = '13911112222';

let all: CentredNodes;
let [entry, other, clients] = [] as unknown as [CentredNode, CentredNode, CentredNode];
let floor: Awaited<ReturnType<CentredNodes['floor']>>;
let outside: TestPhone;
/** The expert's telephone, once it has answered. */
let expertLine: { readonly rtp: TestRtpPeer; readonly dialog: Dialog; isOver: boolean } | undefined;
let expertQueue: string;
let supervising: ApiClient;

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12', '127.0.0.13'], 4);
  [entry, other, clients] = all.nodes as [CentredNode, CentredNode, CentredNode];
  outside = await TestPhone.open({
    address: '127.0.0.4',
    onRung(invite, rtp) {
      const line = { rtp, isOver: false, dialog: undefined as unknown as Dialog };
      line.dialog = invite.accept(rtp.sdp(), {
        onReinvite: () => rtp.sdp(),
        onEnded: () => (line.isOver = true),
      });
      rtp.connect(invite.sdp);
      rtp.speak(toneOf(agentHz));
      expertLine = line;
    },
  });
  await all.platform.call('POST /api/platform/trunks', {
    body: {
      nodeId: entry.nodeId,
      name: 'To experts',
      sources: ['127.0.0.4'],
      target: { host: '127.0.0.4', port: outside.sipPort, protocol: 'udp' },
      account: null,
      channelsMax: 30,
      inboundChannelsMax: null,
      outboundChannelsMax: null,
    },
  });
  await otherTenant([entry, other]);
  expertQueue = await expertsAlone(all.agents[3]!);
  supervising = await all.supervisor();
  floor = await all.floor();
}, 150_000);
afterEach(() => all.settle());
afterAll(async () => {
  floor?.close();
  await outside?.close();
  await all?.close();
}, 60_000);

/** Served at these nodes, so that the last is our tenant's alone. */
async function otherTenant(nodes: readonly CentredNode[]): Promise<void> {
  const { call } = all.platform;
  const { id } = await call('POST /api/platform/tenants', {
    body: {
      slug: 'other',
      name: 'Other',
      locale: 'en',
      timeZone: 'Asia/Shanghai',
      quotas: { agentsSignedIn: 5, concurrentCalls: 5, flows: 5 },
      administrator: { email: 'admin@other.example', name: 'Otto', password: 'a-long-password' },
    },
  });
  const nodeIds = nodes.map(({ nodeId }) => nodeId);
  await call('PUT /api/platform/tenants/:id/placement', { params: { id }, body: { nodeIds } });
  await until('the other tenant to be served', async () => (await tenantsAt(entry)).includes('other'));
  await until(
    'the client’s site to serve one tenant',
    async () => (await tenantsAt(clients)).join() === 'acme',
  );
}

async function tenantsAt({ process }: CentredNode): Promise<string[]> {
  const { tenants } = (await (await fetch(`${process.ready.localApi}/inspect`)).json()) as {
    tenants: { slug: string }[];
  };
  return tenants.map(({ slug }) => slug);
}

/** A number whose queue asks for a skill that this agent alone has. */
async function expertsAlone({ agentId }: CentredAgent): Promise<string> {
  const { administrator } = all;
  const { id: skillId } = await administrator.call('POST /api/skills', { body: { name: 'Tax law' } });
  const { items } = await administrator.call('GET /api/agents');
  const agent = items.find(({ id }) => id === agentId)!;
  const { name, staffId, extension, locale, groupId, isAutoAnswer, email, phoneSrtp } = agent;
  const skills = [{ skillId, level: 5 }];
  await administrator.call('PUT /api/agents/:id', {
    params: { id: agentId },
    body: {
      name,
      staffId,
      extension,
      locale,
      groupId,
      isAutoAnswer,
      email,
      phoneSrtp,
      kind: 'specialist',
      skills,
    },
  });
  return (await all.queue({ requires: [{ skillId, level: 1 }] })).number;
}

/** How an agent of one kind takes a call, and what is heard there. */
interface Kind {
  readonly title: string;
  readonly agent: () => CentredAgent;
  readonly node: () => CentredNode;
  readonly number: () => Promise<string>;
  readonly device: 'browser' | 'outside';
}

const plain = async () => (await all.queue()).number;
const kinds: readonly Kind[] = [
  { title: 'virtual, beside the caller’s node', agent: () => all.agents[0]!, node: () => entry, number: plain, device: 'browser' },
  { title: 'remote, at another site', agent: () => all.agents[1]!, node: () => other, number: plain, device: 'browser' },
  { title: 'the client’s own, at a site that serves this tenant alone', agent: () => all.agents[2]!, node: () => clients, number: plain, device: 'browser' },
  { title: 'an external expert, at a telephone outside', agent: () => all.agents[3]!, node: () => entry, number: () => Promise.resolve(expertQueue), device: 'outside' },
]; // prettier-ignore

async function signedIn({ agent, node, device }: Kind): Promise<TestDesk> {
  if (device === 'browser') return all.ready(node(), agent());
  const desk = await all.open(node(), await agent().token());
  await desk.done({ kind: 'sign-in', device, number: expertNumber });
  await desk.done({ kind: 'ready' });
  await desk.untilPresence('ready');
  return desk;
}

/** The agent has answered, and sounds like one. */
async function answered(desk: TestDesk, { device }: Kind) {
  if (device === 'browser') {
    await desk.answer(20_000);
    desk.sound!.speak(toneOf(agentHz));
    return desk;
  }
  const line = await until('the expert’s telephone to be rung', () => expertLine, 20_000);
  await desk.untilInteraction('talking');
  return line.rtp;
}

function hears(party: { listen(durationMs: number): Promise<Int16Array> }, ...hz: readonly number[]) {
  return until(`${hz.join(' and ')} Hz to be heard`, async () => {
    const heard = whoIsHeard(await party.listen(300));
    return heard.length === hz.length && hz.every((one) => heard.includes(one));
  }, 15_000); // prettier-ignore
}

async function supervisorAt(node: CentredNode): Promise<TestSupervisor> {
  const { token } = await supervising.call('POST /api/supervision-token', {
    body: { nodeId: node.nodeId },
  });
  const supervisor = await TestSupervisor.openWith(node.process, token);
  await until('the first state', () => supervisor.state);
  return supervisor;
}

test.each(kinds)(
  'A-10, B-05: $title: routing leads there, the floor shows the agent live, and a supervisor monitors, whispers, barges in, intercepts and cuts the call',
  async (kind) => {
    expertLine = undefined;
    const { agentId } = kind.agent();
    const node = kind.node();
    const number = await kind.number();
    const desk = await signedIn(kind);
    const onFloor = (state: string) =>
      until(`the floor to show ${state}`, () => {
        const shown = floor.agent(agentId);
        return shown?.state === state && shown.device === kind.device ? shown : undefined;
      });
    const ready = await onFloor('ready');
    expect(ready.outsideNumber).toBe(kind.device === 'outside' ? expertNumber : undefined);

    const caller = await all.ring(entry, number);
    const ear = await answered(desk, kind);
    const { callId } = desk.state!.interaction!;
    await hears(caller.rtp, agentHz);
    await hears(ear, callerHz);
    expect(await onFloor('talking')).toMatchObject({ callId });

    const supervisor = await supervisorAt(node);
    await supervisor.monitor(agentId);
    supervisor.sound!.speak(toneOf(supervisorHz));
    await hears(supervisor, agentHz, callerHz);
    await hears(caller.rtp, agentHz);
    await supervisor.done({ kind: 'switch', mode: 'whisper' });
    await hears(ear, callerHz, supervisorHz);
    await hears(caller.rtp, agentHz);
    await supervisor.done({ kind: 'switch', mode: 'barge' });
    await until('the agent to be told', () => desk.state!.interaction?.bargeNotice);
    await desk.done({ kind: 'allow-barge', callId });
    await hears(caller.rtp, agentHz, supervisorHz);
    await supervisor.done({ kind: 'intercept' });
    await hears(caller.rtp, supervisorHz);
    await until('the agent to be out of it', () => desk.state!.presence.state !== 'talking');
    if (expertLine) await until('the telephone to be hung up', () => expertLine!.isOver);
    caller.hangUp();
    const places = await until('the record to name the agent’s node', async () => {
      const read = all.administrator.call('GET /api/calls/:id', { params: { id: callId } });
      const record = await read.catch(() => undefined);
      return record?.places.answering.length ? record.places : undefined;
    });
    expect(places).toEqual({ entry: entry.address, answering: [node.address] });

    if (desk.state!.presence.state !== 'ready') await desk.done({ kind: 'ready' });
    await onFloor('ready');
    expertLine = undefined;
    const again = await all.ring(entry, number);
    await answered(desk, kind);
    await hears(again.rtp, agentHz);
    await supervisor.done({ kind: 'release', agentId });
    await until('the caller’s line to be closed', () => again.state.kind === 'ended', 10_000);
    await onFloor('wrapping');
    supervisor.close();
    await desk.done({ kind: 'ready' });
  },
  60_000,
);

test('B-05: an expert who has closed the page is rung all the same, and is busy as anybody is', async () => {
  const [, , , expert] = kinds as [Kind, Kind, Kind, Kind];
  expertLine = undefined;
  const desk = await TestDesk.openWith(entry.process.ready.desk, await expert.agent().token());
  await desk.done({ kind: 'sign-in', device: 'outside', number: expertNumber });
  await desk.done({ kind: 'ready' });
  desk.close();
  const caller = await all.ring(entry, expertQueue);
  const line = await until('the expert’s telephone to be rung', () => expertLine, 20_000);
  await hears(line.rtp, callerHz);
  line.dialog.bye();
  await until('the caller’s line to be closed', () => caller.state.kind === 'ended', 10_000);
  const again = await all.open(entry, await expert.agent().token());
  await until('the agent to be free', () => !['reserved', 'talking'].includes(again.state!.presence.state));
});
