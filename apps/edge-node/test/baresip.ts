/** baresip as a desk phone: a real one from Debian, its microphone a file, its ear a file, driven over its control socket. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav, writeWav } from '@seatgrid/media/audio/wav.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { freeTcpPort, freeUdpPort } from './free-ports.ts';
import { until } from './until.ts';

export const hasBaresip = spawnSync('baresip', ['-v']).error === undefined;

/** Names and rates as baresip has them; the rate is that of the sound, whatever RTP calls it. */
const codecs = {
  PCMU: { name: 'PCMU/8000/1', rateHz: 8_000, channels: 1 },
  G722: { name: 'G722/16000/1', rateHz: 16_000, channels: 1 },
  opus: { name: 'opus/48000/2', rateHz: 48_000, channels: 2 },
} as const;
type PhoneCodec = keyof typeof codecs;

export interface BaresipOptions {
  readonly extension: string;
  readonly domain: string;
  /** host:port of the node. */
  readonly proxy: string;
  readonly password: string;
  /** What it says into every call. */
  readonly toneHz: number;
  /** The only codec it speaks; PCMU where absent. */
  readonly codec?: PhoneCodec;
  readonly address: string;
  /** Keys in SDP: `srtp` offers them beside plain sound, `srtp-mand` has no call without. */
  readonly mediaEncryption?: 'srtp' | 'srtp-mand';
  readonly transport?: 'udp' | 'tls';
  /** Asks whether messages wait for it (RFC 3842), and tells of it. */
  readonly hasLight?: true;
}

export class Baresip {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #octetsPerSecond: number;
  #control!: Socket;
  said = '';

  private constructor(folder: string, child: ChildProcess, octetsPerSecond: number) {
    this.#folder = folder;
    this.#child = child;
    this.#octetsPerSecond = octetsPerSecond;
    const keep = (part: Buffer) => (this.said += part.toString());
    child.stdout!.on('data', keep);
    child.stderr!.on('data', keep);
  }

  /** Begun a second time where it does not listen: a port that was free may be taken a moment later. */
  static async start(options: BaresipOptions, triesLeft = 1): Promise<Baresip> {
    const folder = mkdtempSync(join(tmpdir(), 'seatgrid-baresip-'));
    const controlPort = await freeTcpPort();
    const sipPort = await freeUdpPort(options.address);
    const { name: codec, rateHz, channels } = codecs[options.codec ?? 'PCMU'];
    const tone = makeTone({ frequencyHz: options.toneHz, durationMs: 60_000, sampleRateHz: rateHz });
    writeFileSync(join(folder, 'tone.wav'), wavOf(tone, { rateHz, channels }));
    const modules = ['g711', 'g722', 'opus', 'srtp', 'aufile', 'aubridge', 'sndfile', 'ctrl_tcp', 'account', 'menu', ...(options.hasLight ? ['mwi'] : [])];
    writeFileSync(
      join(folder, 'config'),
      [
        `sip_listen ${options.address}:${sipPort}`,
        'sip_verify_server no',
        // Its sockets, and the address it tells for sound.
        `net_interface ${options.address}`,
        `audio_source aufile,${join(folder, 'tone.wav')}`,
        'audio_player aubridge,nowhere',
        'audio_alert aubridge,nowhere',
        'rtp_ports 26000-26999',
        'module_path /usr/lib/baresip/modules',
        ...modules.map((name) => `${['account', 'menu', 'ctrl_tcp', 'mwi'].includes(name) ? 'module_app' : 'module'} ${name}.so`),
        `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
        `snd_path ${folder}`,
        '',
      ].join('\n'),
    );
    const { extension, domain, password, proxy, mediaEncryption, transport = 'udp' } = options;
    const encryption = mediaEncryption ? `;mediaenc=${mediaEncryption}` : '';
    writeFileSync(
      join(folder, 'accounts'),
      `<sip:${extension}@${domain}>;auth_user=${extension};auth_pass=${password};outbound="sip:${proxy};transport=${transport}";regint=60;answermode=auto;audio_codecs=${codec};ptime=20${encryption}\n`,
    );
    writeFileSync(join(folder, 'contacts'), '');
    const child = spawn('baresip', ['-f', folder], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: folder } });
    const phone = new Baresip(folder, child, 2 * rateHz * channels);
    try {
      await until('baresip to listen to commands', () => phone.#connect(controlPort));
    } catch (error) {
      child.kill('SIGKILL');
      if (triesLeft === 0) throw new Error(`${(error as Error).message}; it said: ${phone.said}`, { cause: error });
      return Baresip.start(options, triesLeft - 1);
    }
    return phone;
  }

  /** One of baresip's own commands, such as `dial`. */
  command(command: string, parameters = ''): void {
    const text = JSON.stringify({ command, params: parameters, token: 'test' });
    this.#control.write(`${Buffer.byteLength(text)}:${text},`);
  }

  untilSaid(pattern: RegExp, deadlineMs?: number): Promise<true> {
    return until(`baresip to say ${pattern}`, () => (pattern.test(this.said) ? true : undefined), deadlineMs);
  }

  /** How much it has heard so far of the call it is in. */
  heardSeconds(): number {
    const file = this.#heardFile();
    return file === undefined ? 0 : statSync(file).size / this.#octetsPerSecond;
  }

  /** What it heard in its last call; nothing until that is over and the file whole. */
  heard(): { readonly samples: Int16Array; readonly rateHz: number } {
    const nothing = { samples: new Int16Array(0), rateHz: 8_000 };
    const file = this.#heardFile();
    if (file === undefined) return nothing;
    const wav = readWav(readFileSync(file));
    if (!wav.ok) return nothing;
    const samples = Int16Array.from(wav.value.channels[0]!, (sample) => Math.round(sample * 0x7fff));
    return { samples, rateHz: wav.value.sampleRateHz };
  }

  #heardFile(): string | undefined {
    const file = readdirSync(this.#folder).filter((name) => name.endsWith('dec.wav')).sort().at(-1);
    return file && join(this.#folder, file);
  }

  async close(): Promise<void> {
    this.#control.destroy();
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3_000))]);
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #connect(port: number): Promise<true | undefined> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', () => resolve(undefined));
      socket.once('connect', () => {
        socket.on('error', () => undefined);
        socket.on('data', (part) => (this.said += part.toString()));
        this.#control = socket;
        resolve(true);
      });
    });
  }
} // prettier-ignore

/** The same on every channel. */
function wavOf(tone: Int16Array, format: { readonly rateHz: number; readonly channels: number }): Uint8Array {
  const { rateHz, channels } = format;
  const samples = Int16Array.from(
    { length: channels * tone.length },
    (_, at) => tone[Math.floor(at / channels)]!,
  );
  const wav = writeWav(samples, rateHz);
  const header = new DataView(wav.buffer);
  header.setUint16(22, channels, true);
  header.setUint32(28, 2 * channels * rateHz, true);
  header.setUint16(32, 2 * channels, true);
  return wav;
}
