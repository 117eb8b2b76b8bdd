/** A page of files: everything is drawn in the browser, from what the API says. */
export const ssr = false;
export const prerender = false;
