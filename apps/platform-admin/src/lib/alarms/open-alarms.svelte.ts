import { api } from '@seatgrid/ui/portal/api.ts';
import { useResource } from '#lib/api/use-resource.svelte.ts';

/** How many alarms nobody looks after yet: the count in the rail. Undefined where there is none. */
export function useUnattendedAlarms(): () => number | undefined {
  const open = useResource(
    () => api.call('GET /api/platform/alarms', { query: { only: 'open' } }),
    ['alarm'],
  );
  return () => open.data?.items.filter((alarm) => alarm.acknowledgedAtMs === null).length || undefined;
}
