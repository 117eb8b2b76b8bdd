/** D-15: a service behind message middleware (a real RabbitMQ, asked by AMQP 1.0) that looks records up. */
import rhea, { type Connection } from 'rhea';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageSettings } from '@seatgrid/core/connectors/connector.ts';
import { openTestConnector, type TestConnector } from './test-connector.ts';
import { freePort } from './test-ports.ts';
import { hasRabbitmq, startTestRabbitmq, type TestRabbitmq } from './test-rabbitmq.ts';

const records: Readonly<Record<string, unknown>> = { '1001': { name: '林小姐', balance: '1284.50' } };
const ask = (text: string) => ({ kind: 'message', text, answer: 'awaited' }) as const;

describe.skipIf(!hasRabbitmq())('message middleware', () => {
  let broker: TestRabbitmq;
  let settings: MessageSettings;
  let service: Connection;
  let connector: TestConnector;
  const told: string[] = [];

  beforeAll(async () => {
    broker = await startTestRabbitmq();
    settings = { kind: 'amqp', host: '127.0.0.1', port: broker.port, user: 'guest', address: '/queue/balances', replyAddress: '/queue/replies-', tls: null }; // prettier-ignore
    service = await startService(broker.port, told);
    connector = openTestConnector(settings, { secrets: { password: 'guest' } });
  });
  afterAll(async () => {
    connector.close();
    service.close();
    await broker.stop();
  });

  it('carries a question to a service and its record back', async () => {
    const { document } = await connector.reply(ask('{"number":"1001"}'));
    expect(document).toEqual({ name: '林小姐', balance: '1284.50' });
    expect((await connector.reply(ask('{"number":"9"}'))).document).toEqual({ fault: 'unknown' });
  });

  it('says so where the broker makes no queue for a while, and none is named', async () => {
    const dynamic = openTestConnector({ ...settings, replyAddress: '' }, { secrets: { password: 'guest' } });
    await expect(dynamic.reply(ask('{}'))).rejects.toThrow('refused: Dynamic sources not supported');
    dynamic.close();
  });

  it('gives each of many who ask at once its own answer', async () => {
    const asked = Array.from({ length: 20 }, (_, index) => connector.reply(ask(`{"echo":"${index}"}`)));
    const answers = (await Promise.all(asked)).map(({ document }) => document);
    expect(answers).toEqual(answers.map((_, index) => ({ echo: String(index) })));
  });

  it('leaves a message without waiting for an answer', async () => {
    await connector.reply({ kind: 'message', text: '{"note":"called back"}', answer: 'none' });
    await expect.poll(() => told).toContain('{"note":"called back"}');
  });

  it('gives up where the service is silent, and the late answer is nobody’s', async () => {
    const hasty = openTestConnector(settings, {
      secrets: { password: 'guest' },
      timeoutMs: 1_500,
      linesMax: 1,
    });
    expect(await hasty.failure(ask('{"sleep":true}'))).toBe('timeout');
    expect((await hasty.reply(ask('{"echo":"after"}'))).document).toEqual({ echo: 'after' });
    hasty.close();
  });

  it('says who it is; is not admitted with another password; finds nobody elsewhere', async () => {
    expect((await connector.reply({ kind: 'probe' })).document).toMatchObject({
      text: expect.stringMatching(/RabbitMQ/),
    });
    const stranger = openTestConnector(settings, { secrets: { password: 'wrong' } });
    expect(await stranger.failure({ kind: 'probe' })).toBe('not-admitted');
    const astray = openTestConnector({ ...settings, port: await freePort() });
    expect(await astray.failure({ kind: 'probe' })).toBe('unreachable');
  });
});

/** As a bank's would be: takes from its queue, answers to where the question says. */
function startService(port: number, told: string[]): Promise<Connection> {
  const connection = rhea
    .create_container({ id: 'bank' })
    .connect({ host: '127.0.0.1', port, username: 'guest', password: 'guest', reconnect: false });
  const senders = new Map<string, ReturnType<Connection['open_sender']>>();
  for (const end of ['connection_error', 'session_error', 'sender_error', 'receiver_error'])
    connection.on(end, () => {});
  connection.open_receiver('/queue/balances');
  connection.on('message', ({ message }) => {
    const text = String(message!.body);
    const asked = JSON.parse(text) as { number?: string; echo?: string; sleep?: boolean };
    if (message!.reply_to === undefined) return void told.push(text);
    if (asked.sleep) return;
    const answer = asked.echo ? asked : (records[asked.number ?? ''] ?? { fault: 'unknown' });
    let sender = senders.get(message!.reply_to);
    if (!sender) senders.set(message!.reply_to, (sender = connection.open_sender(message!.reply_to)));
    sender.send({ correlation_id: message!.correlation_id!, body: JSON.stringify(answer) });
  });
  return new Promise((ready, fail) => {
    connection.once('receiver_open', () => ready(connection));
    connection.once('disconnected', () => fail(new Error('no broker')));
  });
}
