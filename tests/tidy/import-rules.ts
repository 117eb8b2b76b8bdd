/** Imports point down (architecture: apps → adapters, media, contracts → core → core/kernel). */
import type { SourceImport, SourceModule } from './source-module.ts';
import type { TidyFault, TidyRule } from './tidy-rule.ts';

/** Where a folder may lead, besides itself. The first row that fits a file counts. Tests may also use the testkit. */
const directions: readonly { readonly from: string; readonly to: readonly string[] }[] = [
  { from: 'packages/core/src/kernel/', to: [] },
  { from: 'packages/core/', to: ['packages/core/'] },
  { from: 'packages/media/', to: ['packages/media/', 'packages/core/src/kernel/'] },
  { from: 'packages/contracts/', to: ['packages/core/'] },
  { from: 'packages/adapters/', to: ['packages/contracts/', 'packages/core/'] },
  { from: 'packages/testkit/', to: ['packages/core/', 'packages/media/', 'packages/contracts/'] },
  { from: 'packages/ui/', to: ['packages/contracts/', 'packages/core/'] },
  { from: 'apps/edge-node/', to: ['packages/adapters/src/connectors/', 'packages/adapters/src/extensions/', 'packages/adapters/src/password/', 'packages/adapters/src/portals/', 'packages/adapters/src/speech/', 'packages/contracts/', 'packages/core/', 'packages/media/'] },
  { from: 'apps/centre/', to: ['packages/adapters/', 'packages/contracts/', 'packages/core/', 'packages/media/src/audio/', 'packages/media/src/fax/fax-pdf.ts'] },
  { from: 'apps/tenant-portal/', to: ['packages/contracts/', 'packages/core/', 'packages/ui/'] },
  { from: 'apps/platform-admin/', to: ['packages/contracts/', 'packages/core/', 'packages/ui/'] },
]; // prettier-ignore

const isBelow = (path: string, folder: string) => path.startsWith(folder);
const ownFolder = (path: string) =>
  /^(?:packages\/core\/src\/kernel|(?:packages|apps)\/[^/]+)\//.exec(path)?.[0];

function wrongWays(module: SourceModule): TidyFault[] {
  const row = directions.find((one) => isBelow(module.path, one.from));
  if (!row) return [];
  const may = [
    row.from,
    ...row.to,
    ...(module.isTest ? ['packages/testkit/', ownFolder(module.path) ?? row.from] : []),
  ];
  return module.imports
    .filter(({ target }) => target !== undefined && !may.some((folder) => isBelow(target, folder)))
    .map(({ line, target }) => ({
      line,
      message: `${row.from} may not import ${target}; only ${may.join(', ')}`,
    }));
}

export const importsPointDown: TidyRule = {
  name: 'imports point down',
  check: wrongWays,
  planted: [
    { path: 'packages/core/src/kernel/a.ts', text: `import { b } from '../calls/b.ts';` },
    { path: 'packages/core/src/calls/a.ts', text: `import { b } from '@seatgrid/contracts/b.ts';` },
    { path: 'packages/media/src/rtp/a.ts', text: `import { b } from '@seatgrid/core/calls/b.ts';` },
    { path: 'packages/adapters/src/a.ts', text: `import { b } from '@seatgrid/media/b.ts';` },
    { path: 'apps/edge-node/src/a.ts', text: `const b = await import('@seatgrid/adapters/postgres/b.ts');` },
    { path: 'apps/tenant-portal/src/a.svelte', text: `<script lang="ts">\nimport b from '@seatgrid/media/b.ts';\n</script>` },
    { path: 'apps/centre/src/a.ts', text: `export { b } from '../../edge-node/src/b.ts';` },
    { path: 'packages/core/src/calls/a.ts', text: `import { b } from '@seatgrid/testkit/b.ts';` },
  ],
  clean: {
    path: 'packages/core/src/calls/a.test.ts',
    text: `import { b } from '@seatgrid/testkit/b.ts'; import { c } from '../kernel/c.ts';`,
  },
}; // prettier-ignore

