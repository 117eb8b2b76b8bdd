/** Where this clone is, and the environment every child starts with. */
import { delimiter, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../../..');
export const nodeBinary = join(root, 'node_modules/.bin/node');
export const binary = (name: string) => join(root, 'node_modules/.bin', name);

/** Children find this clone's Node and tools before the machine's own. */
export function prepareEnvironment(): void {
  process.env['PATH'] = [join(root, 'node_modules/.bin'), process.env['PATH']]
    .filter(Boolean)
    .join(delimiter);
}
