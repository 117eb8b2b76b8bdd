/** What an installation of Kokoro is made of; `./seatgrid voices` lays it down, `installed.json` last of all. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export function kokoroFiles(voicesFolder: string) {
  const folder = join(voicesFolder, 'kokoro');
  return {
    folder,
    model: join(folder, 'model.onnx'),
    vocabulary: join(folder, 'vocabulary.json'),
    voices: join(folder, 'voices'),
    modules: join(folder, 'node_modules'),
    isWhole: join(folder, 'installed.json'),
  };
}

export function isKokoroInstalled(voicesFolder: string): boolean {
  return existsSync(kokoroFiles(voicesFolder).isWhole);
}

/** Of Mandarin (`z`) and American English (`a`), the two it is taught to read here. */
export function kokoroVoicesIn(voicesFolder: string): string[] {
  if (!isKokoroInstalled(voicesFolder)) return [];
  const names = readdirSync(kokoroFiles(voicesFolder).voices).flatMap((file) => /^([az][fm]_\w+)\.bin$/.exec(file)?.[1] ?? []); // prettier-ignore
  return names.sort();
}
