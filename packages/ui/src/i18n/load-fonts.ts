import type { Locale } from './catalogue.ts';

/**
 * Chinese type comes in slices by unicode-range: a page loads the slices of the characters it shows, and only readers of
 * that script load the list of slices at all.
 */
export async function loadFonts(locale: Locale): Promise<void> {
  if (locale === 'zh-Hans') {
    await Promise.all([
      import('@fontsource/noto-sans-sc/400.css'),
      import('@fontsource/noto-sans-sc/600.css'),
    ]);
  } else if (locale === 'zh-Hant') {
    await Promise.all([
      import('@fontsource/noto-sans-tc/400.css'),
      import('@fontsource/noto-sans-tc/600.css'),
    ]);
  }
}
