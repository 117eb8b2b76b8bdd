/** The loudest sample of each of `count` equal slices: what a waveform draws. */
export function peaksOf(samples: Float32Array, count: number): Float32Array {
  const peaks = new Float32Array(count);
  const slice = samples.length / count;
  for (let index = 0; index < count; index++) {
    const end = Math.min(samples.length, Math.floor((index + 1) * slice));
    let peak = 0;
    for (let at = Math.floor(index * slice); at < end; at++)
      peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    peaks[index] = peak;
  }
  return peaks;
}
