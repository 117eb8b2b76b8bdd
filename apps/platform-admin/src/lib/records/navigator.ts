import { beforeNavigate, goto } from '$app/navigation';
import { page } from '$app/state';
import type { Navigator } from '@seatgrid/ui/records/index.ts';

/** The router as pages of records use it: what is open stands in the address, and leaving asks about what is unsaved. */
export const navigator: Navigator = {
  search: () => new URLSearchParams(page.url.search),

  show(search) {
    const query = search.toString();
    void goto(query ? `?${query}` : page.url.pathname, { reset: false });
  },

  guard(isDirty, ask) {
    let isLetThrough = false;
    beforeNavigate((leaving) => {
      if (isLetThrough || !isDirty()) return;
      leaving.cancel();
      // A closed tab gets the browser's own question; our dialog could not be read.
      if (leaving.type === 'leave' || !leaving.to) return;
      const to = leaving.to.url;
      ask(() => {
        isLetThrough = true;
        void goto(to);
      });
    });
  },
};
