import { resolve } from '$app/paths';

/** Where the console begins, without a slash at its end: goes before every path of its own. */
export const base = resolve('/').replace(/\/$/, '');
