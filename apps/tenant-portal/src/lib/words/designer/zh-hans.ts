import type { Words } from '@seatgrid/ui/i18n/catalogue.ts';
import type { en } from './en.ts';

export const zhHans: Words<keyof typeof en> = {
  'flow.callsNow': '{count, plural, other {现在有 # 通停在这里}}',
  'flow.callsLastTold': '{count, plural, other {失去连接的节点最后报告时有 # 通停在这里}}',
  'flow.callsElsewhere': '{count, plural, other {# 通停在其他版本的步骤，这里没有画出}}',
};
