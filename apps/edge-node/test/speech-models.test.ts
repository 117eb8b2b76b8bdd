/**
 * D-19, by a real model: callers say choices of two menus through a call’s 8 kHz, and Whisper base behind a server of its own hears
 * them. Skipped where it is not installed (`node packages/testkit/src/install-whisper.ts`); how many were understood is printed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectorConfig } from '@seatgrid/contracts/nouns/connector.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import {
  isWhisperInstalled,
  startWhisper,
  whisperFolder,
  type WhisperServer,
} from '@seatgrid/testkit/whisper-server.ts';
import { newId } from './fixture-config.ts';
import { FlowCalls } from './flow-calls.ts';
import { freeTcpPort } from './free-ports.ts';
import { saidOnce, spokenSound } from './spoken-sound.ts';

const menus = [
  {
    locale: 'en',
    voice: 'en-us',
    choices: ['technical support', 'opening hours', 'speak to an agent', 'report a fault', 'delivery status', 'cancel my order'],
  },
  {
    locale: 'zh-Hans',
    voice: 'cmn-latn-pinyin',
    choices: ['查询余额', '技术支持', '人工服务', '投诉建议', '营业时间', '修改密码'],
  },
] as const; // prettier-ignore
const bye: FlowStep = { kind: 'hang-up', say: [] };

if (!isWhisperInstalled)
  process.stderr.write(
    `speech-models.test.ts: ${menus.length} tests skipped, no Whisper in ${whisperFolder}\n`,
  );

describe.skipIf(!isWhisperInstalled)('Whisper hears callers', () => {
  let calls: FlowCalls;
  let whisper: WhisperServer;

  beforeAll(async () => {
    whisper = await startWhisper(await freeTcpPort());
    calls = new FlowCalls();
    calls.tenant.config.innerHosts = ['127.0.0.1'];
    const languages = { en: 'en', 'zh-Hans': 'zh' };
    const settings = {
      kind: 'recogniser' as const,
      baseUrl: whisper.baseUrl,
      model: 'whisper-1',
      languages,
      tls: null,
    };
    const id = newId<'connector'>();
    calls.tenant.config.connectors.push({
      id, name: 'Whisper', runsAt: 'node', timeoutMs: 60_000, linesMax: 1, settings, secrets: { password: null, clientKey: null },
    } as ConnectorConfig); // prettier-ignore
    for (const { locale, choices } of menus) calls.flow(locale, menuOf(locale, choices));
    await calls.open();
  }, 180_000);

  afterAll(async () => {
    await calls?.close();
    await whisper?.close();
  });

  test.each(menus)(
    'D-19: choices said in $locale select their branches',
    async ({ locale, voice, choices }) => {
      const heard: string[] = [];
      let hits = 0;
      for (const choice of choices) {
        const sound = saidOnce(await spokenSound(choice, voice));
        const call = await calls.ring(locale);
        call.rtp.speak(new Int16Array(160));
        await call.until(['talking'], 15_000);
        call.rtp.speak(sound);
        await call.until(['ended'], 90_000);
        await calls.settled();
        const { facts } = calls.node.eventsOf('flow.step').findLast((one) => one.facts.stepKey === 'menu')!;
        if (facts.label === choice) hits += 1;
        heard.push(`${choice}: ${JSON.stringify(facts.heard)}`);
      }
      process.stderr.write(`${locale}: ${hits} of ${choices.length} understood\n${heard.join('\n')}\n`);
      // One robotic voice of an old synthesiser: people are easier.
      expect(hits).toBeGreaterThanOrEqual(choices.length - 1);
    },
    900_000,
  );
});

function menuOf(locale: Locale, choices: readonly string[]): Record<string, FlowStep> {
  const text = [{ kind: 'text', text: { en: 'Yes?' } }] as const;
  return {
    in: { kind: 'set', variable: 'language', value: locale, next: 'menu' },
    menu: {
      kind: 'speech-menu',
      prompt: text,
      options: choices.map((choice, index) => ({
        label: choice,
        phrases: { [locale]: choice },
        key: String(index + 1),
        next: 'bye',
      })),
      notUnderstood: [],
      keysPrompt: text,
      isInterruptible: true,
      timeoutMs: 2_000,
      quietMs: 800,
      attempts: 1,
      likeness: 60,
      otherwise: 'bye',
    },
    bye,
  };
}
