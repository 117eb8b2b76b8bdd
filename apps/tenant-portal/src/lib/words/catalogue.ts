/**
 * Every word of this portal, area by area: one folder an area, one file a language. English names the keys; a key another
 * language lacks is a type error.
 */
import type { Catalogue } from '@seatgrid/ui/i18n/catalogue.ts';
import { en as connectorsEn } from './connectors/en.ts';
import { zhHans as connectorsZhHans } from './connectors/zh-hans.ts';
import { zhHant as connectorsZhHant } from './connectors/zh-hant.ts';
import { en as designerEn } from './designer/en.ts';
import { zhHans as designerZhHans } from './designer/zh-hans.ts';
import { zhHant as designerZhHant } from './designer/zh-hant.ts';
import { en as deskEn } from './desk/en.ts';
import { zhHans as deskZhHans } from './desk/zh-hans.ts';
import { zhHant as deskZhHant } from './desk/zh-hant.ts';
import { en as entryEn } from './entry/en.ts';
import { zhHans as entryZhHans } from './entry/zh-hans.ts';
import { zhHant as entryZhHant } from './entry/zh-hant.ts';
import { en as faxesEn } from './faxes/en.ts';
import { zhHans as faxesZhHans } from './faxes/zh-hans.ts';
import { zhHant as faxesZhHant } from './faxes/zh-hant.ts';
import { en as extensionsEn } from './extensions/en.ts';
import { zhHans as extensionsZhHans } from './extensions/zh-hans.ts';
import { zhHant as extensionsZhHant } from './extensions/zh-hant.ts';
import { en as floorEn } from './floor/en.ts';
import { zhHans as floorZhHans } from './floor/zh-hans.ts';
import { zhHant as floorZhHant } from './floor/zh-hant.ts';
import { en as managerEn } from './manager/en.ts';
import { zhHans as managerZhHans } from './manager/zh-hans.ts';
import { zhHant as managerZhHant } from './manager/zh-hant.ts';
import { en as messagesEn } from './messages/en.ts';
import { zhHans as messagesZhHans } from './messages/zh-hans.ts';
import { zhHant as messagesZhHant } from './messages/zh-hant.ts';
import { en as routingEn } from './routing/en.ts';
import { zhHans as routingZhHans } from './routing/zh-hans.ts';
import { zhHant as routingZhHant } from './routing/zh-hant.ts';
import { en as shellEn } from './shell/en.ts';
import { zhHans as shellZhHans } from './shell/zh-hans.ts';
import { zhHant as shellZhHant } from './shell/zh-hant.ts';
import { en as stepsEn } from './steps/en.ts';
import { zhHans as stepsZhHans } from './steps/zh-hans.ts';
import { zhHant as stepsZhHant } from './steps/zh-hant.ts';
import { en as voicesEn } from './voices/en.ts';
import { zhHans as voicesZhHans } from './voices/zh-hans.ts';
import { zhHant as voicesZhHant } from './voices/zh-hant.ts';
import { en as whatIfEn } from './what-if/en.ts';
import { zhHans as whatIfZhHans } from './what-if/zh-hans.ts';
import { zhHant as whatIfZhHant } from './what-if/zh-hant.ts';

const shell = { en: shellEn, 'zh-Hans': shellZhHans, 'zh-Hant': shellZhHant };

const manager = { en: managerEn, 'zh-Hans': managerZhHans, 'zh-Hant': managerZhHant };

const desk = { en: deskEn, 'zh-Hans': deskZhHans, 'zh-Hant': deskZhHant };

const floor = { en: floorEn, 'zh-Hans': floorZhHans, 'zh-Hant': floorZhHant };

const steps = { en: stepsEn, 'zh-Hans': stepsZhHans, 'zh-Hant': stepsZhHant };

const entry = { en: entryEn, 'zh-Hans': entryZhHans, 'zh-Hant': entryZhHant };

const faxes = { en: faxesEn, 'zh-Hans': faxesZhHans, 'zh-Hant': faxesZhHant };

const messages = { en: messagesEn, 'zh-Hans': messagesZhHans, 'zh-Hant': messagesZhHant };

const routing = { en: routingEn, 'zh-Hans': routingZhHans, 'zh-Hant': routingZhHant };

const connectors = { en: connectorsEn, 'zh-Hans': connectorsZhHans, 'zh-Hant': connectorsZhHant };

const designer = { en: designerEn, 'zh-Hans': designerZhHans, 'zh-Hant': designerZhHant };

const voices = { en: voicesEn, 'zh-Hans': voicesZhHans, 'zh-Hant': voicesZhHant };
const whatIf = { en: whatIfEn, 'zh-Hans': whatIfZhHans, 'zh-Hant': whatIfZhHant };

const extensions = { en: extensionsEn, 'zh-Hans': extensionsZhHans, 'zh-Hant': extensionsZhHant };

export const areas = [
  shell,
  desk,
  floor,
  manager,
  steps,
  entry,
  messages,
  faxes,
  routing,
  connectors,
  extensions,
  designer,
  voices,
  whatIf,
] as const;

const en = {
  ...shell.en,
  ...desk.en,
  ...floor.en,
  ...manager.en,
  ...steps.en,
  ...entry.en,
  ...messages.en,
  ...faxes.en,
  ...routing.en,
  ...connectors.en,
  ...extensions.en,
  ...designer.en,
  ...voices.en,
  ...whatIf.en,
};

export type Word = keyof typeof en;

export const catalogue: Catalogue<Word> = {
  en,
  'zh-Hans': {
    ...shell['zh-Hans'],
    ...desk['zh-Hans'],
    ...floor['zh-Hans'],
    ...manager['zh-Hans'],
    ...steps['zh-Hans'],
    ...entry['zh-Hans'],
    ...messages['zh-Hans'],
    ...faxes['zh-Hans'],
    ...routing['zh-Hans'],
    ...connectors['zh-Hans'],
    ...extensions['zh-Hans'],
    ...designer['zh-Hans'],
    ...voices['zh-Hans'],
    ...whatIf['zh-Hans'],
  },
  'zh-Hant': {
    ...shell['zh-Hant'],
    ...desk['zh-Hant'],
    ...floor['zh-Hant'],
    ...manager['zh-Hant'],
    ...steps['zh-Hant'],
    ...entry['zh-Hant'],
    ...messages['zh-Hant'],
    ...faxes['zh-Hant'],
    ...routing['zh-Hant'],
    ...connectors['zh-Hant'],
    ...extensions['zh-Hant'],
    ...designer['zh-Hant'],
    ...voices['zh-Hant'],
    ...whatIf['zh-Hant'],
  },
};
