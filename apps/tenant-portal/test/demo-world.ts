/** A made-up tenant for the fake centre: names, queues, people, a floor and a desk in any situation a page must show. */
import type { DeskInteraction, DeskState } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { Role } from '@seatgrid/core/context/access.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { FakeCentre } from './fake-centre.ts';

const uuid = (number: number) => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`;

export const queues = [
  ['Sales', '销售'],
  ['Support', '技术支持'],
  ['Claims', '理赔'],
  ['VIP', '贵宾专线'],
].map(([en, zh], index) => ({ id: uuid(100 + index), en: en!, zh: zh! }));

const people = [
  ['Lin Xiaomei', '林晓梅'],
  ['Wang Jun', '王军'],
  ['Zhao Min', '赵敏'],
  ['Chen Bo', '陈波'],
  ['Sun Li', '孙丽'],
  ['Zhou Tao', '周涛'],
  ['Wu Ying', '吴颖'],
  ['Zheng Hao', '郑浩'],
  ['Feng Qi', '冯琪'],
  ['He Lan', '何岚'],
  ['Xu Yang', '徐洋'],
  ['Ma Rui', '马瑞'],
];

export const agents = people.map(([en, zh], index) => ({
  id: uuid(200 + index),
  en: en!,
  zh: zh!,
  extension: String(1001 + index),
}));

export const pauseReasons = [
  {
    id: uuid(301),
    kind: 'not-ready' as const,
    name: { en: 'Meeting', 'zh-Hans': '会议', 'zh-Hant': '會議' },
  },
  {
    id: uuid(302),
    kind: 'not-ready' as const,
    name: { en: 'Coaching', 'zh-Hans': '辅导', 'zh-Hant': '輔導' },
  },
  {
    id: uuid(303),
    kind: 'break' as const,
    name: { en: 'Short break', 'zh-Hans': '小休', 'zh-Hant': '小休' },
  },
  { id: uuid(304), kind: 'break' as const, name: { en: 'Lunch', 'zh-Hans': '午餐', 'zh-Hant': '午餐' } },
];

export const dispositions = [
  ['11', 'Order placed', '已下单', '已下單'],
  ['12', 'Order changed', '修改订单', '修改訂單'],
  ['21', 'Question answered', '咨询已解答', '諮詢已解答'],
  ['22', 'Complaint taken', '受理投诉', '受理投訴'],
  ['31', 'Call back wanted', '要求回电', '要求回電'],
  ['91', 'Wrong number', '打错电话', '撥錯電話'],
].map(([code, en, hans, hant], index) => ({
  id: uuid(400 + index),
  code: code!,
  name: { en: en!, 'zh-Hans': hans!, 'zh-Hant': hant! },
}));

/** Teaches the fake centre the tenant, with somebody of this role signed in (or nobody). */
export function furnish(centre: FakeCentre, person: { role: Role | null; locale: Locale }): void {
  const isChinese = person.locale !== 'en';
  const me = {
    userId: uuid(1),
    name: isChinese ? '林晓梅' : 'Lin Xiaomei',
    email: 'lin@harbour.example',
    role: person.role,
    locale: person.locale,
    tenant:
      person.role === 'operator'
        ? null
        : {
            id: uuid(2),
            slug: 'harbour',
            name: isChinese ? '海港保险' : 'Harbour Insurance',
            locale: person.locale,
            timeZone: 'Asia/Shanghai',
            state: 'active',
          },
    agentId: person.role === 'agent' ? agents[0]!.id : null,
    visit: null,
  };
  const list = (items: readonly unknown[]) => () => ({ body: { items } });
  const name = (each: { en: string; zh: string }) => (isChinese ? each.zh : each.en);
  centre.answers.set('GET /api/auth/me', () =>
    person.role === null
      ? { status: 401, body: { code: 'not-signed-in', message: 'nobody is signed in', problems: [] } }
      : { body: me },
  );
  centre.answers.set('PUT /api/auth/me', () => ({ body: me }));
  centre.answers.set('POST /api/desk-token', () => ({
    body: { token: 'token', deskUrl: centre.deskUrl, desks: [] },
  }));
  centre.answers.set('GET /api/queues', list(queues.map((queue) => ({ id: queue.id, name: name(queue) }))));
  centre.answers.set(
    'GET /api/agents',
    list(
      agents.map((agent) => ({
        id: agent.id,
        name: name(agent),
        staffId: agent.extension,
        extension: agent.extension,
      })),
    ),
  );
  centre.answers.set('GET /api/pause-reasons', list(pauseReasons));
  centre.answers.set('GET /api/dispositions', list(dispositions));
}

export function interaction(
  atMs: number,
  over: Partial<Record<keyof DeskInteraction, unknown>> = {},
): DeskInteraction {
  return {
    callId: uuid(500),
    direction: 'inbound',
    state: 'ringing',
    sinceMs: atMs - 4_000,
    number: '+8613812345678',
    name: null,
    calledNumber: '+864008001000',
    queue: { id: queues[1]!.id, name: 'Support' },
    path: ['English', 'Existing policy', 'Claims'],
    language: 'en',
    collected: { policyNumber: '8830021745', birthYear: '1986' },
    waitedMs: 83_000,
    ringEndsAtMs: atMs + 16_000,
    isAutoAnswer: false,
    answeredAtMs: null,
    endedAtMs: null,
    endReason: null,
    isHeld: false,
    isMuted: false,
    isRecordingPaused: false,
    isRecorded: true,
    wrapEndsAtMs: null,
    consult: null,
    consultedBy: null,
    consultFailed: null,
    parties: [],
    bargeNotice: null,
    guidedBy: null,
    ...over,
  } as DeskInteraction;
}

export function deskState(atMs: number, over: Partial<Record<keyof DeskState, unknown>> = {}): DeskState {
  const states = ['ready', 'talking', 'wrapping', 'paused', 'talking', 'ready', 'offline', 'reserved'];
  return {
    atMs,
    agent: { id: agents[0]!.id, name: agents[0]!.en, staffId: '1001', extension: '1001' },
    presence: {
      state: 'ready',
      sinceMs: atMs - 75_000,
      device: 'browser',
      pauseReasonId: null,
      pauseCause: null,
    },
    isPhoneRegistered: false,
    interaction: null,
    queues: queues.map((queue, index) => ({
      id: queue.id,
      name: queue.en,
      waiting: [3, 1, 0, 0][index],
      longestSinceMs: index < 2 ? atMs - [94_000, 12_000][index]! : null,
      hint: ['busy', 'free', 'free', 'nobody'][index],
      isMine: index < 2,
    })),
    figures: {
      callsAnswered: 23,
      answeringMs: 5_640_000,
      notReadyCount: 3,
      notReadyMs: 610_000,
      breakCount: 2,
      breakMs: 1_500_000,
      outgoingCount: 4,
      outgoingMs: 380_000,
      wrapMs: 1_260_000,
    },
    colleagues: agents.slice(1).map((agent, index) => ({
      agentId: agent.id,
      name: agent.en,
      extension: agent.extension,
      staffId: agent.extension,
      kind: 'general',
      state: states[index % states.length],
    })),
    dispositions,
    pauseReasons,
    isPhoneOwner: true,
    ...over,
  } as DeskState;
}

export function floor(atMs: number): Floor {
  const states = ['talking', 'ready', 'talking', 'paused', 'wrapping', 'talking', 'ready', 'reserved', 'paused', 'talking', 'offline', 'offline'] as const; // prettier-ignore
  return {
    atMs,
    queues: queues.map((queue, index) => ({
      queueId: queue.id,
      waiting: [3, 1, 0, 0][index],
      longestSinceMs: index < 2 ? atMs - [134_000, 12_000][index]! : null,
      agentsReady: [0, 2, 1, 0][index],
      agentsSignedIn: [6, 5, 4, 0][index],
      offered: [214, 143, 61, 9][index],
      answered: [189, 138, 60, 7][index],
      answeredInTarget: [141, 128, 58, 4][index],
      abandoned: [22, 4, 1, 2][index],
      overflowed: [{ full: 3 }, {}, {}, {}][index],
      service: index === 0 ? { percent: 80, withinMs: 20_000, calls: 100, inTime: 74 } : null,
    })),
    agents: agents.map((agent, index) => ({
      agentId: agent.id,
      state: states[index],
      sinceMs: atMs - (((index * 7919) % 900) + 8) * 1000,
      pauseReasonId: index === 3 ? pauseReasons[2]!.id : null,
      pauseCause: index === 3 ? 'chosen' : index === 8 ? 'ring-no-answer' : null,
      device: states[index] === 'offline' ? null : index % 3 === 0 ? 'phone' : 'browser',
      callId: states[index] === 'talking' ? uuid(600 + index) : null,
      figures: deskState(atMs).figures,
    })),
    calls: [0, 2, 5, 9].map((agentIndex, index) => ({
      callId: uuid(600 + agentIndex),
      direction: index === 2 ? 'outbound' : 'inbound',
      fromNumber: index === 2 ? '+864008001000' : `+8613${String(800_138_000 + index * 7177)}`,
      toNumber: index === 2 ? '+862155550100' : '+864008001000',
      state: (['talking', 'held', 'talking', 'talking'] as const)[index],
      startedAtMs: atMs - (index + 2) * 91_000,
      sinceMs: atMs - (index + 1) * 61_000,
      queueId: queues[index % 2]!.id,
      agentId: agents[agentIndex]!.id,
      path: ['中文', index % 2 ? '保单查询' : '理赔'],
    })),
    notices: [
      { atMs: atMs - 190_000, kind: 'ring-no-answer', agentId: agents[8]!.id, callId: uuid(610) },
      { atMs: atMs - 900_000, kind: 'quota-calls', agentId: null, callId: null },
    ],
  } as unknown as Floor;
}
