/**
 * A recogniser of speech for tests, where no model is installed: an HTTP server that speaks as OpenAI’s do. It knows some phrases by
 * their sound and answers with the text of the one that was really received, by correlation, or with nothing. So the sound that
 * reached it is judged, sample by sample; how well a model understands people is not its matter.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readTelephoneWav } from '@seatgrid/media/audio/wav.ts';
import { soundLikeness } from './sound-likeness.ts';

export interface HeardByRecogniser {
  readonly language: string;
  readonly hint: string;
  readonly authorization: string;
  readonly samples: Int16Array;
  /** The text answered, and how alike its sound was. */
  readonly text: string;
  readonly likeness: number;
}

/** Another phrase, or noise, stays far below; a few frames lost on a busy machine do not bring it there. */
const likenessMin = 0.5;
/** Around what was received, so that a phrase cut close is still found. */
const marginSamples = 4_000;

export class TestRecogniser {
  readonly heard: HeardByRecogniser[] = [];
  /** Held back: whoever asks runs out of time. */
  isSilent = false;
  readonly #phrases: ReadonlyMap<string, Int16Array>;
  readonly #server: Server;

  private constructor(phrases: ReadonlyMap<string, Int16Array>) {
    this.#phrases = phrases;
    this.#server = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const { 'content-type': type = '', authorization = '' } = request.headers;
      const form = await new Response(Buffer.concat(pieces), { headers: { 'content-type': type } }).formData();
      if (this.isSilent) return;
      const wav = readTelephoneWav(await (form.get('file') as File).bytes());
      if (request.url !== '/v1/audio/transcriptions' || !wav.ok) return void response.writeHead(400).end();
      const field = (name: string) => String(form.get(name) ?? '');
      const answer = this.#recognise(wav.value);
      this.heard.push({ language: field('language'), hint: field('prompt'), authorization, samples: wav.value, ...answer });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ text: answer.text }));
    }); // prettier-ignore
  }

  static async open(
    phrases: ReadonlyMap<string, Int16Array>,
    address = '127.0.0.1',
  ): Promise<TestRecogniser> {
    const recogniser = new TestRecogniser(phrases);
    await new Promise<void>((ready) => recogniser.#server.listen(0, address, ready));
    return recogniser;
  }

  get baseUrl(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}/v1`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #recognise(samples: Int16Array): { readonly text: string; readonly likeness: number } {
    const heard = new Int16Array(samples.length + 2 * marginSamples);
    heard.set(samples, marginSamples);
    let best = { text: '', likeness: 0 };
    for (const [text, known] of this.#phrases) {
      const likeness = soundLikeness(heard, known);
      if (likeness > best.likeness) best = { text, likeness };
    }
    return best.likeness >= likenessMin ? best : { ...best, text: '' };
  }
}
