/** Who is shut out of this box and for what, as its filter counts. */
import { boxTable, intrusionKinds, type IntrusionKind } from '@seatgrid/core/fleet/box-filter.ts';
import { run } from './box-machine.ts';

/** More are not told one by one. */
const toldMax = 1_000;

export interface Intrusions {
  /** Packets refused for each, since the filter was loaded. */
  readonly counts: Readonly<Record<IntrusionKind, number>>;
  readonly shutOut: readonly string[];
}

interface Listed {
  readonly nftables: readonly {
    readonly counter?: { readonly name: string; readonly packets: number };
    readonly set?: {
      readonly name: string;
      readonly elem?: readonly (string | { readonly elem: { readonly val: string } })[];
    };
  }[];
}

export function readIntrusions(): Intrusions {
  const { nftables } = JSON.parse(run(['nft', '--json', 'list', 'table', 'inet', boxTable])) as Listed;
  const packets = (kind: string) =>
    nftables.find(({ counter }) => counter?.name === kind)?.counter!.packets ?? 0;
  return {
    counts: Object.fromEntries(intrusionKinds.map((kind) => [kind, packets(kind)])) as Intrusions['counts'],
    shutOut: nftables
      .filter(({ set }) => set?.name.startsWith('shut_out_'))
      .flatMap(({ set }) => set!.elem ?? [])
      .map((one) => (typeof one === 'string' ? one : one.elem.val))
      .slice(0, toldMax),
  };
}
