/** B-07: whether any packet of a call's sound left the networks of its site, by where its lines' packets went and came from. */
import { isNamed } from '../connectors/inner-address.ts';

export interface SoundLine {
  readonly leg: string;
  readonly packetsIn: number;
  readonly packetsOut: number;
  /** Blocks of addresses that are the site of this line's node: what is inside for one site is outside for another. */
  readonly networks: readonly string[];
  /** Undefined: the node could not say, or was too old to. */
  readonly places?:
    | readonly { readonly at: string | null; readonly packetsIn: number; readonly packetsOut: number }[]
    | undefined;
}

export interface OutsidePlace {
  readonly leg: string;
  readonly at: string;
  readonly packetsIn: number;
  readonly packetsOut: number;
}

export interface SoundWhereabouts {
  /** `unknown`: none is seen outside, and of some packets nobody knows where they went. */
  readonly verdict: 'stayed' | 'left' | 'unknown';
  readonly outside: readonly OutsidePlace[];
  /** Lines of which packets are not accounted for. */
  readonly untold: readonly string[];
}

export function soundWhereabouts(lines: readonly SoundLine[]): SoundWhereabouts {
  const outside: OutsidePlace[] = [];
  const untold: string[] = [];
  for (const { leg, packetsIn, packetsOut, networks, places } of lines) {
    for (const { at, ...packets } of places ?? []) {
      const place = at === null ? undefined : readEndpoint(at);
      if (!place) untold.push(leg);
      else if (!isNamed(networks, { ...place, host: place.address }))
        outside.push({ leg, at: at!, ...packets });
    }
    if (!places && packetsIn + packetsOut > 0) untold.push(leg);
  }
  const verdict = outside.length > 0 ? 'left' : untold.length > 0 ? 'unknown' : 'stayed';
  return { verdict, outside, untold: [...new Set(untold)] };
}

function readEndpoint(text: string): { readonly address: string; readonly port: number } | undefined {
  const [, six, four, port] = /^(?:\[([0-9a-f:.%]+)\]|([\d.]+)):(\d{1,5})$/i.exec(text) ?? [];
  const address = six ?? four;
  return address === undefined ? undefined : { address, port: Number(port) };
}
