/** Which of a tenant’s connectors hears a language: the first by its name, so that nothing depends on when it was made. */
import type { Locale } from '../kernel/locale.ts';
import type { Connector, RecogniserSettings } from './connector.ts';

export function recogniserOf<One extends Pick<Connector, 'name' | 'settings'>>(
  connectors: readonly One[],
  locale: Locale,
): One | undefined {
  return connectors
    .filter(({ settings }) => settings.kind === 'recogniser' && hears(settings, locale))
    .reduce<One | undefined>((first, one) => (first && first.name <= one.name ? first : one), undefined);
}

const hears = ({ languages }: RecogniserSettings, locale: Locale) => languages[locale] !== undefined;
