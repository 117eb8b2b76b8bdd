/**
 * What a person is filling in: the values, whether they differ from what is kept, and what is wrong where. Problems come
 * from a check here and from a refusal there; what was typed stays either way.
 */
export type Problems = Readonly<Record<string, string>>;

export interface FormPlace<Values> {
  /** What is wrong with the values, by the path of the field; run once the person has tried to save. */
  readonly check?: (values: Values) => Problems;
  /** A refusal in words, and the problems of fields it names. */
  readonly explain: (cause: unknown) => string;
  readonly fieldProblems: (cause: unknown) => Problems;
}

interface Told {
  readonly path: string;
  readonly message: string;
  /** The value the refusal was about: another value is no longer refused. */
  readonly about: string;
}

export class Form<Values extends object> {
  values: Values;
  isSaving = $state(false);
  /** Why the last save was refused, where no field says it. */
  failure = $state<string>();
  #kept = $state('');
  #hasTried = $state(false);
  #told = $state.raw<readonly Told[]>([]);
  readonly #place: FormPlace<Values>;

  constructor(start: Values, place: FormPlace<Values>) {
    // Deep state needs a proxy in a field initialiser; the assertion only names what stands there.
    this.values = this.#proxied(start);
    this.#kept = canonicalText(start);
    this.#place = place;
  }

  get isDirty(): boolean {
    return canonicalText(this.values) !== this.#kept;
  }

  get problems(): Problems {
    const checked = this.#hasTried ? (this.#place.check?.(this.values) ?? {}) : {};
    const told = this.#told.filter((one) => one.about === canonicalText(valueAt(this.values, one.path)));
    return { ...Object.fromEntries(told.map((one) => [one.path, one.message])), ...checked };
  }

  /** The first problem of a field or of what lies in it. */
  error(path: string): string | undefined {
    const problems = this.problems;
    return problems[path] ?? Object.entries(problems).find(([place]) => place.startsWith(`${path}.`))?.[1];
  }

  /** Takes newer values from the centre, unless the person is in the middle of something. */
  follow(values: Values): void {
    if (this.isDirty || this.isSaving || canonicalText(values) === this.#kept) return;
    this.reset(values);
  }

  reset(values: Values): void {
    Object.assign(this.values, structuredClone(values));
    this.#kept = canonicalText(values);
    this.#hasTried = false;
    this.#told = [];
    this.failure = undefined;
  }

  /** Sends the values; true once they are kept. */
  async submit(send: (values: Values) => Promise<unknown>): Promise<boolean> {
    if (this.isSaving) return false;
    this.#hasTried = true;
    this.#told = [];
    this.failure = undefined;
    if (Object.keys(this.problems).length > 0) return false;
    this.isSaving = true;
    const sent = $state.snapshot(this.values) as Values;
    try {
      await send(sent);
      this.#kept = canonicalText(sent);
      this.#hasTried = false;
      return true;
    } catch (cause) {
      this.#told = Object.entries(this.#place.fieldProblems(cause)).map(([path, message]) => ({
        path,
        message,
        about: canonicalText(valueAt(sent, path)),
      }));
      this.failure = this.#place.explain(cause);
      return false;
    } finally {
      this.isSaving = false;
    }
  }

  #proxied(start: Values): Values {
    const values = $state(structuredClone(start));
    return values;
  }
}

function valueAt(values: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined,
      values,
    );
}

/** Equal text for equal values, whatever order their keys were written in. */
export function canonicalText(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ''
  );
}
