/** The performers behind speech menus: what the caller said goes to the tenant’s recogniser of the call’s language. */
import { recogniserOf } from '@seatgrid/core/connectors/recogniser.ts';
import type { RecogniseRequest, Recognised } from '@seatgrid/core/flows/kinds/speech-menu.ts';
import { heardCharsMax, recogniserHintCharsMax } from '@seatgrid/core/flows/limits.ts';
import { phrasesIn } from '@seatgrid/core/flows/nearest-choice.ts';
import { pickText } from '@seatgrid/core/kernel/locale.ts';
import type { NodeConnectors } from '../../connectors/node-connectors.ts';
import { spokenWords } from '../../speech/spoken-words.ts';
import { OutsideFailure, type Performer } from './outside-world.ts';

export const findRecogniser: Performer = ({ call }) =>
  recogniserOf(call.tenant.config.connectors, call.language) !== undefined;

export function recognise(connectors: NodeConnectors): Performer {
  return async ({ call, request }): Promise<Recognised> => {
    const { wav, choices } = request as RecogniseRequest;
    const { tenant, language: locale, services } = call;
    const recogniser = recogniserOf(tenant.config.connectors, locale);
    if (!recogniser) throw new OutsideFailure('unknown-connector', `nothing hears ${locale} any more`);
    const phrases = choices.map((text) => phrasesIn(pickText(text, locale, tenant.locale)));
    // Whoever knows what may come hears it better.
    const hint = phrases.flat().join(', ').slice(0, recogniserHintCharsMax);
    const outcome = await connectors.ask(tenant, recogniser.id, {
      kind: 'transcribe',
      sound: wav,
      locale,
      hint,
    });
    if (!outcome.ok) {
      const { code, detail } = outcome.failure;
      services.log.warn({ callId: call.id, recogniser: recogniser.name, code, detail }, 'speech was not recognised'); // prettier-ignore
      throw new OutsideFailure(code, detail);
    }
    const { text } = outcome.value.document as { readonly text: string };
    const heard = text.slice(0, heardCharsMax);
    return {
      text: heard,
      words: await spokenWords(heard),
      choices: await Promise.all(phrases.map((one) => Promise.all(one.map(spokenWords)))),
    };
  };
}
