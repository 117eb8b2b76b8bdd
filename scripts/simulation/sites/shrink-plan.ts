/** From a plan that fails to a small one that still does: what can be left out is left out, by halves and then one by one (delta debugging). */
import { without, type SitePlan } from './site-plan.ts';

const kinds = ['calls', 'faults', 'agents'] as const;

export async function shrinkPlan(
  plan: SitePlan,
  fails: (smaller: SitePlan) => Promise<boolean>,
): Promise<SitePlan> {
  let smallest = plan;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const kind of kinds)
      for (let count = Math.ceil(smallest[kind].length / 2); count >= 1; count = Math.floor(count / 2))
        for (let from = 0; from < smallest[kind].length;) {
          const smaller = without(smallest, kind, from, count);
          if (await fails(smaller)) {
            smallest = smaller;
            isSmaller = true;
          } else from += count;
        }
  }
  return smallest;
}
