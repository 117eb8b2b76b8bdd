/** Connectors as they are defined, asked and answered: by the API, in a node's configuration, on the link. */
import { z } from 'zod';
import type { ConnectorOutcome, Document, ToldRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import type { Connector, ConnectorSecrets } from '@seatgrid/core/connectors/connector.ts';
import { faultOfInnerHost } from '@seatgrid/core/connectors/inner-address.ts';
import {
  connectorLinesMax,
  connectorTimeoutMsMax,
  connectorTimeoutMsMin,
  innerHostsMax,
} from '@seatgrid/core/connectors/limits.ts';
import { idOf, schemaOf } from './ids.ts';
import { localeSchema, nameSchema } from './texts.ts';

const plain = (atMost: number) =>
  z
    .string()
    .max(atMost)
    .regex(/^[^\p{Cc}]*$/u, 'one line of text');
const hostSchema = z
  .string()
  .max(253)
  .regex(/^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|[0-9a-fA-F:.]+)$/, 'a host name or an address');
const urlSchema = z
  .string()
  .max(500)
  .regex(/^https?:\/\/[^\s@]+$/i, 'an address that begins with http:// or https://, without a password');
const pemSchema = z
  .string()
  .max(20_000)
  .regex(/^(\s*-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----\s*)*$/, 'PEM: -----BEGIN …');

const tlsSchema = z.object({ authority: pemSchema, certificate: pemSchema, serverName: plain(253) });
const port = z.number().int().min(1).max(65_535);
const tls = tlsSchema.nullable();
const user = plain(128);
const server = { host: hostSchema, port, tls };

const framingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('delimiter'), delimiter: z.string().min(1).max(8) }),
  z.object({ kind: z.literal('length'), octets: z.union([z.literal(2), z.literal(4)]) }),
  z.object({ kind: z.literal('close') }),
]);

export const connectorSettingsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['postgres', 'mysql', 'sqlserver']),
    ...server,
    database: plain(128).min(1),
    user,
  }),
  z.object({
    kind: z.literal('oracle'),
    ...server,
    service: z.string().regex(/^[\w.$#-]{1,128}$/, 'a service’s name'),
    user,
  }),
  z.object({
    kind: z.literal('http'),
    baseUrl: urlSchema,
    user,
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,60}$/, 'a header’s name'), plain(1_000)),
    tls,
  }),
  z.object({
    kind: z.literal('soap'),
    url: urlSchema,
    version: z.enum(['1.1', '1.2']),
    namespace: plain(500),
    user,
    tls,
  }),
  z
    .object({
      kind: z.literal('socket'),
      ...server,
      life: z.enum(['short', 'long']),
      framing: framingSchema,
      encoding: z.enum(['utf-8', 'gbk']),
      separator: z.string().max(8),
    })
    .refine(({ life, framing }) => life === 'short' || framing.kind !== 'close', {
      path: ['framing'],
      message: 'a long connection cannot end its messages by closing',
    }),
  z.object({
    kind: z.literal('amqp'),
    ...server,
    user,
    address: plain(255).min(1),
    replyAddress: plain(200),
  }),
  z.object({
    kind: z.literal('recogniser'),
    baseUrl: urlSchema,
    model: plain(200).min(1),
    languages: z
      .partialRecord(localeSchema, z.string().regex(/^[A-Za-z-]{2,20}$/, 'a language as the server calls it'))
      .refine((languages) => Object.keys(languages).length > 0, 'one language at least'),
    tls,
  }),
  z.object({ kind: z.literal('speaker'), baseUrl: urlSchema, model: plain(200).min(1), tls }),
]);

export const connectorSchema = schemaOf<Connector>()(
  z.object({
    id: idOf<'connector'>(),
    name: nameSchema,
    runsAt: z.enum(['node', 'centre']),
    timeoutMs: z.number().int().min(connectorTimeoutMsMin).max(connectorTimeoutMsMax),
    linesMax: z.number().int().min(1).max(connectorLinesMax),
    settings: connectorSettingsSchema,
  }),
);

