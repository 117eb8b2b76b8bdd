/**
 * The two demo tenants as data. Equal names inside (queues `service` and `sales`, skills, extensions 1001 and 1002, flows
 * `main` and `closed`) on purpose: whatever confused two tenants would show. Everything else differs.
 */
import type { Locale, LocalText } from '@seatgrid/core/kernel/locale.ts';
import type { DemoMusic } from './demo-music.ts';

export interface DemoTenant {
  readonly slug: string;
  readonly name: string;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly number: string;
  readonly numberLabel: string;
  /** The command that shows it best. */
  readonly try: string;
  readonly quotas: {
    readonly agentsSignedIn: number;
    readonly concurrentCalls: number;
    readonly flows: number;
  };
  readonly people: readonly DemoPerson[];
  readonly music: DemoMusic;
  readonly menu: DemoMenu;
  readonly queues: readonly DemoQueue[];
  readonly dispositions: readonly { readonly code: string; readonly name: LocalText }[];
  readonly pauseReasons: readonly { readonly kind: 'not-ready' | 'break'; readonly name: LocalText }[];
}

export type DemoPerson =
  | { readonly role: 'administrator'; readonly name: string; readonly email: string }
  | { readonly role: 'supervisor'; readonly name: string; readonly email: string }
  | {
      readonly role: 'agent';
      readonly name: string;
      readonly email: string;
      readonly extension: string;
      readonly locale: Locale;
      readonly skills: Readonly<Record<string, number>>;
    };

export interface DemoMenu {
  readonly welcome: LocalText;
  readonly prompt: LocalText;
  readonly invalid: LocalText;
  readonly account: LocalText;
  readonly thanks: LocalText;
  readonly closed: LocalText;
  /** Key, its label, the queue it leads to, and whether the account number is asked for first. */
  readonly choices: readonly {
    readonly key: string;
    readonly label: string;
    readonly queue: string;
    readonly asksAccount: boolean;
  }[];
}

export interface DemoQueue {
  readonly name: string;
  readonly skill: string;
  readonly entry: LocalText;
  readonly full: LocalText;
  readonly ringTimeoutMs: number;
  readonly wrapUpMs: number;
  readonly announcePositionEveryMs: number | null;
}

const lotus: DemoTenant = {
  slug: 'lotus',
  name: '莲花家电',
  locale: 'zh-Hans',
  timeZone: 'Asia/Shanghai',
  number: '+864008001000',
  numberLabel: '客户服务热线',
  try: "./seatgrid call +864008001000 --press 1 --talk 10s",
  quotas: { agentsSignedIn: 10, concurrentCalls: 20, flows: 10 },
  people: [
    { role: 'administrator', name: '周敏', email: 'admin@lotus.example' },
    { role: 'supervisor', name: '赵立', email: 'supervisor@lotus.example' },
    { role: 'agent', name: '林晓', email: 'lin@lotus.example', extension: '1001', locale: 'zh-Hans', skills: { service: 5, sales: 3 } },
    { role: 'agent', name: '陳美玲', email: 'chen@lotus.example', extension: '1002', locale: 'zh-Hant', skills: { service: 4 } },
    { role: 'agent', name: '王强', email: 'wang@lotus.example', extension: '1003', locale: 'zh-Hans', skills: { sales: 6 } },
  ],
  music: { name: '湖畔', beatsPerMinute: 66, notes: [0, 4, 7, 9, 12, 9, 7, 4, 2, 7, 9, 14, 12, 9, 7, 2], rootHz: 261.63 },
  menu: {
    welcome: { 'zh-Hans': '您好，欢迎致电莲花家电。', 'zh-Hant': '您好，歡迎致電蓮花家電。', en: 'Welcome to Lotus Appliances.' },
    prompt: {
      'zh-Hans': '售后服务请按一，选购产品请按二，人工服务请按零。',
      'zh-Hant': '售後服務請按一，選購產品請按二，人工服務請按零。',
      en: 'For service press one, for sales press two, for an agent press zero.',
    },
    invalid: { 'zh-Hans': '您的输入有误。', 'zh-Hant': '您的輸入有誤。', en: 'That key is not in use.' },
    account: {
      'zh-Hans': '请输入您的客户编号，按井号键结束。',
      'zh-Hant': '請輸入您的客戶編號，按井號鍵結束。',
      en: 'Please enter your customer number, then the hash key.',
    },
    thanks: { 'zh-Hans': '谢谢。', 'zh-Hant': '謝謝。', en: 'Thank you.' },
    closed: { 'zh-Hans': '现在是非工作时间，请您稍后再拨。', 'zh-Hant': '現在是非工作時間，請您稍後再撥。', en: 'We are closed. Please call again later.' },
    choices: [
      { key: '1', label: '售后服务', queue: 'service', asksAccount: false },
      { key: '2', label: '选购产品', queue: 'sales', asksAccount: true },
      { key: '0', label: '人工服务', queue: 'service', asksAccount: false },
    ],
  },
  queues: [
    { name: 'service', skill: 'service', entry: { 'zh-Hans': '正在为您转接客服代表，请稍候。', 'zh-Hant': '正在為您轉接客服代表，請稍候。', en: 'Please hold for an agent.' }, full: { 'zh-Hans': '坐席全忙，请稍后再拨。', 'zh-Hant': '線路全忙，請稍後再撥。', en: 'All lines are busy. Please call again later.' }, ringTimeoutMs: 15_000, wrapUpMs: 30_000, announcePositionEveryMs: 20_000 },
    { name: 'sales', skill: 'sales', entry: { 'zh-Hans': '正在为您转接销售顾问。', 'zh-Hant': '正在為您轉接銷售顧問。', en: 'Please hold for a sales adviser.' }, full: { 'zh-Hans': '销售顾问全忙，请稍后再拨。', 'zh-Hant': '銷售顧問全忙，請稍後再撥。', en: 'All advisers are busy. Please call again later.' }, ringTimeoutMs: 20_000, wrapUpMs: 45_000, announcePositionEveryMs: null },
  ],
  dispositions: [
    { code: '101', name: { 'zh-Hans': '咨询', 'zh-Hant': '諮詢', en: 'Enquiry' } },
    { code: '102', name: { 'zh-Hans': '报修', 'zh-Hant': '報修', en: 'Repair' } },
    { code: '103', name: { 'zh-Hans': '投诉', 'zh-Hant': '投訴', en: 'Complaint' } },
    { code: '104', name: { 'zh-Hans': '订购', 'zh-Hant': '訂購', en: 'Order' } },
  ],
  pauseReasons: [
    { kind: 'break', name: { 'zh-Hans': '午餐', 'zh-Hant': '午餐', en: 'Lunch' } },
    { kind: 'break', name: { 'zh-Hans': '喝水', 'zh-Hant': '喝水', en: 'Water' } },
    { kind: 'not-ready', name: { 'zh-Hans': '培训', 'zh-Hant': '培訓', en: 'Training' } },
  ],
}; // prettier-ignore

