/** The world outside of tests: a real PostgreSQL, MariaDB and RabbitMQ, and servers of this process that speak the rest. */
import { createServer as createWebServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import rhea, { type Connection } from 'rhea';
import { openTestConnector, type TestConnector } from '@seatgrid/adapters/connectors/test-connector.ts';
import {
  hasMariadb,
  startTestMariadb,
  type TestMariadb,
} from '@seatgrid/adapters/connectors/test-mariadb.ts';
import { startTestPostgres, type TestPostgres } from '@seatgrid/adapters/connectors/test-postgres.ts';
import {
  hasRabbitmq,
  startTestRabbitmq,
  type TestRabbitmq,
} from '@seatgrid/adapters/connectors/test-rabbitmq.ts';
import type { ConnectorSettings } from '@seatgrid/core/connectors/connector.ts';

const here = { host: '127.0.0.1', tls: null };

export class OutsidePlaces {
  readonly hasMariadb: boolean;
  readonly hasRabbitmq: boolean;
  readonly #servers: Server[] = [];
  readonly #connectors: TestConnector[] = [];
  #postgres!: TestPostgres;
  #mariadb: TestMariadb | undefined;
  #rabbitmq: TestRabbitmq | undefined;
  #service: Connection | undefined;
  #ports!: { readonly web: number; readonly lines: number };

  private constructor(which: 'all' | 'postgres and web') {
    this.hasMariadb = which === 'all' && hasMariadb();
    this.hasRabbitmq = which === 'all' && hasRabbitmq();
  }

  static async open(which: 'all' | 'postgres and web' = 'all'): Promise<OutsidePlaces> {
    const places = new OutsidePlaces(which);
    [places.#postgres, places.#mariadb, places.#rabbitmq] = await Promise.all([
      startTestPostgres(),
      places.hasMariadb ? startTestMariadb() : undefined,
      places.hasRabbitmq ? startTestRabbitmq() : undefined,
    ]);
    places.#ports = { web: await places.#listen(web()), lines: await places.#listen(lines()) };
    if (places.#rabbitmq) places.#service = await balanceService(places.#rabbitmq.port);
    return places;
  }

  async close(): Promise<void> {
    for (const connector of this.#connectors) connector.close();
    for (const server of this.#servers) server.close();
    this.#service?.close();
    await Promise.all([this.#postgres.stop(), this.#mariadb?.stop(), this.#rabbitmq?.stop()]);
  }

  get passwords() {
    return { postgres: this.#postgres.password, mysql: '', amqp: 'guest' };
  }

  get settings() {
    const at = (port: number) => ({ ...here, port });
    const web = `http://127.0.0.1:${this.#ports.web}`;
    return {
      postgres: { kind: 'postgres', ...at(this.#postgres.port), database: 'postgres', user: 'postgres' },
      mysql: { kind: 'mysql', ...at(this.#mariadb?.port ?? 1), database: 'mysql', user: 'root' },
      http: { kind: 'http', baseUrl: web, user: '', headers: {}, tls: null },
      soap: { kind: 'soap', url: `${web}/soap`, version: '1.1', namespace: 'urn:bank', user: '', tls: null },
      socket: {
        kind: 'socket', ...at(this.#ports.lines), life: 'long', encoding: 'gbk', separator: '|', framing: { kind: 'delimiter', delimiter: '\n' },
      },
      amqp: { kind: 'amqp', ...at(this.#rabbitmq?.port ?? 1), user: 'guest', address: '/queue/balances', replyAddress: '/queue/answers-' },
    } as const satisfies Record<string, ConnectorSettings>;
  } // prettier-ignore

  /** Runs statements there, as their keeper would; yields the last one's rows. */
  async run(kind: 'postgres' | 'mysql', ...statements: readonly string[]): Promise<unknown> {
    const connector = openTestConnector(this.settings[kind], { secrets: { password: this.passwords[kind] } });
    this.#connectors.push(connector);
    let document: unknown;
    for (const text of statements)
      ({ document } = await connector.reply({ kind: 'statement', text, values: {} }));
    return (document as { rows: unknown }).rows;
  }

  async #listen(server: Server): Promise<number> {
    this.#servers.push(server);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return (server.address() as AddressInfo).port;
  }
}

/** `/flood` answers ten megabytes, `/inside` sends to a cloud's metadata, anything else names the tariff. */
function web(): Server {
  return createWebServer((request, response) => {
    const answer = (type: string, text: string) =>
      response.writeHead(200, { 'content-type': type }).end(text);
    switch (request.url) {
      case '/flood':
        return void response.on('error', () => {}).end(Buffer.alloc(10 * 1024 * 1024, 'x'));
      case '/inside':
        return void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
      case '/soap':
        return void answer(
          'text/xml',
          '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><r><Points>350</Points></r></e:Body></e:Envelope>',
        );
      default:
        return void answer(
          'application/json',
          JSON.stringify({ path: request.url, tariff: { name: 'gold' } }),
        );
    }
  });
}

/** `BAL 1001` is answered by `OK|1001|7.25`. */
function lines(): Server {
  return createServer((socket) =>
    socket
      .on('data', (line) => socket.write(`OK|${line.toString().trim().slice(-4)}|7.25\n`))
      .on('error', () => {}),
  );
}

function balanceService(port: number): Promise<Connection> {
  const connection = rhea
    .create_container({ id: 'bank' })
    .connect({ host: '127.0.0.1', port, username: 'guest', password: 'guest', reconnect: false });
  for (const end of ['connection_error', 'session_error', 'sender_error', 'receiver_error'])
    connection.on(end, () => {});
  connection.open_receiver('/queue/balances');
  connection.on('message', ({ message }) => {
    const sender = connection.open_sender(message!.reply_to!);
    const { number } = JSON.parse(String(message!.body)) as { number: string };
    sender.once('sendable', () => {
      sender.send({
        correlation_id: message!.correlation_id!,
        body: JSON.stringify({ owes: `${number}.50` }),
      });
      sender.close();
    });
  });
  return new Promise((ready, fail) => {
    connection.once('receiver_open', () => ready(connection));
    connection.once('disconnected', () => fail(new Error('no broker')));
  });
}
