/** Lists and forms of records: what every page of administration is made of. No noun of the product lives here. */
export { default as ChosenList } from './chosen-list.svelte';
export { default as CopyValue } from './copy-value.svelte';
export { default as Fold } from './fold.svelte';
export { default as Meter } from './meter.svelte';
export { default as MoreRows } from './more-rows.svelte';
export { default as RecordPage } from './record-page.svelte';
export { default as RecordPanel } from './record-panel.svelte';
export { default as SectionTabs } from './section-tabs.svelte';
export { default as UnsavedGuard } from './unsaved-guard.svelte';
export { Form, canonicalText, type FormPlace, type Problems } from './form.svelte.ts';
export type { Navigator } from './navigator.ts';
export { recordText } from './record-text.svelte.ts';
export { schemaProblems } from './schema-problems.svelte.ts';
