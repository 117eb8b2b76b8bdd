import { recall, remember } from '../runtime/remembered.ts';
import { isLocale, nearestLocale, type Locale } from './catalogue.ts';
import {
  formatCountry,
  formatDate,
  formatDuration,
  formatDurationWords,
  formatNumber,
  formatPercent,
  formatPhone,
  type DateStyle,
} from './format.ts';
import { loadFonts } from './load-fonts.ts';

const storageKey = 'locale';

/** The language and zone the page speaks: a person's own choice, else the tenant's, else the browser's. */
class LocaleState {
  #chosen = $state<Locale | undefined>();
  #tenant = $state<Locale | undefined>();
  #browser: Locale;
  #reader = Intl.DateTimeFormat().resolvedOptions().timeZone;
  /** The zone times are told in: the tenant's once signed in. */
  zone = $state('UTC');

  constructor() {
    const recalled = recall(storageKey);
    if (isLocale(recalled)) this.#chosen = recalled;
    this.#browser = nearestLocale(globalThis.navigator?.languages ?? []);
    this.zone = this.#reader;
  }

  get current(): Locale {
    return this.#chosen ?? this.#tenant ?? this.#browser;
  }

  /** Whether times are told in another zone than the reader's own, so that the zone must be shown. */
  get isForeignZone(): boolean {
    return this.zone !== this.#reader;
  }

  choose(locale: Locale): void {
    this.#chosen = locale;
    remember(storageKey, locale);
  }

  /** What the tenant speaks unless the person chose otherwise. */
  adoptTenant(tenant: { readonly locale?: string | undefined; readonly zone?: string | undefined }): void {
    this.#tenant = isLocale(tenant.locale) ? tenant.locale : undefined;
    this.zone = tenant.zone ?? this.#reader;
  }

  /** Writes the language onto the document and fetches the fonts it needs; called from an effect of the root. */
  applyTo(root: HTMLElement): void {
    root.lang = this.current;
    void loadFonts(this.current);
  }
}

export const locale = new LocaleState();

/** The formats of `format.ts` in the page's language and zone; reactive inside components. */
export const format = {
  number: (value: number, fractionDigits = 0) => formatNumber(value, locale.current, fractionDigits),
  percent: (share: number, fractionDigits = 0) => formatPercent(share, locale.current, fractionDigits),
  date: (at: number | string | Date, style: DateStyle = 'date-time') =>
    formatDate(instantMs(at), style, { locale: locale.current, zone: locale.zone }),
  duration: formatDuration,
  durationWords: (durationMs: number) => formatDurationWords(durationMs, locale.current),
  phone: formatPhone,
  country: (code: string) => formatCountry(code, locale.current),
};

function instantMs(at: number | string | Date): number {
  if (typeof at === 'number') return at;
  return at instanceof Date ? at.getTime() : Date.parse(at);
}
