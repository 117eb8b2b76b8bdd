/** D-03: which flow a number and the hour lead to, and in which language it speaks. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { spawnSync } from 'node:child_process';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import { localMoment } from '@seatgrid/core/numbers/working-time.ts';
import { readTelephoneWav, readWav, writeWav } from '@seatgrid/media/audio/wav.ts';
import { soundLikeness } from '@seatgrid/testkit/sound-likeness.ts';
import type { FixtureConfig, FixtureTenant } from './fixture-config.ts';
import {
  TelephoneSide,
  layPrompts,
  numberWith,
  promptFile,
  type PromptFileAtHand,
} from './telephone-side.ts';

const hotline = '+864008000001';
const care = '+864008000002';
const open = '+864008000003';
const closed = '+864008000004';
const trilingual = '+864008000005';
const welcome = { en: 'Welcome to our service', 'zh-Hans': '欢迎致电客户服务热线' } as const;
let side: TelephoneSide;
let tenant: FixtureTenant;
let dialect: Int16Array;
const bye: FlowStep = { kind: 'hang-up', say: [] };

beforeAll(async () => {
  const prompts: PromptFileAtHand[] = [];
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
    tenant.config.tenant = { ...tenant.config.tenant, timeZone: 'Pacific/Chatham' };
    numberWith(tenant, hotline, menu(fixture, 'This is the service hotline'));
    numberWith(tenant, care, menu(fixture, 'This is customer care'));
    const day = speaking(fixture, 'We are open');
    const night = speaking(fixture, 'We are closed');
    const { day: today, time } = localMoment('Pacific/Chatham', Date.now());
    const otherDays = [1, 2, 3, 4, 5, 6, 7].filter((each) => each !== today);
    // Now lies within the first and outside the second, unless midnight passes in between.
    const within = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }];
    const without = time > '00:30' && time < '23:30' ? [{ days: [today], from: '23:55', to: '24:00' }] : [{ days: otherDays.slice(0, 5), from: '12:00', to: '12:01' }];
    numberWith(tenant, open, day, { workingTime: within, offDuty: night });
    numberWith(tenant, closed, day, { workingTime: without, offDuty: night });
    const spoken = cantonese('歡迎致電客戶服務熱線');
    dialect = spoken.samples;
    const file = promptFile(tenant, spoken.wav, spoken.samples.length / 8);
    prompts.push(file);
    // However many files a tenant has, nothing else changes.
    for (let index = 0; index < 300; index++)
      prompts.push(promptFile(tenant, writeWav(new Int16Array(800).fill(index + 1), 8_000), 100));
    const flow = fixture.flow(tenant, 'choose', {
      choose: { kind: 'gather', prompt: [], variable: 'key', length: { kind: 'single' }, timeoutMs: 5_000, next: 'which' },
      which: { kind: 'branch', variable: 'key', cases: [{ test: 'equals', value: '1', next: 'mandarin' }, { test: 'equals', value: '2', next: 'english' }], otherwise: 'cantonese' },
      mandarin: { kind: 'set', variable: 'language', value: 'zh-Hans', next: 'kind' },
      english: { kind: 'set', variable: 'language', value: 'en', next: 'kind' },
      cantonese: { kind: 'set', variable: 'language', value: 'yue', next: 'kind' },
      kind: { kind: 'branch', variable: 'language', cases: [{ test: 'equals', value: 'yue', next: 'recorded' }], otherwise: 'spoken' },
      spoken: { kind: 'say', text: welcome, next: 'bye' },
      recorded: { kind: 'play', prompts: [file.id], next: 'bye' },
      bye,
    });
    numberWith(tenant, trilingual, { kind: 'flow', flowId: flow.id });
  });
  layPrompts(side.node, prompts);
  await side.reconfigure();
}); // prettier-ignore

afterEach(() => side.settle());
afterAll(() => side?.close());

function menu(fixture: FixtureConfig, en: string): NextStep {
  const flow = fixture.flow(tenant, 'menu', {
    menu: {
      kind: 'menu',
      welcome: [],
      prompt: [{ kind: 'text', text: { en } }],
      invalid: [],
      choices: { '1': { label: en, next: 'bye' } },
      timeoutMs: 5_000,
      attempts: 1,
      otherwise: 'bye',
    },
    bye,
  });
  return { kind: 'flow', flowId: flow.id };
}

function speaking(fixture: FixtureConfig, en: string): NextStep {
  const flow = fixture.flow(tenant, 'say', { say: { kind: 'say', text: { en }, next: 'bye' }, bye });
  return { kind: 'flow', flowId: flow.id };
}

/** A recording in a dialect, as a tenant would upload it: 8 kHz mono. */
function cantonese(text: string): { wav: Uint8Array; samples: Int16Array } {
  const made = spawnSync('espeak-ng', ['--stdout', '-v', 'yue', text], { maxBuffer: 10_000_000 });
  const wav = readWav(made.stdout);
  if (!wav.ok) throw new Error(wav.failure.detail);
  const [sound] = wav.value.channels;
  const step = wav.value.sampleRateHz / 8_000;
  const samples = Int16Array.from({ length: Math.floor(sound!.length / step) }, (_, at) =>
    Math.round(0x6000 * sound![Math.floor(at * step)]!),
  );
  const telephone = writeWav(samples, 8_000);
  const read = readTelephoneWav(telephone);
  if (!read.ok) throw new Error(read.failure.detail);
  return { wav: telephone, samples: read.value };
}

async function said(number: string, en: string): Promise<void> {
  const call = await side.ring(number);
  await side.untilSaid(call, en, 'en');
  call.hangUp();
}

test('A-14: two numbers of one tenant land in two menus', async () => {
  await said(hotline, 'This is the service hotline');
  await said(care, 'This is customer care');
  await side.node.written();
  expect(side.node.eventsOf('call.started').map(({ facts }) => facts.ruleName)).toEqual([
    `Rule ${hotline}`,
    `Rule ${care}`,
  ]);
});

test('A-15: within working time the day’s flow, outside it the night’s; forced handling beats both', async () => {
  await said(open, 'We are open');
  await said(closed, 'We are closed');
  const flow = tenant.config.flows.find(({ steps }) => JSON.stringify(steps).includes('customer care'))!;
  tenant.config.forcedHandling = { kind: 'flow', flowId: flow.id };
  await side.reconfigure();
  try {
    await said(open, 'This is customer care');
    await said(closed, 'This is customer care');
  } finally {
    tenant.config.forcedHandling = null;
    await side.reconfigure();
  }
});

test.each([
  ['1', 'Mandarin'],
  ['2', 'English'],
  ['3', 'a dialect, from an uploaded file'],
])('D-03: by the language variable the same prompt is heard; key %s: %s', async (key) => {
  const call = await side.ring(trilingual);
  await call.until(['talking'], 5_000);
  call.press(key);
  await call.until(['ended'], 15_000);
  const heard = call.rtp.heard();
  const likeness = {
    '1': soundLikeness(heard, await side.speech(welcome['zh-Hans'], 'zh-Hans')),
    '2': soundLikeness(heard, await side.speech(welcome.en, 'en')),
    '3': soundLikeness(heard, dialect),
  };
  for (const [each, like] of Object.entries(likeness))
    if (each === key) expect(like).toBeGreaterThan(0.8);
    else expect(like).toBeLessThan(0.5);
});
