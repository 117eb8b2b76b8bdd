/**
 * How a verb is described and how its words are read: one table gives parsing, `--help`, the environment's part and every
 * refusal. Knows nothing of what verbs do.
 */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** What follows the verb: `<number>`, `[files…]`; absent: nothing may. */
  readonly operands?: { readonly usage: string; readonly min: number; readonly max: number };
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly string[];
  /** Said below the options. */
  readonly remarks?: string;
  /** Settles with the exit code. */
  run(words: Words): Promise<number>;
}

export interface Option {
  readonly summary: string;
  /** What stands after the flag in help; absent: the flag stands alone. */
  readonly value?: string;
  /** Told in help; verbs read `words.text(name)`, which returns it where nothing was given. */
  readonly fallback?: string;
  /** Read from here when the flag is not given. */
  readonly environment?: string;
  readonly isRepeatable?: boolean;
  /** What is wrong with a value; undefined when nothing is. */
  check?(value: string): string | undefined;
}

/** A fault of the person's command: told in one line, exit code 2. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}

/** Something outside stands in the way: what, and the cure. Exit code 1. */
export class Obstacle extends Error {
  override readonly name = 'Obstacle';
  readonly cure: string;
  constructor(what: string, cure: string) {
    super(what);
    this.cure = cure;
  }
}

/** A verb's words, read. Asking for an option the verb does not have is our own mistake. */
export class Words {
  readonly operands: readonly string[];
  readonly #verb: Verb;
  readonly #given: ReadonlyMap<string, readonly string[]>;

  constructor(verb: Verb, operands: readonly string[], given: ReadonlyMap<string, readonly string[]>) {
    this.#verb = verb;
    this.operands = operands;
    this.#given = given;
  }

  has(name: string): boolean {
    this.#option(name);
    return this.#given.has(name);
  }

  /** The value given, by flag or environment, else the fallback, else undefined. */
  optional(name: string): string | undefined {
    return this.#given.get(name)?.at(-1) ?? this.#option(name).fallback;
  }

  text(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw new Error(`--${name} has neither a value nor a fallback`);
    return value;
  }

  number(name: string): number {
    return Number(this.text(name));
  }

  all(name: string): readonly string[] {
    this.#option(name);
    return this.#given.get(name) ?? [];
  }

  #option(name: string): Option {
    const option = this.#verb.options[name];
    if (!option) throw new Error(`${this.#verb.name} has no option --${name}`);
    return option;
  }
}

export function readWords(
  verb: Verb,
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Words {
  const operands: string[] = [];
  const given = new Map<string, string[]>();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === '--') {
      operands.push(...argv.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const [flag, attached] = splitFlag(word);
    const name = flag.replace(/^--/, '');
    const option = flag.startsWith('--') ? verb.options[name] : undefined;
    if (!option)
      throw new UsageFault(`${verb.name} has no option ${flag}${nearest(name, Object.keys(verb.options))}`);
    if (option.value === undefined) {
      if (attached !== undefined) throw new UsageFault(`--${name} takes no value`);
      given.set(name, ['yes']);
      continue;
    }
    const value = attached ?? argv[++at];
    if (value === undefined) throw new UsageFault(`--${name} needs a value: --${name} ${option.value}`);
    take(given, name, value, option);
  }
  for (const [name, option] of Object.entries(verb.options))
    readEnvironment(given, name, option, environment);
  const room = verb.operands ?? { usage: '', min: 0, max: 0 };
  if (operands.length < room.min) throw new UsageFault(`${verb.name} needs ${room.usage}`);
  if (operands.length > room.max)
    throw new UsageFault(`${verb.name} does not know what to do with "${operands[room.max]}"`);
  return new Words(verb, operands, given);
}

function splitFlag(word: string): [flag: string, attached: string | undefined] {
  const equals = word.indexOf('=');
  return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function take(given: Map<string, string[]>, name: string, value: string, option: Option): void {
  const wrong = option.check?.(value);
  if (wrong) throw new UsageFault(`--${name} ${value}: ${wrong}`);
  const before = given.get(name);
  if (before && !option.isRepeatable) throw new UsageFault(`--${name} is given twice`);
  given.set(name, [...(before ?? []), value]);
}

function readEnvironment(
  given: Map<string, string[]>,
  name: string,
  option: Option,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  if (!option.environment || given.has(name)) return;
  const value = environment[option.environment];
  if (value === undefined || value === '') return;
  if (option.value === undefined) {
    if (value !== '1' && value !== 'yes')
      throw new UsageFault(`${option.environment}=${value}: 1 or yes, or leave it out`);
    given.set(name, ['yes']);
    return;
  }
  for (const part of option.isRepeatable ? value.split(/[\s,]+/) : [value]) {
    const wrong = option.check?.(part);
    if (wrong) throw new UsageFault(`${option.environment}=${part}: ${wrong}`);
    given.set(name, [...(given.get(name) ?? []), part]);
  }
}

export function helpOf(verb: Verb): string {
  const usage = ['./seatgrid', verb.name, verb.operands?.usage, '[options]'].filter(Boolean).join(' ');
  const rows = Object.entries(verb.options).map(([name, option]): [string, string] => [
    `--${name}${option.value === undefined ? '' : ` ${option.value}`}`,
    [
      option.summary,
      option.isRepeatable ? 'may be repeated' : '',
      option.fallback === undefined ? '' : `default ${option.fallback}`,
      option.environment ? `environment ${option.environment}` : '',
    ]
      .filter(Boolean)
      .join('; '),
  ]);
  rows.push(['--help', 'this text']);
  return [
    `${verb.name}: ${verb.summary}`,
    '',
    `Usage: ${usage}`,
    '',
    'Options:',
    table(rows),
    ...(verb.remarks ? ['', verb.remarks] : []),
    '',
    'Examples:',
    ...verb.examples.map((example) => `  ${example}`),
  ].join('\n');
}

/** Two columns, the second wrapped below itself. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const left = Math.max(...rows.map(([name]) => name.length));
  const width = 110 - left - 4;
  return rows
    .flatMap(([name, text]) => {
      const lines = wrap(text, width);
      return lines.map((line, index) => `  ${(index === 0 ? name : '').padEnd(left)}  ${line}`);
    })
    .join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** `; did you mean --port?` where one of the known is close. */
export function nearest(word: string, known: readonly string[], prefix = '--'): string {
  const scored = known
    .map((name): [string, number] => [name, distance(word, name)])
    .sort((a, b) => a[1] - b[1])[0];
  return scored && scored[1] <= 2 ? `; did you mean ${prefix}${scored[0]}?` : '';
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
