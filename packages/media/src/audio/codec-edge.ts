/**
 * A codec at the edge of a leg: on the wire its own payloads, within the engine the µ-law frames of every other leg (decision
 * 0016). One for each leg that speaks it; it remembers what it heard and said last.
 */
export interface CodecEdge {
  /** How long a payload lasts, in samples of the engine; 0 where it is none of this codec. */
  samplesIn(packet: Uint8Array, payload: OctetRange): number;
  /** The payload as µ-law codes in `codes`, which has room for `edgeSamplesMax`; returns how many. */
  decode(packet: Uint8Array, payload: OctetRange, codes: Uint8Array): number;
  /** The `samples` that should have come before the payload, as far as can be told; undefined where the codec does not try. */
  readonly recover:
    | ((packet: Uint8Array, payload: OctetRange, lost: { samples: number; codes: Uint8Array }) => void)
    | undefined;
  /** A frame of µ-law codes in `packet` from `at` on, replaced by its payload; returns the octets of that. */
  encode(packet: Uint8Array, at: number): number;
  /** Gives back what it holds. */
  close(): void;
}

export interface OctetRange {
  readonly from: number;
  readonly to: number;
}
