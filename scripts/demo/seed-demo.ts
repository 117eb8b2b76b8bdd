/**
 * Makes the demo tenants through the public API alone, as their administrators would. Idempotent: what stands already (found by
 * its name) is left as it is, so a person's changes survive the next `up`.
 */
import { ApiProblem, type ApiClient } from '@seatgrid/contracts/api/client.ts';
import type { NodeId, PromptId, QueueId, SkillId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { closedFlow, demoFlow, type FlowDraft } from './demo-flows.ts';
import { renderChime, renderMusic, toWav } from './demo-music.ts';
import { demoTenants, type DemoPerson, type DemoTenant } from './demo-tenants.ts';

export interface DemoWorld {
  /** Signed in as platform operator. */
  readonly platform: ApiClient;
  readonly signIn: (email: string, password: string) => Promise<ApiClient>;
  readonly nodeId: NodeId;
  /** Sources the trunk believes, beside this machine itself. */
  readonly trunkFrom: readonly string[];
  readonly password: string;
  readonly phonePassword: string;
}

/** Settles with how many things had to be made. */
export async function seedDemo(world: DemoWorld): Promise<number> {
  const made = { count: 0 };
  await seedTrunk(world, made);
  for (const demo of demoTenants) {
    const tenantId = await seedTenant(world, demo, made);
    await seedNumber(world, demo, tenantId, made);
    const administrator = demo.people.find((person) => person.role === 'administrator')!;
    const api = await signInOrSkip(world, administrator.email);
    if (!api) continue;
    await seedInside({ ...world, api, demo, made });
  }
  return made.count;
}

interface Made {
  count: number;
}

/** Somebody gave the administrator another password: the tenant is theirs now, and stays as it is. */
async function signInOrSkip(world: DemoWorld, email: string): Promise<ApiClient | undefined> {
  try {
    return await world.signIn(email, world.password);
  } catch (fault) {
    if (fault instanceof ApiProblem && fault.problem.code === 'not-signed-in') return undefined;
    throw fault;
  }
}

async function seedTrunk({ platform, nodeId, trunkFrom }: DemoWorld, made: Made): Promise<void> {
  const sources = ['127.0.0.0/8', ...trunkFrom];
  const trunk = (await platform.call('GET /api/platform/trunks')).items.find((one) => one.name === 'demo');
  if (!trunk) {
    made.count++;
    await platform.call('POST /api/platform/trunks', { body: { nodeId, name: 'demo', sources, target: null, channelsMax: 100 } });
    return;
  }
  const missing = sources.filter((source) => !trunk.sources.includes(source));
  if (missing.length === 0) return;
  made.count++;
  const { id, nodeId: _nodeId, ...rest } = trunk;
  await platform.call('PUT /api/platform/trunks/:id', { params: { id }, body: { ...rest, sources: [...trunk.sources, ...missing] } });
} // prettier-ignore

async function seedTenant(
  { platform, password }: DemoWorld,
  demo: DemoTenant,
  made: Made,
): Promise<TenantId> {
  const standing = (await platform.call('GET /api/platform/tenants')).items.find(
    (one) => one.slug === demo.slug,
  );
  if (standing) return standing.id;
  const { slug, name, locale, timeZone, quotas } = demo;
  const administrator = demo.people.find((person) => person.role === 'administrator')!;
  made.count++;
  const tenant = await platform.call('POST /api/platform/tenants', {
    body: { slug, name, locale, timeZone, quotas, administrator: { email: administrator.email, name: administrator.name, password } },
  }); // prettier-ignore
  return tenant.id;
}

async function seedNumber(
  { platform }: DemoWorld,
  demo: DemoTenant,
  tenantId: TenantId,
  made: Made,
): Promise<void> {
  const standing = (await platform.call('GET /api/platform/dids')).items;
  if (standing.some((did) => did.number === demo.number)) return;
  made.count++;
  await platform.call('POST /api/platform/dids', {
    body: { tenantId, number: demo.number, label: demo.numberLabel },
  });
}

interface Inside extends DemoWorld {
  /** Signed in as the tenant's administrator. */
  readonly api: ApiClient;
  readonly demo: DemoTenant;
  readonly made: Made;
}

async function seedInside(inside: Inside): Promise<void> {
  const { api, demo, made } = inside;
  const skills = new Map<string, SkillId>();
  for (const name of new Set(demo.queues.map((queue) => queue.skill)))
    skills.set(name, await seedSkill(inside, name));
  for (const person of demo.people) await seedPerson(inside, person, skills);
  const music = await seedSound(inside, demo.music.name, 'music', () => toWav(renderMusic(demo.music)));
  const chime = await seedSound(inside, 'chime', 'prompt', () => toWav(renderChime()));
  await seedMusic(inside, music);
  const queues = new Map<string, QueueId>();
  for (const queue of demo.queues) queues.set(queue.name, await seedQueue(inside, queue, skills, music));
  await seedRule(inside, queues, chime);
  const codes = new Set((await api.call('GET /api/dispositions')).items.map((one) => one.code));
  for (const disposition of demo.dispositions)
    if (!codes.has(disposition.code)) {
      made.count++;
      await api.call('POST /api/dispositions', { body: disposition });
    }
  const reasons = new Set((await api.call('GET /api/pause-reasons')).items.map((one) => one.name.en));
  for (const reason of demo.pauseReasons)
    if (!reasons.has(reason.name.en)) {
      made.count++;
      await api.call('POST /api/pause-reasons', { body: reason });
    }
}

async function seedSkill({ api, made }: Inside, name: string): Promise<SkillId> {
  const standing = (await api.call('GET /api/skills')).items.find((one) => one.name === name);
  if (standing) return standing.id;
  made.count++;
  return (await api.call('POST /api/skills', { body: { name } })).id;
}

async function seedPerson(
  inside: Inside,
  person: DemoPerson,
  skills: ReadonlyMap<string, SkillId>,
): Promise<void> {
  const { api, made, password, phonePassword } = inside;
  if (person.role === 'administrator') return;
  if (person.role === 'supervisor') {
    if ((await api.call('GET /api/users')).items.some((user) => user.email === person.email)) return;
    made.count++;
    await api.call('POST /api/users', {
      body: { email: person.email, name: person.name, role: 'supervisor', password },
    });
    return;
  }
  if ((await api.call('GET /api/agents')).items.some((agent) => agent.extension === person.extension)) return;
  made.count++;
  await api.call('POST /api/agents', {
    body: {
      email: person.email,
      name: person.name,
      password,
      phonePassword,
      staffId: person.extension,
      extension: person.extension,
      locale: person.locale,
      skills: Object.entries(person.skills).map(([name, level]) => ({ skillId: skills.get(name)!, level })),
      isAutoAnswer: false,
    },
  });
}

async function seedSound(
  { api, made }: Inside,
  name: string,
  kind: 'prompt' | 'music',
  render: () => Uint8Array<ArrayBuffer>,
): Promise<PromptId> {
  const standing = (await api.call('GET /api/prompts')).items.find(
    (one) => one.name === name && one.kind === kind,
  );
  if (standing) return standing.id;
  made.count++;
  return (await api.call('POST /api/prompts', { query: { name, kind }, body: render() })).id;
}

async function seedMusic({ api, made }: Inside, music: PromptId): Promise<void> {
  const settings = await api.call('GET /api/settings');
  if (settings.music.length > 0) return;
  made.count++;
  await api.call('PUT /api/settings', { body: { ...settings, music: [music] } });
}

async function seedQueue(
  { api, made }: Inside,
  queue: DemoTenant['queues'][number],
  skills: ReadonlyMap<string, SkillId>,
  music: PromptId,
): Promise<QueueId> {
  const standing = (await api.call('GET /api/queues')).items.find((one) => one.name === queue.name);
  if (standing) return standing.id;
  made.count++;
  const { name, ringTimeoutMs, wrapUpMs, announcePositionEveryMs } = queue;
  const busy = { kind: 'hang-up' as const, say: [{ kind: 'text' as const, text: queue.full }] };
  const added = await api.call('POST /api/queues', {
    body: {
      name,
      requires: [{ skillId: skills.get(queue.skill)!, level: 1 }],
      ringTimeoutMs,
      wrapUpMs,
      waitingMax: 50,
      waitMaxMs: 600_000,
      onFull: busy,
      onTimeout: busy,
      entry: [{ kind: 'text', text: queue.entry }],
      music: [music],
      announcePositionEveryMs,
      isRecorded: true,
    },
  });
  return added.id;
}

/** The menu behind the number, and what is said off duty; in the demo it is always on duty. */
async function seedRule(
  inside: Inside,
  queues: ReadonlyMap<string, QueueId>,
  chime: PromptId,
): Promise<void> {
  const { api, demo, made } = inside;
  if ((await api.call('GET /api/inbound-rules')).items.length > 0) return;
  const did = (await api.call('GET /api/dids')).items.find((one) => one.number === demo.number);
  if (!did) return;
  const main = await seedFlow(inside, demoFlow(demo, queues, chime));
  const closed = await seedFlow(inside, closedFlow(demo));
  made.count++;
  await api.call('POST /api/inbound-rules', {
    body: {
      name: demo.numberLabel,
      didIds: [did.id],
      workingTime: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
      onDuty: { kind: 'flow', flowId: main },
      offDuty: { kind: 'flow', flowId: closed },
    },
  });
}

async function seedFlow({ api, made }: Inside, draft: FlowDraft) {
  const standing = (await api.call('GET /api/flows')).items.find((one) => one.name === draft.name);
  const flow = standing ?? (await api.call('POST /api/flows', { body: draft }));
  if (flow.publishedVersion === null) {
    made.count++;
    await api.call('POST /api/flows/:id/publish', { params: { id: flow.id } });
  }
  return flow.id;
}
