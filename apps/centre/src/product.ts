import { readFileSync } from 'node:fs';

/** Name and version, as nodes and operators see it. */
export const product = `seatgrid-centre ${version()}`;

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