const secretSchema = z.string().max(20_000);
export const connectorSecretsSchema = schemaOf<ConnectorSecrets>()(
  z.object({ password: secretSchema.nullable(), clientKey: secretSchema.nullable() }),
);
/** As given: null takes it away, an absent one stays as it is. */
export const connectorSecretsGivenSchema = z.object({
  password: secretSchema.nullable().exactOptional(),
  clientKey: secretSchema.nullable().exactOptional(),
});

export const connectorWriteSchema = connectorSchema
  .omit({ id: true })
  .extend({ secrets: connectorSecretsGivenSchema.default({}) })
  .refine(({ settings, runsAt }) => settings.kind !== 'recogniser' || runsAt === 'node', {
    path: ['runsAt'],
    message: 'speech is heard at the node: sound does not travel to the centre',
  });
/** Whether there are secrets is all that is told of them. */
export const connectorReadSchema = connectorSchema.extend({
  hasPassword: z.boolean(),
  hasClientKey: z.boolean(),
});
export type ConnectorRead = z.infer<typeof connectorReadSchema>;

export const connectorConfigSchema = connectorSchema.extend({ secrets: connectorSecretsSchema });
export type ConnectorConfig = z.infer<typeof connectorConfigSchema>;

/** Addresses and hosts inside that a tenant may reach; an operator writes them. */
export const innerHostsSchema = z
  .array(
    z
      .string()
      .trim()
      .max(260)
      .refine(
        (entry) => faultOfInnerHost(entry) === null,
        'a host, an address or a block, with :port or without',
      ),
  )
  .max(innerHostsMax);

const valuesSchema = z.record(z.string(), z.string().nullable());
export const connectorRequestSchema = schemaOf<ToldRequest>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('probe') }),
    z.object({ kind: z.literal('statement'), text: z.string(), values: valuesSchema }),
    z.object({
      kind: z.literal('procedure'),
      name: z.string(),
      parameters: z.array(
        z.object({ name: z.string(), value: z.string().nullable(), way: z.enum(['in', 'out']) }),
      ),
    }),
    z.object({
      kind: z.literal('http'),
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
      path: z.string(),
      values: valuesSchema,
      query: z.record(z.string(), z.string()),
      body: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.enum(['json', 'form']), fields: valuesSchema }),
          z.object({ kind: z.literal('text'), type: z.string(), text: z.string() }),
        ])
        .nullable(),
    }),
    z.object({
      kind: z.literal('soap'),
      operation: z.string(),
      action: z.string(),
      fields: valuesSchema,
    }),
    z.object({ kind: z.literal('socket'), text: z.string() }),
    z.object({ kind: z.literal('message'), text: z.string(), answer: z.enum(['awaited', 'none']) }),
  ]),
);

const documentSchema: z.ZodType<Document> = z.lazy(() =>
  z.union([z.string(), z.boolean(), z.null(), z.array(documentSchema), z.record(z.string(), documentSchema)]),
);
export const connectorFailureCodes = [
  'unreachable', 'inner-address', 'timeout', 'resting', 'busy', 'too-large', 'certificate', 'not-admitted', 'refused', 'unreadable',
  'misasked', 'unknown-connector', 'centre-away',
] as const; // prettier-ignore
export const connectorOutcomeSchema = schemaOf<ConnectorOutcome>()(
  z.discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      value: z.object({ document: documentSchema, status: z.number().int().nullable() }),
    }),
    z.object({
      ok: z.literal(false),
      failure: z.object({ code: z.enum(connectorFailureCodes), detail: z.string() }),
    }),
  ]),
);

/** What one place heard of a connector that was tried there. */
export const connectorTrialSchema = z.object({
  /** The node's name; null is the centre. */
  place: z.string().nullable(),
  tookMs: z.number().int().nonnegative(),
  isGood: z.boolean(),
  /** A failure's code; null where it answered. */
  code: z.enum(connectorFailureCodes).nullable(),
  /** Who answered, or what went wrong, in the far side's words. */
  said: z.string(),
});
export type ConnectorTrial = z.infer<typeof connectorTrialSchema>;
