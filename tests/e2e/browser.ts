/** Chromium: the machine's own, else the one from npm; its microphone is a file. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { earsInPage } from './ears-in-page.ts';

const microphoneRateHz = 48_000;

/** `steady` is what the microphone hears; `mark` is said at known instants, to be timed elsewhere. */
export const agentTones = { steady: 650, mark: 950 } as const;

export interface BrowserOptions {
  /** What its microphone hears, again and again, at 48 kHz; a steady tone by default. `none`: there is no microphone. */
  readonly microphone?: Int16Array | 'none';
  /** Asked for the microphone, nobody says yes. */
  readonly isRefusing?: boolean;
}

export async function openBrowser({ microphone: heard, isRefusing }: BrowserOptions = {}): Promise<Browser> {
  const folder = join(tmpdir(), 'seatgrid-browser');
  mkdirSync(folder, { recursive: true });
  const microphone = join(folder, `microphone-${process.pid}-${(microphones += 1)}.wav`);
  if (heard !== 'none') writeFileSync(microphone, writeWav(heard ?? steadyTone(), microphoneRateHz));
  return chromium.launch({
    executablePath: await chromiumPath(folder),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      ...(isRefusing ? [] : ['--use-fake-ui-for-media-stream']),
      ...(heard === 'none'
        ? ['--disable-audio-input']
        : ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${microphone}`]),
    ],
  });
}

let microphones = 0;
const steadyTone = () =>
  makeTone({
    frequencyHz: agentTones.steady,
    durationMs: 1_000,
    amplitude: 0.3,
    sampleRateHz: microphoneRateHz,
  });

async function chromiumPath(folder: string): Promise<string> {
  const own = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (own) return own;
  // It unpacks 200 MB into TMPDIR.
  process.env['TMPDIR'] = folder;
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}

export interface PageOptions {
  readonly locale?: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly permissions?: readonly string[];
}

/** A context of its own: cookies of two people never meet. */
export async function openPage(browser: Browser, origin: string, options: PageOptions = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    locale: options.locale ?? 'zh-CN',
    colorScheme: options.theme ?? 'light',
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    reducedMotion: 'reduce',
    baseURL: origin,
  });
  await context.grantPermissions([...(options.permissions ?? ['microphone', 'notifications'])]);
  await context.addInitScript(earsInPage);
  return context.newPage();
}

export async function signInAt(
  page: Page,
  login: { readonly email: string; readonly password: string },
  path = '/',
) {
  await page.goto(path);
  await page.locator('input[name="email"]').fill(login.email);
  await page.locator('input[type="password"]').fill(login.password);
  await page.locator('form button[type="submit"]').click();
  await page.locator('input[type="password"]').waitFor({ state: 'detached' });
}
