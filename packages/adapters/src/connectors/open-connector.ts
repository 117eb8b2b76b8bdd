/**
 * A connector in use: a pool of its lines, a time for each question, a bound on what is answered, and a rest for what fails again
 * and again. Nothing is opened, and no driver loaded, before the first question.
 */
import type { Socket } from 'node:net';
import type {
  AskConnector,
  ConnectorOutcome,
  ConnectorRequest,
} from '@seatgrid/core/connectors/ask-connector.ts';
import { CircuitBreaker } from '@seatgrid/core/connectors/circuit-breaker.ts';
import type { Connector, ConnectorKind, ConnectorSecrets } from '@seatgrid/core/connectors/connector.ts';
import {
  connectorFailuresMax,
  connectorReplyOctetsMax,
  connectorRestMs,
} from '@seatgrid/core/connectors/limits.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { failure, success } from '@seatgrid/core/kernel/result.ts';
import { connectorLookEveryMs } from '../limits.ts';
import { ConnectorError, failureOf } from './connector-error.ts';
import type { ConnectorLine, LineKind } from './connector-line.ts';
import type { Guard } from './guarded-dial.ts';
import { LinePool } from './line-pool.ts';
import { tooLarge } from './reply-limit.ts';

export interface OpenConnector {
  readonly ask: AskConnector;
  close(): void;
}

export interface OpenConnectorOptions {
  readonly connector: Pick<Connector, 'timeoutMs' | 'linesMax' | 'settings'>;
  readonly secrets: ConnectorSecrets;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly random: Random;
}

/** Drivers are big: a process that asks no Oracle never reads Oracle’s. */
const kinds: { readonly [Kind in ConnectorKind]: () => Promise<LineKind<Kind>> } = {
  postgres: async () => (await import('./kinds/postgres-line.ts')).postgresLine,
  mysql: async () => (await import('./kinds/mysql-line.ts')).mysqlLine,
  sqlserver: async () => (await import('./kinds/sqlserver-line.ts')).sqlserverLine,
  oracle: async () => (await import('./kinds/oracle-line.ts')).oracleLine,
  http: async () => (await import('./kinds/http-line.ts')).httpLine,
  soap: async () => (await import('./kinds/soap-line.ts')).soapLine,
  socket: async () => (await import('./kinds/socket-line.ts')).socketLine,
  recogniser: async () => (await import('./kinds/recogniser-line.ts')).recogniserLine,
  speaker: async () => (await import('./kinds/speaker-line.ts')).speakerLine,
  amqp: async () => (await import('./kinds/amqp-line.ts')).amqpLine,
};

export function openConnector({
  connector,
  secrets,
  guard,
  clock,
  random,
}: OpenConnectorOptions): OpenConnector {
  const { settings, timeoutMs, linesMax } = connector;
  const breaker = new CircuitBreaker({ failuresMax: connectorFailuresMax, restMs: connectorRestMs });
  const pool = new LinePool<WatchedLine>({ linesMax, clock, open });
  let kind: Promise<LineKind> | undefined;

  async function open(signal: AbortSignal): Promise<WatchedLine> {
    const sockets: Socket[] = [];
    const watch = (socket: Socket) => void sockets.push(socket);
    signal.addEventListener('abort', () => sockets.forEach((socket) => socket.destroy()), { once: true });
    const { open: openLine } = await kindOf();
    const opening = openLine({ settings, secrets, guard, random, signal, watch });
    // A line that is made too late is nobody's.
    if (signal.aborted) opening.then((line) => line.destroy()).catch(() => {});
    else signal.addEventListener('abort', () => opening.then((line) => line.destroy()).catch(() => {}));
    return new WatchedLine(await Promise.race([opening, aborted(signal)]), sockets, clock);
  }

  function kindOf(): Promise<LineKind> {
    return (kind ??= kinds[settings.kind]() as Promise<LineKind>);
  }

  async function once(request: ConnectorRequest, signal: AbortSignal): Promise<ConnectorOutcome> {
    let line: WatchedLine | undefined;
    try {
      line = await pool.borrow(signal);
      const reply = await line.ask(request, signal);
      pool.giveBack(line);
      return success(reply);
    } catch (error) {
      const { meant } = await kindOf();
      const told = failureOf(error, meant);
      // After a plain no, the line is as good as before; after anything else nobody knows what comes next on it.
      if (line && isPlainNo(told.code)) pool.giveBack(line);
      else if (line) pool.discard(line);
      return failure(told);
    }
  }

  return {
    async ask(request) {
      if (!breaker.lets(clock.nowMs()))
        return failure({ code: 'resting', detail: `failed ${connectorFailuresMax} times in a row` });
      const time = new AbortController();
      const cancel = clock.after(timeoutMs, () =>
        time.abort(new ConnectorError('timeout', `no answer within ${timeoutMs} ms`)),
      );
      const outcome = await once(request, time.signal);
      cancel();
      breaker.heard(outcome.ok || !tellsOfAbsence.has(outcome.failure.code), clock.nowMs());
      return outcome;
    },
    close: () => pool.close(),
  };
}

const isPlainNo = (code: string) => code === 'refused' || code === 'misasked';
const tellsOfAbsence: ReadonlySet<string> = new Set([
  'unreachable',
  'timeout',
  'certificate',
  'not-admitted',
]);

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, fail) => {
    if (signal.aborted) fail(signal.reason as Error);
    signal.addEventListener('abort', () => fail(signal.reason as Error), { once: true });
  });
}

/** Looks at what has come while a question is open: a driver that gathers an answer has no bound of its own. */
class WatchedLine implements ConnectorLine {
  readonly #line: ConnectorLine;
  readonly #sockets: readonly Socket[];
  readonly #clock: Clock;

  constructor(line: ConnectorLine, sockets: readonly Socket[], clock: Clock) {
    this.#line = line;
    this.#sockets = sockets;
    this.#clock = clock;
  }

  get isBroken(): boolean {
    return this.#line.isBroken;
  }

  async ask(request: ConnectorRequest, signal: AbortSignal) {
    const before = this.#octets();
    const { promise: overflow, reject } = Promise.withResolvers<never>();
    const look = () => {
      if (this.#octets() - before > connectorReplyOctetsMax) return reject(tooLarge());
      cancel = this.#clock.after(connectorLookEveryMs, look);
    };
    let cancel = this.#clock.after(connectorLookEveryMs, look);
    try {
      const reply = await Promise.race([this.#line.ask(request, signal), overflow, aborted(signal)]);
      if (this.#octets() - before > connectorReplyOctetsMax) throw tooLarge();
      return reply;
    } finally {
      cancel();
    }
  }

  destroy(): void {
    this.#line.destroy();
  }

  #octets(): number {
    return this.#sockets.reduce((sum, socket) => sum + socket.bytesRead, 0);
  }
}
