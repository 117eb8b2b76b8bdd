/** Where processes that tests start find what an earlier one of their kind compiled: a start takes half the work then. */
import { fileURLToPath } from 'node:url';

/** V8 takes back what was compiled under the same switches alone: so each kind of process has a place of its own. */
export const compiledBy = (kind: 'node' | 'centre') => ({
  NODE_COMPILE_CACHE: fileURLToPath(
    new URL(`../../../node_modules/.cache/compiled/${kind}`, import.meta.url),
  ),
});
