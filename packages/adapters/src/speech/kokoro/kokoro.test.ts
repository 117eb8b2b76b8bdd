/** D-18: Kokoro itself, where `./seatgrid voices` has installed it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { testClock } from '../../postgres/test-cluster.ts';
import { isKokoroInstalled } from './kokoro-folder.ts';
import { Kokoro } from './kokoro.ts';

const folder = process.env['CENTRE_VOICES'] ?? resolve(import.meta.dirname, '../../../../../data/voices');
const isInstalled = isKokoroInstalled(folder);
if (!isInstalled)
  console.warn('skipped: natural voices are not installed (./seatgrid voices), so Kokoro does not speak');

const kokoro = new Kokoro({ folder, synthesiser: 'espeak-ng', clock: testClock });
afterAll(() => kokoro.close());
const never = new AbortController().signal;

describe.skipIf(!isInstalled)('with Kokoro', () => {
  test.each([
    ['mandarin', '您好，王小明，您应付十二元五角。'],
    ['english', 'Hello, you owe twelve dollars and five cents.'],
  ] as const)('%s lasts as long as speech does', { timeout: 120_000 }, async (tongue, text) => {
    const wav = Buffer.from(await kokoro.speak({ text, tongue, voice: '', speedPercent: 100 }, never));
    expect(wav.readUInt32LE(24)).toBe(24_000);
    const seconds = (wav.length - 44) / 48_000;
    expect(seconds).toBeGreaterThan(1.5);
    expect(seconds).toBeLessThan(9);
  });

  test('a voice that is not there is named', async () => {
    const asked = { text: 'Hello', tongue: 'english', voice: '../../secret', speedPercent: 100 } as const;
    await expect(kokoro.speak(asked, never)).rejects.toMatchObject({ code: 'failed' });
  });
});

test('where it is not installed, and in Cantonese, it says so', async () => {
  const absent = new Kokoro({ folder: '/nowhere', synthesiser: 'espeak-ng', clock: testClock });
  expect(existsSync('/nowhere') || absent.isInstalled()).toBe(false);
  const asked = { text: '您好', voice: '', speedPercent: 100 } as const;
  await expect(absent.speak({ ...asked, tongue: 'mandarin' }, never)).rejects.toMatchObject({
    code: 'missing',
  });
  await expect(absent.speak({ ...asked, tongue: 'cantonese' }, never)).rejects.toMatchObject({
    code: 'failed',
  });
});
