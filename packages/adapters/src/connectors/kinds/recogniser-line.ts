/** Speech recognition as OpenAI’s servers have it, and many others after them: `POST …/audio/transcriptions`. */
import type { TranscribeRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import { ConnectorError } from '../connector-error.ts';
import type { LineKind, SettingsOf } from '../connector-line.ts';
import { readJson } from '../documents.ts';
import { silentWav } from './pcm-wav.ts';
import { Exchanger, urlOf } from './http-exchange.ts';
import { refusalOf } from './http-line.ts';

export const recogniserLine: LineKind<'recogniser'> = {
  async open({ settings, secrets, guard }) {
    const url = urlOf(`${settings.baseUrl.replace(/\/$/, '')}/audio/transcriptions`);
    const exchanger = new Exchanger(
      { ...settings, user: '', headers: {}, origin: url.origin, secrets },
      guard,
    );
    const transcribe = async (request: Omit<TranscribeRequest, 'kind'>, signal: AbortSignal) => {
      const { body, type } = await formOf(request, settings);
      const exchanged = await exchanger.exchange(
        { method: 'POST', url, headers: { accept: 'application/json', 'content-type': type }, body },
        signal,
      );
      if (exchanged.status >= 300) throw refusalOf(exchanged);
      return { text: textIn(readJson(exchanged.text)), status: exchanged.status };
    };
    return {
      async ask(request, signal) {
        if (request.kind === 'probe') {
          // The first sound of all may take a server long: it loads its model for it.
          const locale = Object.keys(settings.languages)[0] as Locale;
          const { text } = await transcribe({ sound: silentWav(), locale, hint: '' }, signal);
          return { document: { text: `“${text}”` }, status: null };
        }
        if (request.kind !== 'transcribe')
          throw new ConnectorError('misasked', 'a recogniser of speech is given speech');
        const { text, status } = await transcribe(request, signal);
        return { document: { text }, status };
      },
      isBroken: false,
      destroy: () => exchanger.destroy(),
    };
  },
};

async function formOf(
  { sound, locale, hint }: Omit<TranscribeRequest, 'kind'>,
  { model, languages }: SettingsOf<'recogniser'>,
): Promise<{ readonly body: Uint8Array; readonly type: string }> {
  const language = languages[locale];
  if (language === undefined) throw new ConnectorError('misasked', `it does not hear ${locale}`);
  const form = new FormData();
  form.set('model', model);
  form.set('language', language);
  form.set('response_format', 'json');
  // As it is most likely, not as it is most colourful: a menu has no use for invention.
  form.set('temperature', '0');
  if (hint !== '') form.set('prompt', hint);
  form.set('file', new Blob([Uint8Array.from(sound)], { type: 'audio/wav' }), 'speech.wav');
  const packed = new Response(form);
  return { body: await packed.bytes(), type: packed.headers.get('content-type')! };
}

function textIn(document: unknown): string {
  const { text } = (document ?? {}) as { readonly text?: unknown };
  if (typeof text !== 'string') throw new ConnectorError('unreadable', 'the answer has no text');
  return text.trim();
}
