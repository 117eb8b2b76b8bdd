/** Plain TCP or TLS: a text goes, a text comes. Short connections live for one question, long ones until they break. */
import type { Socket } from 'node:net';
import iconv from 'iconv-lite';
import type { ConnectorReply, Document } from '@seatgrid/core/connectors/ask-connector.ts';
import type { SocketSettings } from '@seatgrid/core/connectors/connector.ts';
import { ConnectorError } from '../connector-error.ts';
import type { ConnectorLine, LineContext, LineKind } from '../connector-line.ts';
import { readDocument } from '../documents.ts';
import { dial, dialTls, tlsOptions } from '../guarded-dial.ts';
import { framed, FrameReader } from './frame-reader.ts';

export const socketLine: LineKind<'socket'> = {
  async open(context) {
    if (context.settings.life === 'long') return new SocketLine(context.settings, await connection(context));
    return {
      async ask(request, signal) {
        const line = new SocketLine(context.settings, await connection({ ...context, signal }));
        try {
          return await line.ask(request, signal);
        } finally {
          line.destroy();
        }
      },
      isBroken: false,
      destroy: () => {},
    };
  },
};

async function connection({ settings, secrets, guard, signal, watch }: LineContext<'socket'>): Promise<Socket> {
  const { host, tls } = settings;
  const options = tls && tlsOptions(tls, { host, clientKey: secrets.clientKey });
  const socket = await (options ? dialTls(settings, { guard, options, signal }) : dial(settings, guard, signal));
  if (settings.life === 'long') watch(socket);
  return socket;
} // prettier-ignore

class SocketLine implements ConnectorLine {
  isBroken = false;
  readonly #settings: SocketSettings;
  readonly #socket: Socket;
  readonly #delimiter: Buffer;
  readonly #reader: FrameReader;
  #waiting: PromiseWithResolvers<Buffer> | null = null;

  constructor(settings: SocketSettings, socket: Socket) {
    const { framing, encoding } = settings;
    this.#settings = settings;
    this.#socket = socket;
    this.#delimiter =
      framing.kind === 'delimiter' ? iconv.encode(framing.delimiter, encoding) : Buffer.alloc(0);
    this.#reader = new FrameReader(framing, this.#delimiter);
    socket.on('data', (octets: Buffer) => this.#heard(octets));
    socket.on('end', () => this.#over(null));
    socket.on('error', (error) => this.#over(error));
    socket.on('close', () => this.#over(null));
  }

  async ask(request: Parameters<ConnectorLine['ask']>[0], signal: AbortSignal): Promise<ConnectorReply> {
    if (request.kind === 'probe') return { document: { text: 'connected' }, status: null };
    if (request.kind !== 'socket') throw new ConnectorError('misasked', 'a socket is asked by a text');
    const { framing, encoding, separator } = this.#settings;
    const octets = framed(iconv.encode(request.text, encoding), framing, this.#delimiter);
    if (this.isBroken) throw hungUp();
    this.#waiting = Promise.withResolvers();
    signal.addEventListener('abort', () => this.#over(signal.reason as Error), { once: true });
    if (framing.kind === 'close') this.#socket.end(octets);
    else this.#socket.write(octets);
    const text = iconv.decode(await this.#waiting.promise, encoding);
    return { document: documentIn(text, separator), status: null };
  }

  destroy(): void {
    this.#over(null);
    this.#socket.destroy();
  }

  #heard(octets: Buffer): void {
    try {
      const message = this.#reader.push(octets);
      // What nobody asked for would be taken for the next answer.
      if (message && (!this.#waiting || this.#reader.hasRest)) this.isBroken = true;
      if (message) this.#settle(message);
    } catch (error) {
      this.#over(error as Error);
    }
  }

  #over(error: Error | null): void {
    this.isBroken = true;
    const message = error ? undefined : this.#reader.end();
    if (message) this.#settle(message);
    else this.#waiting?.reject(error ?? hungUp());
    this.#waiting = null;
  }

  #settle(message: Buffer): void {
    this.#waiting?.resolve(message);
    this.#waiting = null;
  }
}

const hungUp = () => new ConnectorError('unreachable', 'it hung up without an answer');

function documentIn(text: string, separator: string): Document {
  return separator === '' ? readDocument(text, '') : { text, parts: text.split(separator) };
}
