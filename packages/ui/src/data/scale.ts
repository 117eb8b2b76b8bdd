/** A chart's axis: the round numbers between zero and at least `max`, and how far up each value stands (0 to 1). */
export interface Scale {
  readonly ticks: readonly number[];
  readonly top: number;
  readonly at: (value: number) => number;
}

export function scaleTo(max: number, tickCount = 4): Scale {
  const rough = Math.max(max, 1e-9) / tickCount;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  const top = step * count;
  const ticks = Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
  return { ticks, top, at: (value) => value / top };
}
