/**
 * How much a node's old generation may grow before it is collected: a third of what lives, and a small one by 96 MB. With a
 * third alone a node at 100 calls a second marked its 40 MB every two seconds and a half, which was a tenth of what its calls
 * cost; with V8's own choice a large one would double. V8 takes one share for all sizes, so it is told anew after each
 * collection of the old generation (decision 0066).
 */
import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

const growthShare = 0.3;
const growthOctetsMin = 96 * 2 ** 20;

/** By how many percent of what lives (`liveOctets`) the heap may grow. */
export function heapGrowthPercent(liveOctets: number): number {
  return Math.ceil(100 * Math.max(growthShare, growthOctetsMin / Math.max(1, liveOctets)));
}

/** For the whole process, from now on until the returned function is called. */
export function keepHeapGrowth(): () => void {
  const tell = () =>
    setFlagsFromString(`--heap-growing-percent=${heapGrowthPercent(getHeapStatistics().used_heap_size)}`);
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isMajor)) tell();
  });
  observer.observe({ entryTypes: ['gc'] });
  tell();
  return () => observer.disconnect();
}

function isMajor(entry: PerformanceEntry & { readonly detail?: unknown }): boolean {
  return (entry.detail as { readonly kind: number }).kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
