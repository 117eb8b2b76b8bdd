/** What a process tells Prometheus (text format, version 0.0.4), and counters of it. Whoever scrapes runs the platform: no tenant is named. */
export interface MetricFamily {
  readonly name: string;
  readonly kind: 'gauge' | 'counter' | 'summary';
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

export function metricsText(families: readonly MetricFamily[]): string {
  return families
    .map(({ name, kind, help, samples }) => {
      const lines = samples.map(({ labels, value }) => `${name}${labelsText(labels ?? {})} ${value}\n`);
      return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${kind}\n${lines.join('')}`;
    })
    .join('');
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** One number; a family of one sample. */
export function metric(name: string, kind: 'gauge' | 'counter', help: string, value: number): MetricFamily {
  return { name, kind, help, samples: [{ value }] };
}

/** Between the values of one sample; none has it. */
const separator = '\0';

/** Counts by labels of which there are few. */
export class LabelledCounter {
  readonly #name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  readonly #counts = new Map<string, { count: number }>();

  constructor(name: string, help: string, labels: readonly string[]) {
    this.#name = name;
    this.#help = help;
    this.#labels = labels;
  }

  /** `values` in the order of the labels. */
  add(values: readonly string[], by = 1): void {
    this.of(values).count += by;
  }

  /** The count of these values: for whoever counts them often. */
  of(values: readonly string[]): { count: number } {
    const key = values.join(separator);
    let count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, (count = { count: 0 }));
    return count;
  }

  family(): MetricFamily {
    const samples = [...this.#counts].map(([key, { count: value }]) => {
      const values = key.split(separator);
      return {
        labels: Object.fromEntries(this.#labels.map((label, index) => [label, values[index]!])),
        value,
      };
    });
    return { name: this.#name, kind: 'counter', help: this.#help, samples };
  }
}
