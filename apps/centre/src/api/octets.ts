/** Files by HTTP, with the ranges that players seek by (RFC 9110 §14). */
export interface OctetRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** One range; `undefined` when the header asks for none we serve, so the whole is sent; `'none'` when it lies outside. */
export function parseRange(
  header: string | null | undefined,
  octets: number,
): OctetRange | 'none' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    // RFC 9110 §14.1.2: a suffix range, the last so many octets.
    const last = Math.min(Number(match[2]), octets);
    return last === 0 ? 'none' : { from: octets - last, to: octets };
  }
  const from = Number(match[1]);
  // RFC 9110 §14.1.1: an int-range whose last position is before its first is invalid, and an invalid one is ignored.
  if (match[2] !== '' && Number(match[2]) < from) return undefined;
  const to = match[2] === '' ? octets : Math.min(Number(match[2]) + 1, octets);
  return from < to ? { from, to } : 'none';
}

export function rangeHeaders(range: OctetRange | undefined, octets: number): Record<string, string> {
  const length = range ? range.to - range.from : octets;
  const base = {
    'accept-ranges': 'bytes',
    'content-length': String(length),
    'cache-control': 'private, no-cache',
  };
  return range ? { ...base, 'content-range': `bytes ${range.from}-${range.to - 1}/${octets}` } : base;
}

export function outsideRange(octets: number): Response {
  return new Response(null, { status: 416, headers: { 'content-range': `bytes */${octets}` } });
}

export function serveOctets(octets: Uint8Array, contentType: string, rangeHeader: string | null): Response {
  const range = parseRange(rangeHeader, octets.length);
  if (range === 'none') return outsideRange(octets.length);
  const part = range ? octets.subarray(range.from, range.to) : octets;
  return new Response(new Uint8Array(part), {
    status: range ? 206 : 200,
    headers: { 'content-type': contentType, ...rangeHeaders(range, octets.length) },
  });
}
