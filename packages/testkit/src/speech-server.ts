/**
 * For tests only: a speech server that speaks OpenAI's protocol over real HTTP and answers with real sound, made by espeak-ng. A
 * voice is one of espeak-ng's own. It can be slow, and it can fail.
 */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SpeechAsked {
  readonly authorization: string | undefined;
  readonly model: string;
  readonly input: string;
  readonly voice?: string;
  readonly response_format: string;
  readonly speed: number;
}

export class SpeechServer {
  readonly asked: SpeechAsked[] = [];
  /** How it behaves: `pcm` answers bare samples whatever it is asked for. */
  manner: 'wav' | 'pcm' | 'refuses' | 'silent' = 'wav';
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });

  static async start(): Promise<SpeechServer> {
    const speech = new SpeechServer();
    await new Promise<void>((ready) => speech.#server.listen(0, '127.0.0.1', ready));
    return speech;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    if (request.method !== 'POST' || request.url !== '/v1/audio/speech') {
      response.writeHead(404).end();
      return;
    }
    const asked = JSON.parse(Buffer.concat(pieces).toString('utf8')) as SpeechAsked;
    this.asked.push({ ...asked, authorization: request.headers.authorization });
    if (this.manner === 'silent') return;
    if (this.manner === 'refuses') {
      response.writeHead(429, { 'content-type': 'application/json' }).end('{"error":{"message":"too much"}}');
      return;
    }
    const wav = await spoken(asked);
    const isBare = this.manner === 'pcm';
    response.writeHead(200, { 'content-type': isBare ? 'audio/pcm; rate=22050' : 'audio/wav' });
    response.end(isBare ? wav.subarray(44) : wav);
  }
}

function spoken({ input, voice = 'en-gb', speed }: SpeechAsked): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('espeak-ng', ['--stdin', '--stdout', '-v', voice, '-s', String(Math.round(150 * speed))]);
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(Buffer.concat(parts)) : reject(new Error(`espeak-ng: ${code}`))));
    child.stdin.end(`${input}\n`);
  });
} // prettier-ignore
