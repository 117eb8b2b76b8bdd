/** One connection behind a connector, as every kind makes it: asked one thing at a time, by the pool of `open-connector.ts`. */
import type { Socket } from 'node:net';
import type {
  ConnectorFailureCode,
  ConnectorReply,
  ConnectorRequest,
} from '@seatgrid/core/connectors/ask-connector.ts';
import type {
  ConnectorKind,
  ConnectorSecrets,
  ConnectorSettings,
} from '@seatgrid/core/connectors/connector.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { Guard } from './guarded-dial.ts';

export type SettingsOf<Kind extends ConnectorKind> = Settings<ConnectorSettings, Kind>;
type Settings<One, Kind> = One extends { readonly kind: infer Kinds }
  ? Kind extends Kinds
    ? One
    : never
  : never;

export interface LineContext<Kind extends ConnectorKind = ConnectorKind> {
  readonly settings: SettingsOf<Kind>;
  readonly secrets: ConnectorSecrets;
  readonly guard: Guard;
  readonly random: Random;
  /** Aborted when the time of the present question is over. */
  readonly signal: AbortSignal;
  /** Octets that come by this socket count against the answer’s limit. */
  watch(socket: Socket): void;
}

export interface ConnectorLine {
  /** Throws a `ConnectorError`, or what the driver threw. `signal` as in the context; the line is destroyed after it. */
  ask(request: ConnectorRequest, signal: AbortSignal): Promise<ConnectorReply>;
  /** The far side hung up, or what it said cannot be told from the next answer. */
  readonly isBroken: boolean;
  destroy(): void;
}

export interface LineKind<Kind extends ConnectorKind = ConnectorKind> {
  open(context: LineContext<Kind>): Promise<ConnectorLine>;
  /** What the driver’s own errors mean. */
  meant?(code: string, error: Error): ConnectorFailureCode | undefined;
}
