import type { Words } from '@seatgrid/ui/i18n/catalogue.ts';
import type { en } from './en.ts';

export const zhHant: Words<keyof typeof en> = {
  'flow.callsNow': '{count, plural, other {現在有 # 通停在這裡}}',
  'flow.callsLastTold': '{count, plural, other {失去連線的節點最後回報時有 # 通停在這裡}}',
  'flow.callsElsewhere': '{count, plural, other {# 通停在其他版本的步驟，這裡沒有畫出}}',
};
