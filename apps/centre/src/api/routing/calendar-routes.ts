/** Calendars, and files of them read before they are kept. */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import type { calendarSchema } from '@seatgrid/contracts/nouns/calendar.ts';
import { localMoment } from '@seatgrid/core/numbers/working-time.ts';
import type { z } from 'zod';
import { readCalendarApart } from '../../calendars/read-calendar-apart.ts';
import { calendarYearsRead } from '../../limits.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { definitionRoutes } from './definition-routes.ts';

const calendars = definitionRoutes<z.infer<typeof calendarSchema>>('calendar');

export const calendarRoutes: SomeHandlers<Extract<ApiPath, `${string} /api/calendars${string}`>> = {
  'GET /api/calendars': calendars.list,
  'POST /api/calendars': calendars.create,
  'PUT /api/calendars/:id': calendars.update,
  'DELETE /api/calendars/:id': calendars.remove,

  async 'POST /api/calendars/read'({ centre, ctx, body }) {
    const { timeZone } = await inTenant(centre.database.tenants, ctx.tenantId, ownTenant);
    const fromYear = Number(localMoment(timeZone, centre.clock.nowMs()).date.slice(0, 4));
    const text = new TextDecoder().decode(body);
    const asked = { text, timeZone, fromYear, toYear: fromYear + calendarYearsRead - 1 };
    const { days, faults } = await readCalendarApart(asked, centre.clock);
    // The contract's lists are not read-only, core's are: same content.
    return { days: days.map((day) => ({ ...day, hours: [...day.hours] })), faults: [...faults] };
  },
};
