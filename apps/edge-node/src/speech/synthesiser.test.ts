import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readWav, writeWav } from '@seatgrid/media/audio/wav.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { plainSpeech } from '@seatgrid/core/spoken/speech-settings.ts';
import { toTelephoneSpeech } from '@seatgrid/media/audio/telephone-speech.ts';
import { makersMax } from './limits.ts';
import { ownVoice } from './own-voice.ts';
import { createSynthesiser } from './synthesiser.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'seatgrid-speech-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function measured(path: string) {
  const read = readWav(readFileSync(path));
  if (!read.ok) throw new Error(read.failure.detail);
  const { channels, sampleRateHz } = read.value;
  const samples = channels[0]!;
  const frames = Array.from({ length: Math.floor(samples.length / 160) }, (_, at) => {
    let sum = 0;
    for (const sample of samples.subarray(at * 160, at * 160 + 160)) sum += sample * sample;
    return sum / 160;
  }).filter((power) => power > 10 ** -5);
  return {
    durationMs: (samples.length / sampleRateHz) * 1_000,
    levelDb: 10 * Math.log10(frames.reduce((sum, power) => sum + power, 0) / frames.length),
    peak: samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
    format: [sampleRateHz, channels.length],
  };
}

/** Stands where the synthesiser would: notes when it runs and how many at once. */
function counted(script: string): string {
  const path = join(folder, 'counted.sh');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const by = (locale: Locale, command = 'espeak-ng') => ownVoice(command, plainSpeech.voices[locale]);

const hasEspeak = spawnSync('espeak-ng', ['--version']).status === 0;
if (!hasEspeak) console.warn('skipped: espeak-ng is not installed, so no real speech is measured');

describe.skipIf(!hasEspeak)('with espeak-ng', () => {
  const texts: [Locale, string, number, number][] = [
    ['en', 'Welcome to Acme. For sales press one, for service press two.', 2_500, 7_000],
    ['en', 'You are number 12 in the queue.', 1_200, 3_500],
    ['zh-Hans', '您好，欢迎致电。普通话请按一，英语请按二。', 2_500, 8_000],
    ['zh-Hans', '您前面还有 12 位来电者在等待。', 1_500, 5_000],
    ['zh-Hant', '您好，歡迎致電。國語請按一，英語請按二。', 2_500, 8_000],
  ];
  test.each(texts)(
    '%s: “%s” is 8 kHz mono, as long as speech is, and as loud as any other',
    async (locale, text, leastMs, mostMs) => {
      const synthesiser = createSynthesiser({ folder });
      const sound = measured(await synthesiser.speak(text, by(locale)));
      expect(sound.format).toEqual([8_000, 1]);
      expect(sound.durationMs).toBeGreaterThan(leastMs);
      expect(sound.durationMs).toBeLessThan(mostMs);
      expect(sound.levelDb).toBeGreaterThan(-22.5);
      expect(sound.levelDb).toBeLessThan(-18);
      expect(sound.peak).toBeLessThan(0.82);
    },
  );

  test('numbers are spoken: a longer one takes longer', async () => {
    const synthesiser = createSynthesiser({ folder });
    for (const locale of ['en', 'zh-Hans'] as const) {
      const [none, one, many] = await Promise.all(
        ['号', '3 号', '777 号'].map((text) => synthesiser.speak(text, by(locale))),
      );
      expect(measured(one!).durationMs).toBeGreaterThan(measured(none!).durationMs);
      expect(measured(many!).durationMs).toBeGreaterThan(measured(one!).durationMs + 200);
    }
  });

  test('a text of nothing is silence, and one that looks like an option is spoken', async () => {
    const synthesiser = createSynthesiser({ folder });
    for (const nothing of ['', '  \n ', '……']) {
      const path = await synthesiser.speak(nothing, by('en'));
      expect(measured(path).durationMs).toBeLessThan(1_000);
    }
    expect(measured(await synthesiser.speak('--version', by('en'))).durationMs).toBeGreaterThan(300);
  });
});

test('a text is made once: at once, later, and after a restart', async () => {
  const tone = join(folder, 'tone.wav');
  writeFileSync(
    tone,
    writeWav(makeTone({ frequencyHz: 440, durationMs: 300, sampleRateHz: 22_050 }), 22_050),
  );
  const command = counted(`cat > /dev/null; echo run >> ${folder}/runs; cat ${tone}`);
  const cache = join(folder, 'cache');
  const synthesiser = createSynthesiser({ folder: cache });
  expect(synthesiser.cached('hello', by('en', command))).toBeUndefined();
  const paths = await Promise.all(
    Array.from({ length: 5 }, () => synthesiser.speak('hello', by('en', command))),
  );
  expect(new Set(paths)).toEqual(new Set([synthesiser.cached('hello', by('en', command))]));
  const again = createSynthesiser({ folder: cache });
  expect(again.cached('hello', by('en', command))).toBe(paths[0]);
  expect(await again.speak('hello', by('en', command))).toBe(paths[0]);
  expect(again.cached('hello', by('zh-Hans', command))).toBeUndefined();
  expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('run\n');
});

test('few processes run at once, and what a caller waits for goes before what is prepared', async () => {
  const tone = join(folder, 'tone.wav');
  writeFileSync(
    tone,
    writeWav(makeTone({ frequencyHz: 440, durationMs: 300, sampleRateHz: 22_050 }), 22_050),
  );
  const command = counted(`
    text=$(cat); mkdir -p ${folder}/live; touch ${folder}/live/$$; ls ${folder}/live | wc -l >> ${folder}/most
    echo "$text" >> ${folder}/order; cat ${tone}; rm ${folder}/live/$$`);
  const synthesiser = createSynthesiser({ folder: join(folder, 'cache') });
  synthesiser.prepare(
    Array.from({ length: 8 }, (_, index) => ({ text: `prepared ${index}`, voice: by('en', command) })),
  );
  await synthesiser.speak('urgent', by('en', command));
  await synthesiser.speak('prepared 7', by('en', command));
  await Promise.all(
    Array.from({ length: 8 }, (_, index) => synthesiser.speak(`prepared ${index}`, by('en', command))),
  );
  const order = readFileSync(join(folder, 'order'), 'utf8').trim().split('\n');
  expect(order.indexOf('urgent')).toBeLessThanOrEqual(makersMax + 1);
  expect(order.length).toBe(9);
  const most = readFileSync(join(folder, 'most'), 'utf8').trim().split('\n').map(Number);
  expect(Math.max(...most)).toBeLessThanOrEqual(makersMax);
});

test('a missing synthesiser is named with its cure; one that fails, with what it said', async () => {
  const missing = createSynthesiser({ folder: join(folder, 'a') });
  await expect(missing.speak('hello', by('en', join(folder, 'nowhere')))).rejects.toMatchObject({
    code: 'missing',
    message: expect.stringContaining('apt-get install espeak-ng'),
  });
  const failing = createSynthesiser({ folder: join(folder, 'b') });
  const complains = by('en', counted('cat > /dev/null; echo "no such voice" >&2; exit 2'));
  await expect(failing.speak('hello', complains)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('no such voice'),
  });
  const babbling = createSynthesiser({ folder: join(folder, 'c') });
  const babbles = by('en', counted('cat > /dev/null; echo no sound at all'));
  await expect(babbling.speak('hello', babbles)).rejects.toMatchObject({ code: 'failed' });
  await expect(babbling.speak('x'.repeat(5_000), babbles)).rejects.toMatchObject({ code: 'too-long' });
  for (const cache of ['a', 'b', 'c']) expect(readdirSync(join(folder, cache))).toEqual([]);
  babbling.close();
  await expect(babbling.speak('hello', babbles)).rejects.toMatchObject({ code: 'closed' });
});

test('edges are trimmed, quiet sound is raised and loud sound lowered to one level', () => {
  const quiet = makeTone({ frequencyHz: 440, durationMs: 1_000, amplitude: 0.02, sampleRateHz: 22_050 });
  const loud = makeTone({ frequencyHz: 440, durationMs: 1_000, amplitude: 0.9, sampleRateHz: 22_050 });
  for (const tone of [quiet, loud]) {
    const padded = new Int16Array(3 * 22_050);
    padded.set(tone, 22_050);
    const speech = toTelephoneSpeech(writeWav(padded, 22_050));
    if (!speech.ok) throw new Error(speech.failure.detail);
    const path = join(folder, 'speech.wav');
    writeFileSync(path, speech.value);
    const sound = measured(path);
    expect(sound.durationMs).toBeGreaterThan(1_000);
    expect(sound.durationMs).toBeLessThan(1_150);
    expect(sound.levelDb).toBeCloseTo(-19, 0);
  }
});
