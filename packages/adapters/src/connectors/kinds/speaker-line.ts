/** Speech from text as OpenAI’s servers have it, and many others after them: `POST …/audio/speech`. */
import type { SpeakRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import { speechReplyOctetsMax } from '@seatgrid/core/connectors/limits.ts';
import { ConnectorError } from '../connector-error.ts';
import type { LineKind } from '../connector-line.ts';
import { Exchanger, urlOf, type Exchanged } from './http-exchange.ts';
import { refusalOf } from './http-line.ts';
import { wavOfPcm } from './pcm-wav.ts';

export const speakerLine: LineKind<'speaker'> = {
  async open({ settings, secrets, guard }) {
    const url = urlOf(`${settings.baseUrl.replace(/\/$/, '')}/audio/speech`);
    const exchanger = new Exchanger(
      { ...settings, user: '', headers: {}, origin: url.origin, secrets },
      guard,
    );
    const speak = async ({ text, voice, speedPercent }: Omit<SpeakRequest, 'kind'>, signal: AbortSignal) => {
      const asked = {
        model: settings.model,
        input: text,
        ...(voice === '' ? {} : { voice }),
        response_format: 'wav',
        speed: speedPercent / 100,
      };
      const exchanged = await exchanger.exchange(
        {
          method: 'POST',
          url,
          headers: { accept: 'audio/wav, audio/*;q=0.5', 'content-type': 'application/json' },
          body: JSON.stringify(asked),
        },
        signal,
        speechReplyOctetsMax,
      );
      if (exchanged.status >= 300) throw refusalOf(exchanged);
      return { document: null, status: exchanged.status, sound: wavIn(exchanged) };
    };
    return {
      async ask(request, signal) {
        if (request.kind === 'probe') {
          const { sound, status } = await speak({ text: '1', voice: '', speedPercent: 100 }, signal);
          return { document: { text: `WAV, ${sound.length} octets` }, status };
        }
        if (request.kind !== 'speak')
          throw new ConnectorError('misasked', 'a speech server is given a text to speak');
        return speak(request, signal);
      },
      isBroken: false,
      destroy: () => exchanger.destroy(),
    };
  },
};

/** Some answer bare samples whatever they are asked for; OpenAI’s have this rate. */
const bareRateHz = 24_000;

function wavIn({ octets, mediaType }: Exchanged): Uint8Array {
  if (octets.length >= 12 && Buffer.from(octets.subarray(0, 4)).toString('latin1') === 'RIFF') return octets;
  if (/^audio\/(pcm|l16)\b/i.test(mediaType)) {
    const rateHz = Number(/rate=(\d{4,6})/i.exec(mediaType)?.[1] ?? bareRateHz);
    return wavOfPcm(octets, rateHz);
  }
  throw new ConnectorError(
    'unreadable',
    `answered ${mediaType || 'something'} where a WAV file was asked for`,
  );
}