/** Each package has its one home: who else needs what it does goes through that folder. */
const homes: readonly { readonly packages: RegExp; readonly home: RegExp; readonly instead: string }[] = [
  { packages: /^kysely(\/|$)/, home: /^packages\/adapters\/src\/postgres\//, instead: 'packages/adapters/postgres' },
  { packages: /^postgres(\/|$)/, home: /^packages\/adapters\/src\/(postgres|connectors)\//, instead: 'packages/adapters/postgres' },
  { packages: /^(mysql2|tedious|oracledb|rhea|iconv-lite|saxes)(\/|$)/, home: /^packages\/adapters\/src\/connectors\//, instead: 'packages/adapters/connectors' },
  { packages: /^(quickjs-emscripten-core|@jitl)(\/|$)/, home: /^packages\/adapters\/src\/extensions\//, instead: 'packages/adapters/extensions' },
  { packages: /^(redis|@redis)(\/|$)/, home: /^packages\/adapters\/src\/redis\//, instead: 'packages/adapters/redis' },
  { packages: /^stripe(\/|$)/, home: /^packages\/adapters\/src\/stripe\//, instead: 'packages/adapters/stripe' },
  { packages: /^node:sqlite$/, home: /^apps\/edge-node\/src\/ledger\//, instead: 'apps/edge-node/src/ledger' },
  { packages: /^(node-datachannel|koffi|opusscript|wasm-media-encoders|sdp-transform)(\/|$)/, home: /^packages\/media\//, instead: 'packages/media' },
  { packages: /^dns-packet$/, home: /^apps\/edge-node\/src\/names\//, instead: 'apps/edge-node/src/names' },
  { packages: /^@marcbachmann\/cel-js$/, home: /^packages\/contracts\/src\/expressions\//, instead: 'packages/contracts/expressions' },
  { packages: /^hono(\/|$)/, home: /^apps\/centre\//, instead: 'apps/centre' },
  { packages: /^(svelte|bits-ui|@lucide)(\/|$)/, home: /^(packages\/ui|apps\/(tenant-portal|platform-admin))\//, instead: 'packages/ui' },
]; // prettier-ignore

function strangers(module: SourceModule): TidyFault[] {
  if (module.isTest || module.path.startsWith('scripts/')) return [];
  const faults: TidyFault[] = [];
  for (const { specifier, line, target } of module.imports) {
    if (target !== undefined) continue;
    const home = homes.find((one) => one.packages.test(specifier));
    if (home && !home.home.test(module.path)) faults.push({ line, message: `${specifier} is imported by ${home.instead} alone` });
    if (module.path.startsWith('packages/core/'))
      faults.push({ line, message: `core is pure meaning and imports no package, not even ${specifier}: make a port` });
    if (/^(packages\/ui|apps\/(tenant-portal|platform-admin))\/src\//.test(module.path) && specifier.startsWith('node:') && !module.path.includes('/build/'))
      faults.push({ line, message: `${specifier} does not exist in a browser` });
  }
  return faults;
} // prettier-ignore

export const packagesHaveHomes: TidyRule = {
  name: 'foreign packages are imported in their one home',
  check: strangers,
  planted: [
    { path: 'apps/centre/src/a.ts', text: `import postgres from 'postgres';` },
    { path: 'apps/edge-node/src/a.ts', text: `import { createClient } from 'redis';` },
    { path: 'packages/core/src/calls/a.ts', text: `import { readFileSync } from 'node:fs';` },
    { path: 'apps/tenant-portal/src/a.ts', text: `import { readFileSync } from 'node:fs';` },
    { path: 'apps/edge-node/src/calls/a.ts', text: `import { DatabaseSync } from 'node:sqlite';` },
  ],
  clean: { path: 'packages/adapters/src/postgres/a.ts', text: `import postgres from 'postgres';` },
};

const sipLayers = ['message', 'digest', 'transport', 'transaction', 'dialog', 'location', 'user-agent'];
const mediaStrangers = ['sip', 'sdp', 'rtp', 'srtp', 'webrtc', 'audio'];
const mediaPart = (path: string) => /^packages\/media\/src\/([^/]+)\/(?:([^/]+)\/)?/.exec(path);

function mediaOrder(module: SourceModule): TidyFault[] {
  const here = mediaPart(module.path);
  if (!here || module.isTest) return [];
  return module.imports.flatMap(({ target, line }: SourceImport) => {
    const there = target === undefined ? null : mediaPart(target);
    if (!there) return [];
    const [, part, layer] = here;
    const [, otherPart, otherLayer] = there;
    if (part === 'sip' && otherPart === 'sip' && sipLayers.indexOf(otherLayer ?? '') > sipLayers.indexOf(layer ?? '') && layer)
      return [{ line, message: `sip/${layer} may not import sip/${otherLayer}: the order is ${sipLayers.join(' → ')}` }];
    // A browser's packets are RTP, and so are protected ones; everything else keeps apart.
    if ((part === 'webrtc' || part === 'srtp') && otherPart === 'rtp') return [];
    if (part !== otherPart && mediaStrangers.includes(part!) && mediaStrangers.includes(otherPart!))
      return [{ line, message: `${part} and ${otherPart} are strangers; they are introduced in call/` }];
    return [];
  });
} // prettier-ignore

export const mediaLayersHold: TidyRule = {
  name: 'the media engine keeps its layers',
  check: mediaOrder,
  planted: [
    { path: 'packages/media/src/sip/message/a.ts', text: `import { b } from '../transaction/b.ts';` },
    { path: 'packages/media/src/rtp/a.ts', text: `import { b } from '../audio/b.ts';` },
  ],
  clean: { path: 'packages/media/src/sip/dialog/a.ts', text: `import { b } from '../transaction/b.ts';` },
};
