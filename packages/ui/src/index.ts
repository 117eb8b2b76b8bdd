/**
 * The kit both portals are drawn with: tokens, controls, overlays, tables, marks, the shell, languages. No noun of the
 * product lives here; what a state means and what a row is, the apps say.
 */
export { default as Button } from './controls/button.svelte';
export { default as Checkbox } from './controls/checkbox.svelte';
export { default as CodeArea } from './controls/code-area.svelte';
export { default as Combobox } from './controls/combobox.svelte';
export { default as Field } from './controls/field.svelte';
export { default as IconButton } from './controls/icon-button.svelte';
export { default as Segmented } from './controls/segmented.svelte';
export { default as Select } from './controls/select.svelte';
export { default as Switch } from './controls/switch.svelte';
export { default as TextInput } from './controls/text-input.svelte';
export { default as Textarea } from './controls/textarea.svelte';
export type { Choice } from './controls/choice.ts';

export { default as ConfirmDialog } from './overlay/confirm-dialog.svelte';
export { default as Dialog } from './overlay/dialog.svelte';
export { default as Menu } from './overlay/menu.svelte';
export { default as SidePanel } from './overlay/side-panel.svelte';
export { default as Tabs } from './overlay/tabs.svelte';
export { default as Tooltip } from './overlay/tooltip.svelte';
export { toasts } from './overlay/toasts.svelte.ts';

export { default as BarChart } from './data/bar-chart.svelte';
export { default as LineChart } from './data/line-chart.svelte';
export { default as Sparkline } from './data/sparkline.svelte';
export { default as Table } from './data/table.svelte';
export { default as Timeline } from './data/timeline.svelte';
export type { Column } from './data/column.ts';
export type { Sorting } from './data/arrange-rows.ts';
export type { TimelineEntry } from './data/timeline-entry.ts';
export { saveFile } from './data/save-file.ts';

export { default as Badge } from './marks/badge.svelte';
export { default as EmptyState } from './marks/empty-state.svelte';
export { default as Mark } from './marks/mark.svelte';
export { default as Notice } from './marks/notice.svelte';
export { default as Skeleton } from './marks/skeleton.svelte';
export { default as StateMark } from './marks/state-mark.svelte';
export { default as Tick } from './marks/tick.svelte';
export type { MarkShape, Role } from './marks/roles.ts';

export { default as AudioPlayer } from './media/audio-player.svelte';

export { default as Kbd } from './keys/kbd.svelte';
export { shortcuts, type Shortcut } from './keys/shortcuts.svelte.ts';

export { default as LanguageSwitch } from './shell/language-switch.svelte';
export { default as LinkState } from './shell/link-state.svelte';
export { default as LoginArt } from './shell/login-art.svelte';
export { default as LoginPage } from './shell/login-page.svelte';
export { default as Logo } from './shell/logo.svelte';
export { default as Page } from './shell/page.svelte';
export { default as PersonMenu } from './shell/person-menu.svelte';
export { default as Shell } from './shell/shell.svelte';
export { default as ThemeSwitch } from './shell/theme-switch.svelte';
export { default as UiRoot } from './shell/ui-root.svelte';
export type { LoginOutcome, PasswordOutcome } from './shell/login-outcome.ts';
export type { Command } from './shell/command.ts';
export type { RailItem } from './shell/rail-item.ts';

export {
  createTranslator,
  type Overrides,
  type Translator,
  type WordValue,
} from './i18n/create-translator.ts';
export { isLocale, localeNames, locales, type Catalogue, type Locale, type Words } from './i18n/catalogue.ts';
export { format, locale } from './i18n/locale.svelte.ts';
export { kitText } from './i18n/kit-text.svelte.ts';

export { browserClock } from './runtime/browser-clock.ts';
export { LiveSocket, ownSocketUrl } from './runtime/live-socket.svelte.ts';
export { Resource } from './runtime/resource.svelte.ts';
export { now } from './runtime/now.svelte.ts';
export { recall, remember } from './runtime/remembered.ts';
export { theme } from './styles/theme.svelte.ts';
