/**
 * Reads Prometheus' text format as strictly as `promtool check metrics` does: every family has its help and its type before its
 * samples, names and labels are well formed, counters end in `_total`, units are base units, and nothing is told twice.
 */
export interface ReadMetrics {
  /** By `name{label="value"}`, labels as they stand. */
  readonly values: ReadonlyMap<string, number>;
  readonly kinds: ReadonlyMap<string, string>;
}

const line =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (NaN|[+-]?Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const oddUnits = /_(milliseconds|ms|minutes|hours|days|octets|kilobytes|megabytes|percent)(_|$)/;

export function readMetrics(text: string): ReadMetrics {
  if (!text.endsWith('\n')) throw new Error('the last line is not ended');
  const values = new Map<string, number>();
  const kinds = new Map<string, string>();
  const helped = new Set<string>();
  let family = '';
  for (const each of text.slice(0, -1).split('\n')) {
    const [, word, name, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(each) ?? [];
    if (word === 'HELP') {
      if (helped.has(name!)) throw new Error(`${name} is explained twice`);
      helped.add(name!);
    } else if (word === 'TYPE') {
      if (!helped.has(name!)) throw new Error(`${name} has no help`);
      if (kinds.has(name!)) throw new Error(`${name} has two types`);
      if (!['counter', 'gauge', 'summary', 'histogram'].includes(rest!)) throw new Error(`${name}: ${rest}`);
      if ((rest === 'counter') !== name!.endsWith('_total')) throw new Error(`${name} is a ${rest}`);
      if (oddUnits.test(name!)) throw new Error(`${name} is not in base units`);
      kinds.set(name!, rest!);
      family = name!;
    } else {
      const [, sample, labels = '', value] = line.exec(each) ?? [];
      if (sample === undefined) throw new Error(`no line of the format: ${each}`);
      const isOfFamily =
        sample === family || (kinds.get(family) === 'summary' && /_(sum|count)$/.test(sample));
      if (!isOfFamily) throw new Error(`${sample} stands among the samples of ${family}`);
      if (values.has(sample + labels)) throw new Error(`${sample}${labels} is told twice`);
      values.set(sample + labels, Number(value));
    }
  }
  return { values, kinds };
}
