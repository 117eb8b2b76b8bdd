/** Prometheus' text format, version 0.0.4: one value a metric is all a node tells. */
export interface Metric {
  /** Without the product's prefix. */
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly value: number;
}

export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, kind, help, value }) => {
      const full = `seatgrid_node_${name}`;
      return `# HELP ${full} ${help}\n# TYPE ${full} ${kind}\n${full} ${value}\n`;
    })
    .join('');
}
