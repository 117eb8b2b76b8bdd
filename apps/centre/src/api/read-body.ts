/** A request's body up to a bound: told by its length beforehand where it says, counted where it does not. */
export async function readBody(request: Request, octetsMax: number): Promise<Uint8Array | 'too-large'> {
  if (Number(request.headers.get('content-length') ?? 0) > octetsMax) return 'too-large';
  const parts: Uint8Array[] = [];
  let octets = 0;
  for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    octets += part.length;
    if (octets > octetsMax) return 'too-large';
    parts.push(part);
  }
  return Buffer.concat(parts);
}
