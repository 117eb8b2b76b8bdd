/** linphonec as a desk phone: a real one from Debian (belle-sip, ortp, mediastreamer), driven by the commands a person would type. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readWav, writeWav } from '@seatgrid/media/audio/wav.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { freeUdpPort } from './free-ports.ts';
import { until } from './until.ts';

export const hasLinphone = spawnSync('linphonec', ['-v']).error === undefined;

export interface LinphoneOptions {
  readonly extension: string;
  readonly domain: string;
  /** host:port of the node. */
  readonly proxy: string;
  readonly password: string;
  /** What it says into every call. */
  readonly toneHz: number;
}

export class Linphone {
  readonly #folder: string;
  readonly #child: ChildProcess;
  said = '';

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder;
    this.#child = child;
    const keep = (part: Buffer) => (this.said += part.toString());
    child.stdout!.on('data', keep);
    child.stderr!.on('data', keep);
  }

  static async start(options: LinphoneOptions): Promise<Linphone> {
    const folder = mkdtempSync(join(tmpdir(), 'seatgrid-linphone-'));
    const tone = makeTone({ frequencyHz: options.toneHz, durationMs: 60_000, sampleRateHz: 8_000 });
    writeFileSync(join(folder, 'tone.wav'), writeWav(tone, 8_000));
    mkdirSync(join(folder, '.local/share/linphone'), { recursive: true });
    const { extension, domain, proxy, password } = options;
    const port = await freeUdpPort('127.0.0.1');
    writeFileSync(
      join(folder, 'linphonerc'),
      [
        '[sip]',
        `sip_port=${port}`,
        'sip_tcp_port=0',
        'sip_tls_port=0',
        'use_ipv6=0',
        'default_proxy=0',
        '[proxy_0]',
        `reg_proxy=<sip:${proxy};transport=udp>`,
        `reg_route=<sip:${proxy};transport=udp;lr>`,
        `reg_identity=sip:${extension}@${domain}`,
        'reg_sendregister=1',
        'reg_expires=600',
        'publish=0',
        '[auth_info_0]',
        `username=${extension}`,
        `passwd=${password}`,
        `domain=${domain}`,
        '[rtp]',
        'audio_rtp_port=27000-27999',
        '[sound]',
        'echocancellation=0',
        '[video]',
        'enabled=0',
        '',
      ].join('\n'),
    );
    const child = spawn('linphonec', ['-c', join(folder, 'linphonerc')], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, HOME: folder, TERM: 'dumb' },
    });
    const phone = new Linphone(folder, child);
    phone.type('soundcard use files');
    phone.type(`play ${join(folder, 'tone.wav')}`);
    phone.type(`record ${join(folder, 'heard.wav')}`);
    return phone;
  }

  /** A line at its prompt. */
  type(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  async untilRegistered(): Promise<void> {
    await until('linphonec to be registered', () => {
      this.type('status register');
      return /registered, identity/.test(this.said);
    });
  }

  /** What it has heard since its sound was last begun; nothing while the file is not whole. */
  heard(): Int16Array {
    const file = join(this.#folder, 'heard.wav');
    const wav = existsSync(file) ? readWav(readFileSync(file)) : undefined;
    if (wav?.ok !== true) return new Int16Array(0);
    expect(wav.value.sampleRateHz).toBe(8_000);
    return Int16Array.from(wav.value.channels[0]!, (sample) => Math.round(sample * 0x7fff));
  }

  untilSaid(pattern: RegExp, deadlineMs?: number): Promise<true> {
    return until(
      `linphonec to say ${pattern}`,
      () => (pattern.test(this.said) ? true : undefined),
      deadlineMs,
    );
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.type('quit');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3_000))]);
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
