import { toasts } from '@seatgrid/ui';
import { api } from '@seatgrid/ui/portal/api.ts';
import { Session } from '@seatgrid/ui/portal/session.svelte.ts';
import { problemText } from '#lib/api/problem-text.ts';

class TenantSession extends Session {
  /** Platform staff go home: the session is theirs again, and the console is where it belongs. */
  async leaveTenant(): Promise<void> {
    try {
      await api.call('POST /api/auth/leave-tenant');
      location.assign('/admin');
    } catch (cause) {
      toasts.bad(problemText(cause));
    }
  }
}

export const session = new TenantSession(problemText);
