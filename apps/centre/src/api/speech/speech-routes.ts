/** D-18: by what this tenant's texts are spoken, tried aloud before it is saved. */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { listConnectors } from '@seatgrid/adapters/postgres/stores/connector-store.ts';
import { ownSpeech, saveOwnSpeech } from '@seatgrid/adapters/postgres/stores/speech-store.ts';
import { SpeechError } from '@seatgrid/adapters/speech/speech-error.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { expandSpeech } from '@seatgrid/core/flows/expand-text.ts';
import { plainTongues } from '@seatgrid/core/spoken/tongue.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { serveOctets } from '../octets.ts';
import { refuseDangling } from '../references.ts';
import { refused } from '../refusal.ts';

export const speechRoutes: SomeHandlers<Extract<ApiPath, `${string} /api/speech${string}`>> = {
  async 'GET /api/speech'({ centre, ctx }) {
    const settings = await inTenant(centre.database.tenants, ctx.tenantId, ownSpeech);
    const rendering = await centre.speech.rendering(ctx.tenantId);
    return { settings, rendering, hasKokoro: centre.kokoro.isInstalled(), kokoroVoices: [...centre.kokoro.voices()] };
  },

  'PUT /api/speech': ({ centre, ctx, body }) =>
    changeTenant(centre, ctx, { noun: 'speech', verb: 'update' }, async (trx) => {
      const fault = await refuseDangling(trx, body);
      if (fault) return fault;
      const speakers = (await listConnectors(trx)).filter(({ connector }) => connector.settings.kind === 'speaker');
      for (const { provider } of Object.values(body.voices))
        if (provider.kind === 'connector' && !speakers.some(({ connector }) => connector.id === provider.connectorId))
          return refused('A connector that speaks is needed for that: one of the kind “speech server”.');
      const before = await ownSpeech(trx);
      await saveOwnSpeech(trx, body);
      return { id: null, before, after: body, value: await ownSpeech(trx) };
    }),

  async 'POST /api/speech/try'({ centre, ctx, body: { text: written, locale, voice }, raw }) {
    const { timeZone, currency } = await inTenant(centre.database.tenants, ctx.tenantId, async (trx) => ({ ...(await ownTenant(trx)), ...(await ownSpeech(trx)) }));
    // As a caller would hear it who brings no variables.
    const manner = { currency, timeZone, tongues: { ...plainTongues, [locale]: voice.tongue } };
    const text = expandSpeech(written, new Map(), { locale, manner });
    try {
      const sound = await centre.speech.speak({ tenantId: ctx.tenantId, text, voice });
      return serveOctets(sound, 'audio/wav', raw.headers.get('range'));
    } catch (error) {
      if (error instanceof SpeechError) return refused(`It could not be spoken: ${error.message}`);
      throw error;
    }
  },
}; // prettier-ignore
