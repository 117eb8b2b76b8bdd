import type { ConnectorKind, ConnectorSettings } from '@seatgrid/core/connectors/connector.ts';

/** In the order they are offered, each with the port such servers listen at; '' where there is no usual one. */
export const usualPorts = {
  postgres: '5432',
  mysql: '3306',
  sqlserver: '1433',
  oracle: '1521',
  http: '',
  soap: '',
  socket: '',
  amqp: '5672',
  recogniser: '',
  speaker: '',
} as const satisfies Readonly<Record<ConnectorKind, string>>;

export const connectorKinds = Object.keys(usualPorts) as ConnectorKind[];

/** Where a connector leads, in one line. */
export function leadsTo(settings: ConnectorSettings): string {
  if (settings.kind === 'http' || settings.kind === 'recogniser' || settings.kind === 'speaker')
    return settings.baseUrl;
  if (settings.kind === 'soap') return settings.url;
  const { host, port } = settings;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
