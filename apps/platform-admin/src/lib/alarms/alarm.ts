import type { ApiReply } from '@seatgrid/contracts/api/client.ts';

export type Alarm = ApiReply<'GET /api/platform/alarms'>['items'][number];
export type AlarmState = 'open' | 'acknowledged' | 'over';

export function alarmState({ clearedAtMs, acknowledgedAtMs }: Alarm): AlarmState {
  if (clearedAtMs !== null) return 'over';
  return acknowledgedAtMs === null ? 'open' : 'acknowledged';
}

export const alarmMarks = {
  open: { shape: 'dot', role: 'red' },
  acknowledged: { shape: 'pencil', role: 'amber' },
  over: { shape: 'ring', role: 'neutral' },
} as const;
