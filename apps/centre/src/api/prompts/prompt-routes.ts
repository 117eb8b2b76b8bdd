import { createHash } from 'node:crypto';
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  deletePrompt,
  findPrompt,
  insertPrompt,
  listPrompts,
  readPromptAudio,
  renamePrompt,
} from '@seatgrid/adapters/postgres/stores/prompt-store.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import { convertPrompt } from '@seatgrid/media/audio/convert-prompt.ts';
import { acceptedSoundFormats } from '@seatgrid/media/audio/wav.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { serveOctets } from '../octets.ts';
import { refuseInUse } from '../references.ts';
import { notFound, refusalOf } from '../refusal.ts';

export const promptRoutes: SomeHandlers<Extract<ApiPath, `${string} /api/prompts${string}`>> = {
  'GET /api/prompts': async ({ centre, ctx }) => ({
    items: await inTenant(centre.database.tenants, ctx.tenantId, listPrompts),
  }),

  async 'POST /api/prompts'({ centre, ctx, query, body }) {
    const converted = convertPrompt(body);
    if (!converted.ok) return refusalOf('unsupported-format', sayFault(converted.failure.detail));
    const { wav, durationMs } = converted.value;
    const sha256 = createHash('sha256').update(wav).digest('hex');
    return changeTenant(centre, ctx, { noun: 'prompt', verb: 'create' }, async (trx) => {
      const { name, kind, locale = null } = query;
      const id = await insertPrompt(trx, { name, kind, locale, sha256, durationMs }, wav);
      const prompt = await findPrompt(trx, id);
      assert(prompt, 'the prompt just written');
      return { id, before: null, after: prompt, value: prompt };
    });
  },

  'PUT /api/prompts/:id': ({ centre, ctx, params: { id }, body }) =>
    changeTenant(centre, ctx, { noun: 'prompt', verb: 'update' }, async (trx) => {
      const before = await findPrompt(trx, id);
      if (!before) return notFound;
      await renamePrompt(trx, { id, ...body });
      const after = { ...before, ...body };
      return { id, before, after, value: after };
    }),

  async 'GET /api/prompts/:id/audio'({ centre, ctx, params: { id }, raw }) {
    const audio = await inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      const prompt = await findPrompt(trx, id);
      return prompt && readPromptAudio(trx, prompt.sha256);
    });
    return audio ? serveOctets(audio, 'audio/wav', raw.headers.get('range')) : notFound;
  },

  'DELETE /api/prompts/:id': ({ centre, ctx, params: { id } }) =>
    changeTenant(centre, ctx, { noun: 'prompt', verb: 'delete' }, async (trx) => {
      const prompt = await findPrompt(trx, id);
      if (!prompt) return notFound;
      const users = await refuseInUse(trx, id);
      if (users) return users;
      await deletePrompt(trx, prompt);
      return { id, before: prompt, after: null, value: undefined };
    }),
};

/** Whatever is wrong with a file, its owner is told what would be right. */
function sayFault(detail: string): string {
  return detail.includes(acceptedSoundFormats) ? detail : `${detail}; accepted is ${acceptedSoundFormats}`;
}
