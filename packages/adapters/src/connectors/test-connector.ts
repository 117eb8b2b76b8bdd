/** For tests only: a connector open on this machine's loopback, which its tenant may reach. */
import type { ConnectorReply, ConnectorRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import type { ConnectorSecrets, ConnectorSettings } from '@seatgrid/core/connectors/connector.ts';
import { testClock, testRandom } from '../postgres/test-cluster.ts';
import { openConnector } from './open-connector.ts';

export interface TestConnectorOptions {
  readonly secrets?: Partial<ConnectorSecrets>;
  readonly innerHosts?: readonly string[];
  readonly timeoutMs?: number;
  readonly linesMax?: number;
}

export function openTestConnector(settings: ConnectorSettings, options: TestConnectorOptions = {}) {
  const { secrets, innerHosts = ['127.0.0.1'], timeoutMs = 20_000, linesMax = 2 } = options;
  const { ask, close } = openConnector({
    connector: { settings, timeoutMs, linesMax },
    secrets: { password: null, clientKey: null, ...secrets },
    guard: { innerHosts },
    clock: testClock,
    random: testRandom,
  });
  return {
    close,
    ask,
    /** What it answers; a failure is thrown. */
    async reply(request: ConnectorRequest): Promise<ConnectorReply> {
      const outcome = await ask(request);
      if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.detail}`);
      return outcome.value;
    },
    /** Why it does not. */
    async failure(request: ConnectorRequest): Promise<string> {
      const outcome = await ask(request);
      return outcome.ok ? 'answered' : outcome.failure.code;
    },
  };
}

export type TestConnector = ReturnType<typeof openTestConnector>;
