/**
 * How far a process's heap may grow before its old generation is collected: to a size that is spacious for a few calls, and
 * by a third of what lives once that is more. With a third alone a node at 100 calls a second marked its 40 MB every two
 * seconds and a half, which was a tenth of what its calls cost; with V8's own choice a large one would double. V8 takes one
 * share for all sizes, so it is told anew after each collection of the old generation (decisions 0066, 0071).
 */
import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

const growthShare = 0.3;

/** By how many percent of what lives (`liveOctets`) the heap may grow, where `spaciousOctets` are granted to it anyway. */
export function heapGrowthPercent(liveOctets: number, spaciousOctets: number): number {
  const live = Math.max(1, liveOctets);
  return Math.ceil(100 * Math.max(growthShare, (spaciousOctets - live) / live));
}

/** For the whole process, from now on until the returned function is called. */
export function keepHeapGrowth(spaciousOctets: number): () => void {
  const tell = () => {
    const percent = heapGrowthPercent(getHeapStatistics().used_heap_size, spaciousOctets);
    setFlagsFromString(`--heap-growing-percent=${percent}`);
  };
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
