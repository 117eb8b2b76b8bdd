/** Prometheus' text format, version 0.0.4: one value a metric, or one for each of its labels. */
export interface Metric {
  /** Without the product's prefix; values of one name stand together. */
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

export function metricsText(metrics: readonly Metric[]): string {
  let text = '';
  let before = '';
  for (const { name, kind, help, value, labels } of metrics) {
    const full = `seatgrid_node_${name}`;
    if (full !== before) text += `# HELP ${full} ${help}\n# TYPE ${full} ${kind}\n`;
    text += `${full}${labels ? labelsText(labels) : ''} ${value}\n`;
    before = full;
  }
  return text;
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
