/** Files are named as their main export, in kebab-case; rooms for things nobody named do not exist. */
import type { TidyRule } from './tidy-rule.ts';

const forbidden = /^(utils?|helpers?|common|managers?|types?|misc|shared|lib)$/;
/** A folder may be named after the role `manager`; a file may not, as it would not say what of. */
const forbiddenFolder = /^(utils?|helpers?|common|types?|misc|shared|lib)$/;
const forbiddenEnding = /-(utils?|helpers?|manager|types)$/;
/** Names a framework or tool asks for. */
const asked = [
  /^\+(page|layout|error|server)(\.server)?$/,
  /^(vite|svelte|vitest)\.config$/,
  /^app\.d$/,
  /^hooks\.(client|server)$/,
];
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const stem = (path: string) => path.split('/').at(-1)!.replace(/\.(svelte\.test\.ts|svelte\.ts|test\.ts|bench\.ts|d\.ts|ts|svelte)$/, ''); // prettier-ignore

export const kebabCase: TidyRule = {
  name: 'file names are kebab-case',
  check({ path }) {
    const name = stem(path);
    const full = path
      .split('/')
      .at(-1)!
      .replace(/\.(ts|svelte)$/, '');
    if (kebab.test(name) || asked.some((one) => one.test(full) || one.test(name))) return [];
    return [
      { line: 1, message: `name it in lower-case words with hyphens, as its main export: resolve-did.ts` },
    ];
  },
  planted: [
    { path: 'packages/core/src/calls/endReason.ts', text: '' },
    { path: 'packages/ui/src/controls/Button.svelte', text: '' },
    { path: 'packages/core/src/calls/end_reason.ts', text: '' },
  ],
  clean: { path: 'apps/tenant-portal/src/routes/(agent)/calls/[id]/+page.svelte', text: '' },
};

export const namedRooms: TidyRule = {
  name: 'no rooms for things nobody named',
  check({ path }) {
    const name = stem(path);
    const folders = path.split('/').slice(0, -1);
    const isSvelteLib = (folder: string, at: number) => folder === 'lib' && folders[at - 1] === 'src';
    const bad = folders.find((folder, at) => forbiddenFolder.test(folder) && !isSvelteLib(folder, at));
    if (!forbidden.test(name) && !forbiddenEnding.test(name) && !bad) return [];
    return [{ line: 1, message: `"${bad ?? name}" says nothing: name it after what it does` }];
  },
  planted: [
    { path: 'packages/core/src/calls/utils.ts', text: '' },
    { path: 'packages/core/src/helpers/a.ts', text: '' },
    { path: 'apps/centre/src/api/session-manager.ts', text: '' },
    { path: 'apps/centre/src/types.ts', text: '' },
  ],
  clean: { path: 'apps/tenant-portal/src/lib/desk/desk-state.svelte.ts', text: '' },
};
