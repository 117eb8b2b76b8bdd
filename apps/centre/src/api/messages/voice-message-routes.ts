/** Messages as the portal and the desks see them: listed from the record, played from the node, and done with by its leave. */
import { inTenant, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import { listAgents } from '@seatgrid/adapters/postgres/stores/agent-store.ts';
import { listDefinitions } from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import {
  findVoiceMessage,
  listVoiceMessages,
  type StoredMessage,
} from '@seatgrid/adapters/postgres/stores/voice-message-store.ts';
import { mailboxSchema } from '@seatgrid/contracts/nouns/mailbox.ts';
import { queueSchema } from '@seatgrid/contracts/nouns/workforce.ts';
import type { TenantContext } from '@seatgrid/core/context/op-context.ts';
import type { NodeId, VoiceMessageId } from '@seatgrid/core/kernel/ids.ts';
import { boxesOpenTo, type Mailbox, type MessageAct } from '@seatgrid/core/messages/mailbox.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { Centre } from '../../centre.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { playRecording } from '../records/play-recording.ts';
import { paged } from '../records/record-routes.ts';
import { notFound, refusalOf, type Refusal } from '../refusal.ts';

type Path = Extract<
  ApiPath,
  `${string} /api/voice-messages${string}` | `${string} /api/desk/voice-messages${string}`
>;

export const voiceMessageRoutes: SomeHandlers<Path> = {
  'GET /api/voice-messages': async ({ centre, ctx, query: { mailboxId, limit, before } }) =>
    paged(
      limit,
      await inTenant(centre.database.tenants, ctx.tenantId, (trx) =>
        listVoiceMessages(trx, { limit, before, ...(mailboxId ? { mailboxIds: [mailboxId] } : {}) }),
      ),
    ),

  'GET /api/voice-messages/:id/audio': async ({ centre, ctx, params: { id }, raw }) =>
    play(centre, await find(centre, ctx, id), raw),

  'POST /api/voice-messages/:id/act': async ({ centre, ctx, params: { id }, body: { act } }) =>
    actOn(centre, ctx, await find(centre, ctx, id), act),

  'GET /api/desk/voice-messages': ({ centre, ctx, query: { limit, before } }) =>
    inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      const mailboxIds = [...(await ownBoxes(trx, ctx))];
      return paged(limit, await listVoiceMessages(trx, { limit, before, mailboxIds }));
    }),

  'GET /api/desk/voice-messages/:id/audio': async ({ centre, ctx, params: { id }, raw }) =>
    play(centre, await findOwn(centre, ctx, id), raw),

  'POST /api/desk/voice-messages/:id/act': async ({ centre, ctx, params: { id }, body: { act } }) =>
    actOn(centre, ctx, await findOwn(centre, ctx, id), act),
};

function find(centre: Centre, ctx: TenantContext, id: string): Promise<StoredMessage | undefined> {
  return inTenant(centre.database.tenants, ctx.tenantId, (trx) => findVoiceMessage(trx, id));
}

function findOwn(centre: Centre, ctx: TenantContext, id: string): Promise<StoredMessage | undefined> {
  return inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
    const message = await findVoiceMessage(trx, id);
    return message && (await ownBoxes(trx, ctx)).has(message.mailboxId) ? message : undefined;
  });
}

/** Those open to the agent who asks. */
async function ownBoxes(trx: TenantTrx, { actor }: TenantContext): Promise<Set<string>> {
  const agent =
    actor.kind === 'user' && (await listAgents(trx)).find(({ userId }) => userId === actor.userId);
  if (!agent) return new Set();
  const read = async (noun: 'mailbox' | 'queue') =>
    (await listDefinitions(trx, noun)).map(({ id, body }) => ({ ...body, id }));
  const boxes: Mailbox[] = mailboxSchema.array().parse(await read('mailbox'));
  const queues: Queue[] = queueSchema.array().parse(await read('queue'));
  const queueOf = (id: string) => queues.find((queue) => queue.id === id);
  return new Set(boxesOpenTo(agent, boxes, queueOf).map(({ id }) => id as string));
}

async function play(centre: Centre, message: StoredMessage | undefined, raw: Request) {
  if (!message) return notFound;
  return playRecording(
    centre,
    { ...message, startedAtMs: message.leftAtMs, format: 'wav' },
    { range: raw.headers.get('range'), isDownload: false, aborted: raw.signal },
  );
}

async function actOn(
  centre: Centre,
  ctx: TenantContext,
  message: StoredMessage | undefined,
  act: Exclude<MessageAct, 'purged'>,
): Promise<undefined | Refusal> {
  if (!message) return notFound;
  const tell = () =>
    centre.tellNode(message.nodeId as NodeId, {
      kind: 'act-on-message',
      tenantId: ctx.tenantId,
      messageId: message.id as VoiceMessageId,
      act,
    });
  const away = refusalOf('unavailable', 'The node that keeps this message is not linked at the moment.', 5);
  if (act === 'heard' || act === 'unheard') return tell() ? undefined : away;
  return changeTenant(centre, ctx, { noun: 'voice-message', verb: act }, async () =>
    tell() ? { id: message.id, before: null, after: null, value: undefined } : away,
  );
}
