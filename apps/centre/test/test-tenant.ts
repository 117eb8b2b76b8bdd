/** For tests only: a tenant with one of everything, names and extensions equal in every tenant on purpose. */
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import type { Browser, TestCentre } from './test-centre.ts';

export interface TestTenant {
  readonly tenant: ApiReply<'POST /api/platform/tenants'>;
  readonly administrator: Browser;
  readonly supervisor: Browser;
  readonly agent: Browser;
  readonly agentId: string;
  /** By the noun in the path: `/api/queues/:id` → `queues`. */
  readonly ids: Readonly<Record<string, string>>;
}

const password = 'a-long-password';
const hangUp = { kind: 'hang-up' as const, say: [] };
let numbersGiven = 0;

export async function makeTenant(centre: TestCentre, slug: string): Promise<TestTenant> {
  const operator = await centre.operator();
  const tenant = await operator.call('POST /api/platform/tenants', {
    body: {
      slug,
      name: `Company ${slug}`,
      locale: 'en',
      timeZone: 'Asia/Shanghai',
      quotas: { agentsSignedIn: 3, concurrentCalls: 3, flows: 3 },
      administrator: { email: `admin@${slug}.example`, name: 'Ada', password },
    },
  });
  const number = `+86400800${String(1_000 + numbersGiven++)}`;
  const did = await operator.call('POST /api/platform/dids', {
    body: { tenantId: tenant.id, number, label: 'Hotline' },
  });
  const signIn = (name: string) => centre.browser().signIn({ email: `${name}@${slug}.example`, password });
  const administrator = await signIn('admin');
  const { call } = administrator;
  const user = await call('POST /api/users', {
    body: { email: `super@${slug}.example`, name: 'Sue', role: 'supervisor', password },
  });
  const skill = await call('POST /api/skills', { body: { name: 'Sales' } });
  const wav = writeWav(new Int16Array(8_000), 8_000);
  const prompt = await call('POST /api/prompts', { query: { name: 'Welcome', kind: 'prompt' }, body: wav });
  const queue = await call('POST /api/queues', {
    body: {
      name: 'Sales',
      requires: [{ skillId: skill.id, level: 1 }],
      ringTimeoutMs: 15_000,
      wrapUpMs: 10_000,
      waitingMax: 5,
      waitMaxMs: 60_000,
      onFull: hangUp,
      onTimeout: hangUp,
      entry: [{ kind: 'prompt', promptId: prompt.id }],
      music: [],
      announcePositionEveryMs: null,
      isRecorded: true,
    },
  });
  const group = await call('POST /api/groups', { body: { name: 'First', leaderNumber: '600' } });
  const agent = await call('POST /api/agents', {
    body: {
      name: 'Bob',
      staffId: '1001',
      extension: '8001',
      locale: 'en',
      kind: 'leader',
      groupId: group.id,
      skills: [{ skillId: skill.id, level: 5 }],
      isAutoAnswer: false,
      email: `bob@${slug}.example`,
      password,
      phonePassword: 'phone-password',
    },
  });
  const flow = await call('POST /api/flows', {
    body: { name: 'Main', start: 'wait', steps: { wait: { kind: 'enqueue', queueId: queue.id } } },
  });
  await call('POST /api/flows/:id/publish', { params: { id: flow.id } });
  const rule = await call('POST /api/inbound-rules', {
    body: {
      name: 'Always',
      didIds: [did.id],
      workingTime: [],
      onDuty: { kind: 'flow', flowId: flow.id },
      offDuty: hangUp,
    },
  });
  const button = await call('POST /api/web-buttons', {
    body: {
      name: 'Call us',
      didId: did.id,
      origins: [`https://www.${slug}.example`],
      isOpen: true,
      callsAtOnceMax: 5,
      callsPerMinuteMax: 10,
    },
  });
  const ringGroup = await call('POST /api/ring-groups', {
    body: {
      name: 'Service',
      agentIds: [agent.id],
      strategy: 'all',
      ringTimeoutMs: 20_000,
      ringEachMs: 10_000,
      onNoAnswer: hangUp,
    },
  });
  const calendar = await call('POST /api/calendars', {
    body: { name: 'Holidays', days: [{ date: '2026-10-01', name: 'National Day', hours: [] }] },
  });
  const connector = await call('POST /api/connectors', {
    body: {
      name: 'Customer database',
      runsAt: 'node',
      timeoutMs: 2_000,
      linesMax: 2,
      settings: {
        kind: 'postgres',
        host: 'db.example',
        port: 5432,
        database: 'customers',
        user: 'seatgrid',
        tls: null,
      },
      secrets: { password: 'known to nobody else' },
    },
  });
  const extension = await call('POST /api/extensions', {
    body: {
      name: 'Tier',
      description: '',
      inputs: [{ name: 'points', type: 'whole' }],
      outputs: [{ name: 'tier', type: 'text' }],
      source: 'const run = ({ points }) => ({ tier: points > 100 ? "gold" : "plain" });',
    },
  });
  const barred = await call('POST /api/barred-numbers', {
    body: { pattern: '13700000000', reason: 'Nuisance' },
  });
  const level = await call('POST /api/customer-levels', {
    body: { pattern: '13900000000', level: 1, name: 'Gold' },
  });
  const segment = await call('POST /api/number-segments', {
    body: { pattern: '1390000*', department: 'North' },
  });
  const dedication = await call('POST /api/dedicated-agents', {
    body: { pattern: '13900000001', agentId: agent.id, name: 'Ms Lin' },
  });
  const mailbox = await call('POST /api/mailboxes', {
    body: {
      name: 'Bob',
      owner: { kind: 'agent', agentId: agent.id },
      number: '801',
      greeting: [],
      pin: '2468',
      messageMaxMs: 60_000,
      messagesMax: 20,
      keptDays: null,
      mailTo: [],
      isSoundMailed: false,
    },
  });
  const faxBox = await call('POST /api/fax-boxes', {
    body: { name: 'Orders', faxesMax: 100, keptDays: null, mailTo: [], isFaxMailed: false },
  });
  const disposition = await call('POST /api/dispositions', { body: { code: '101', name: { en: 'Sold' } } });
  const reason = await call('POST /api/pause-reasons', { body: { kind: 'break', name: { en: 'Tea' } } });
  const whatIf = await call('POST /api/what-ifs', {
    body: {
      name: 'More calls',
      arrivals: { kind: 'day', date: '2026-01-01' },
      variations: [
        {
          name: 'Half as many again',
          changes: { queues: [], callOrder: null, agents: [], added: [], volume: 1.5, talk: 1 },
        },
      ],
    },
  });
  assert(queue.id && rule.id, 'made');
  return {
    tenant,
    administrator,
    supervisor: await signIn('super'),
    agent: await signIn('bob'),
    agentId: agent.id,
    ids: {
      skills: skill.id,
      prompts: prompt.id,
      queues: queue.id,
      agents: agent.id,
      groups: group.id,
      flows: flow.id,
      'inbound-rules': rule.id,
      'web-buttons': button.id,
      'ring-groups': ringGroup.id,
      calendars: calendar.id,
      connectors: connector.id,
      extensions: extension.id,
      'barred-numbers': barred.id,
      'customer-levels': level.id,
      'number-segments': segment.id,
      'dedicated-agents': dedication.id,
      mailboxes: mailbox.id,
      'fax-boxes': faxBox.id,
      dispositions: disposition.id,
      'pause-reasons': reason.id,
      users: user.id,
      'what-ifs': whatIf.id,
      dids: did.id,
    },
  };
}
