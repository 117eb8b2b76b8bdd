/**
 * Message middleware by AMQP 1.0: a message goes to an address, its answer comes to a queue of the line’s own, known by its
 * correlation id.
 */
import rhea, { type Connection, type EventContext, type Message, type Receiver, type Sender } from 'rhea';
import type { ConnectorReply, MessageRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import { randomHex, type Random } from '@seatgrid/core/kernel/random.ts';
import { amqpIdleMs } from '../../limits.ts';
import { ConnectorError } from '../connector-error.ts';
import type { ConnectorLine, LineContext, LineKind } from '../connector-line.ts';
import { readDocument } from '../documents.ts';
import { dial, dialTls, tlsOptions } from '../guarded-dial.ts';

export const amqpLine: LineKind<'amqp'> = {
  async open(context) {
    const connection = await connect(context);
    const { address, replyAddress } = context.settings;
    const name = randomHex(context.random, 8);
    try {
      const receiver = connection.open_receiver({
        // AMQP 1.0 §3.5.3: dynamic: "the receiving peer ... MUST create a node at the other end".
        source: replyAddress === '' ? { dynamic: true, address: '' } : { address: `${replyAddress}${name}` },
        credit_window: 1,
      });
      const sender = connection.open_sender({ target: { address } });
      await Promise.all([opened(connection, 'receiver_open'), opened(connection, 'sendable')]);
      return new AmqpLine(connection, { receiver, sender, random: context.random });
    } catch (error) {
      connection.close();
      throw error;
    }
  },

  meant(code) {
    return /^amqp:(unauthorized-access|not-allowed)$/.test(code) ? 'not-admitted' : undefined;
  },
};

async function connect({ settings, secrets, guard, signal, watch }: LineContext<'amqp'>): Promise<Connection> {
  const { host, port, user, tls } = settings;
  const options = tls && tlsOptions(tls, { host, clientKey: secrets.clientKey });
  const socket = await (options ? dialTls(settings, { guard, options, signal }) : dial(settings, guard, signal));
  watch(socket);
  const container = rhea.create_container({ id: 'seatgrid' });
  const connection = container.connect({
    hostname: host,
    ...(user ? { username: user, password: secrets.password ?? '' } : {}),
    reconnect: false,
    idle_time_out: amqpIdleMs,
    connection_details: () => ({
      host,
      port,
      connect: (_port: number, _host: string, _options: unknown, made: () => void) => {
        process.nextTick(made);
        return socket;
      },
    }),
    // `reconnect: false` and a socket made already are more than its types know.
  } as object as rhea.ConnectionOptions);
  // An end that nobody listens to would be thrown where no one can catch it.
  container.on('error', () => {});
  for (const end of endings) connection.on(end, () => {});
  await opened(connection, 'connection_open');
  return connection;
} // prettier-ignore

/** Until that is so, or the far side said no, or went. */
function opened(connection: Connection, event: string): Promise<void> {
  return new Promise((made, fail) => {
    const refuse = (context: EventContext) => fail(errorOf(context));
    connection.once(event, () => made());
    for (const end of endings) connection.once(end, refuse);
  });
}

const endings = [
  'connection_error',
  'session_error',
  'sender_error',
  'receiver_error',
  'protocol_error',
  'error',
  'disconnected',
];

function errorOf({ connection, session, sender, receiver, error }: EventContext): Error {
  const said = (sender?.error ?? receiver?.error ?? session?.error ?? connection?.error ?? error) as
    { condition?: string; description?: string; message?: string } | undefined;
  if (!said) return new ConnectorError('unreachable', 'it hung up');
  const text = said.description ?? said.message ?? said.condition ?? 'refused';
  const isAdmission = /unauthorized|not-allowed|sasl|auth/i.test(`${said.condition} ${text}`);
  return new ConnectorError(isAdmission ? 'not-admitted' : 'refused', text);
}

class AmqpLine implements ConnectorLine {
  isBroken = false;
  readonly #connection: Connection;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #random: Random;
  #waiting: (PromiseWithResolvers<ConnectorReply> & { readonly id: string }) | null = null;

  constructor(
    connection: Connection,
    { receiver, sender, random }: { receiver: Receiver; sender: Sender; random: Random },
  ) {
    this.#connection = connection;
    this.#receiver = receiver;
    this.#sender = sender;
    this.#random = random;
    receiver.on('message', ({ message }: EventContext) => message && this.#answered(message));
    for (const end of endings) connection.on(end, (context: EventContext) => this.#over(errorOf(context)));
    const refuse = () => this.#fail(new ConnectorError('refused', 'the middleware did not take the message'));
    sender.on('rejected', refuse);
    sender.on('released', refuse);
    sender.on('modified', refuse);
  }

  async ask(request: Parameters<ConnectorLine['ask']>[0]): Promise<ConnectorReply> {
    if (request.kind === 'probe') return { document: { text: this.#brokerName() }, status: null };
    if (request.kind !== 'message') throw new ConnectorError('misasked', 'middleware is asked by a message');
    const id = randomHex(this.#random, 16);
    const waiting = { ...Promise.withResolvers<ConnectorReply>(), id };
    this.#waiting = waiting;
    this.#send(request, id);
    return waiting.promise;
  }

  destroy(): void {
    this.isBroken = true;
    this.#connection.close();
  }

  #send({ text, answer }: MessageRequest, id: string): void {
    const delivery = this.#sender.send({
      message_id: id,
      correlation_id: id,
      body: text,
      ...(answer === 'awaited' ? { reply_to: this.#receiver.source.address } : {}),
    });
    if (answer === 'awaited') return;
    this.#sender.once('accepted', (context: EventContext) => {
      if (context.delivery === delivery) this.#settle({ document: { text: '' }, status: null });
    });
  }

  /** An answer that comes after its question’s time is nobody’s. */
  #answered(message: Message): void {
    if (!this.#waiting || String(message.correlation_id) !== this.#waiting.id) return;
    try {
      const text = textOf(message.body);
      this.#settle({ document: readDocument(text, message.content_type ?? ''), status: null });
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #brokerName(): string {
    const properties = this.#connection.properties as { product?: string; version?: string } | undefined;
    return `${properties?.product ?? 'AMQP 1.0'} ${properties?.version ?? ''}`.trim();
  }

  #settle(reply: ConnectorReply): void {
    this.#waiting?.resolve(reply);
    this.#waiting = null;
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }

  #over(error: Error): void {
    this.isBroken = true;
    this.#fail(error);
  }
}

/** AMQP 1.0 §3.2.6 to §3.2.8: data, or a value. */
function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  const content = (body as { content?: unknown } | null)?.content ?? body;
  if (Buffer.isBuffer(content)) return content.toString('utf8');
  if (Array.isArray(content)) return Buffer.concat(content.filter(Buffer.isBuffer)).toString('utf8');
  throw new ConnectorError('unreadable', 'the answer is no text');
}