const harbor: DemoTenant = {
  slug: 'harbor',
  name: 'Harbor Travel',
  locale: 'en',
  timeZone: 'America/New_York',
  number: '+18005550100',
  numberLabel: 'Reservations',
  try: './seatgrid call +18005550100 --press 2 --talk 10s',
  quotas: { agentsSignedIn: 5, concurrentCalls: 10, flows: 5 },
  people: [
    { role: 'administrator', name: 'Ruth Alvarez', email: 'admin@harbor.example' },
    { role: 'supervisor', name: 'Sam Okafor', email: 'supervisor@harbor.example' },
    { role: 'agent', name: 'Grace Miller', email: 'grace@harbor.example', extension: '1001', locale: 'en', skills: { service: 5, sales: 5 } },
    { role: 'agent', name: 'Daniel Reyes', email: 'daniel@harbor.example', extension: '1002', locale: 'en', skills: { sales: 7 } },
  ],
  music: { name: 'Pier', beatsPerMinute: 92, notes: [0, 7, 12, 16, 12, 7, -3, 4, 9, 12, 9, 4, -7, 0, 5, 9], rootHz: 196 },
  menu: {
    welcome: { en: 'Thank you for calling Harbor Travel.', 'zh-Hans': '欢迎致电海港旅行。' },
    prompt: { en: 'For an existing trip press one. To book a trip press two. For anything else press zero.', 'zh-Hans': '已有行程请按一，预订行程请按二，其他请按零。' },
    invalid: { en: 'Sorry, that is not one of the choices.', 'zh-Hans': '您的输入有误。' },
    account: { en: 'Please key in your booking number, followed by the pound key.', 'zh-Hans': '请输入您的订单号，按井号键结束。' },
    thanks: { en: 'Thank you.', 'zh-Hans': '谢谢。' },
    closed: { en: 'Our office is closed. Please call again tomorrow.', 'zh-Hans': '现在是非工作时间。' },
    choices: [
      { key: '1', label: 'Existing trip', queue: 'service', asksAccount: true },
      { key: '2', label: 'New booking', queue: 'sales', asksAccount: false },
      { key: '0', label: 'Anything else', queue: 'service', asksAccount: false },
    ],
  },
  queues: [
    { name: 'service', skill: 'service', entry: { en: 'Please hold. A travel agent will be with you shortly.' }, full: { en: 'All our agents are busy. Please try again in a few minutes.' }, ringTimeoutMs: 20_000, wrapUpMs: 20_000, announcePositionEveryMs: null },
    { name: 'sales', skill: 'sales', entry: { en: 'Please hold for reservations.' }, full: { en: 'Reservations is busy right now. Please try again in a few minutes.' }, ringTimeoutMs: 12_000, wrapUpMs: 60_000, announcePositionEveryMs: 15_000 },
  ],
  dispositions: [
    { code: 'BOOK', name: { en: 'Booked', 'zh-Hans': '已预订' } },
    { code: 'CHANGE', name: { en: 'Trip changed', 'zh-Hans': '已改签' } },
    { code: 'REFUND', name: { en: 'Refund', 'zh-Hans': '退款' } },
  ],
  pauseReasons: [
    { kind: 'break', name: { en: 'Coffee', 'zh-Hans': '咖啡' } },
    { kind: 'not-ready', name: { en: 'Back office', 'zh-Hans': '后台工作' } },
  ],
}; // prettier-ignore

export const demoTenants: readonly DemoTenant[] = [lotus, harbor];
