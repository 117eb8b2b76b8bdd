import type { Navigator } from '../records/navigator.ts';

/** SvelteKit's router, which only an app can import. */
interface Router {
  readonly page: { readonly url: { readonly search: string; readonly pathname: string } };
  readonly goto: (to: string | URL, how?: { readonly reset?: boolean }) => unknown;
  readonly beforeNavigate: (tell: (leaving: Leaving) => void) => void;
}

interface Leaving {
  readonly type: string;
  readonly to: { readonly url: URL } | null;
  readonly cancel: () => void;
}

/** The router as pages of records use it: what is open stands in the address, and leaving asks about what is unsaved. */
export function createNavigator({ page, goto, beforeNavigate }: Router): Navigator {
  return {
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
}
