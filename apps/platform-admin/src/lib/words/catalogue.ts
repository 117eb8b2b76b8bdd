/**
 * Every word of this portal, area by area: one folder an area, one file a language. English names the keys; a key another
 * language lacks is a type error.
 */
import type { Catalogue } from '@seatgrid/ui/i18n/catalogue.ts';
import { en as platformEn } from './platform/en.ts';
import { zhHans as platformZhHans } from './platform/zh-hans.ts';
import { zhHant as platformZhHant } from './platform/zh-hant.ts';
import { en as shellEn } from './shell/en.ts';
import { zhHans as shellZhHans } from './shell/zh-hans.ts';
import { zhHant as shellZhHant } from './shell/zh-hant.ts';

const shell = { en: shellEn, 'zh-Hans': shellZhHans, 'zh-Hant': shellZhHant };

const platform = { en: platformEn, 'zh-Hans': platformZhHans, 'zh-Hant': platformZhHant };

export const areas = [shell, platform] as const;

const en = { ...shell.en, ...platform.en };

export type Word = keyof typeof en;

export const catalogue: Catalogue<Word> = {
  en,
  'zh-Hans': { ...shell['zh-Hans'], ...platform['zh-Hans'] },
  'zh-Hant': { ...shell['zh-Hant'], ...platform['zh-Hant'] },
};
