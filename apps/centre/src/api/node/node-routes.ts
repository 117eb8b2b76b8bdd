/** What nodes ask over HTTP, beside their link. */
import { createHash } from 'node:crypto';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { verifyNodeToken } from '@seatgrid/adapters/jose/tokens.ts';
import {
  findNode,
  offerNodeKey,
  setNodeKey,
  spendEnrolment,
} from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { readPromptAudio } from '@seatgrid/adapters/postgres/stores/prompt-store.ts';
import { readSpokenAudio } from '@seatgrid/adapters/postgres/stores/speech-store.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { copyPieceOctetsMax } from '../../limits.ts';
import { copiesWanted, missPiece, takePiece } from '../../nodes/recording-copies.ts';
import { changePlatform } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { serveOctets } from '../octets.ts';
import { readBody } from '../read-body.ts';
import { notFound, refusalOf, refused } from '../refusal.ts';

export const nodeRoutes: SomeHandlers<Extract<ApiPath, `${string} /api/node/${string}`>> = {
  async 'POST /api/node/enrol'({ centre, body: { token, publicKey } }) {
    const tokenSha256 = createHash('sha256').update(token).digest('hex');
    const ctx = { kind: 'platform', actor: { kind: 'platform', duty: 'node enrolment' } } as const;
    return changePlatform(centre, ctx, { noun: 'node', verb: 'enrolled' }, async (trx) => {
      const id = await spendEnrolment(trx, { tokenSha256, nowMs: centre.clock.nowMs() });
      const node = id && (await findNode(trx, id));
      if (!node)
        return refused('This enrolment token is unknown, spent or too old: ask an operator for another.');
      await setNodeKey(trx, { id: node.id, publicKey, nowMs: centre.clock.nowMs() });
      const value = { nodeId: node.id, name: node.name };
      return { id: node.id, before: { publicKey: node.publicKey }, after: { publicKey }, value };
    });
  },

  async 'POST /api/node/key'({ centre, ctx, body: { publicKey, proof } }) {
    const id = ctx.id as NodeId;
    if ((await verifyNodeToken(publicKey, centre.clock, proof)) !== id)
      return refused('The proof is not one of this key.');
    const actor = { kind: 'node', nodeId: id } as const;
    const isOfferedAlready = ctx.publicKey?.['x'] === publicKey.x || ctx.nextPublicKey?.['x'] === publicKey.x;
    if (isOfferedAlready) return undefined;
    return changePlatform(
      centre,
      { kind: 'platform', actor },
      { noun: 'node', verb: 'key-offered' },
      async (trx) => {
        const before = { nextPublicKey: ctx.nextPublicKey };
        await offerNodeKey(trx, id, publicKey);
        return { id, before, after: { nextPublicKey: publicKey }, value: undefined };
      },
    );
  },

  async 'GET /api/node/prompts/:sha256'({ centre, params: { sha256 }, raw }) {
    const audio = await inPlatform(
      centre.database.platform,
      async (trx) => (await readPromptAudio(trx, sha256)) ?? readSpokenAudio(trx, sha256),
    );
    return audio ? serveOctets(audio, 'audio/wav', raw.headers.get('range')) : notFound;
  },

  async 'POST /api/node/recordings/:requestId'({ centre, ctx, params: { requestId }, raw }) {
    const isTaken = await centre.recordings.receive(ctx.id as NodeId, requestId, raw.body);
    return isTaken ? undefined : notFound;
  },

  'GET /api/node/copies': async ({ centre, ctx }) => ({
    items: await copiesWanted(centre, ctx.id as NodeId),
  }),

  async 'POST /api/node/copies/:tenantId/:recordingId/:from'({ centre, ctx, params, raw }) {
    const octets = await readBody(raw, copyPieceOctetsMax);
    if (octets === 'too-large')
      return refusalOf('too-large', 'That is more of a recording than is taken at once.');
    const from = await takePiece(centre, ctx.id as NodeId, { ...params, octets });
    return from === undefined ? notFound : { from };
  },

  async 'POST /api/node/missing-copies/:tenantId/:recordingId'({ centre, ctx, params, body: { why } }) {
    return (await missPiece(centre, ctx.id as NodeId, { ...params, why })) ? undefined : notFound;
  },
};
