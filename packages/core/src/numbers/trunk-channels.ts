/** how many calls a trunk carries at once, the whole and each direction, as its carrier sold it. */
export type TrunkDirection = 'inbound' | 'outbound';

export interface TrunkChannels {
  /** Calls in both directions together. */
  readonly channelsMax: number;
  /** Of these at most so many calls in, and so many out; null: as many as the whole leaves. */
  readonly inboundChannelsMax: number | null;
  readonly outboundChannelsMax: number | null;
}

export type ChannelsInUse = Readonly<Record<TrunkDirection, number>>;

/** A split made smaller than what is in use ends no call: nothing new is taken until enough have ended. */
export function hasFreeChannel(
  { channelsMax, inboundChannelsMax, outboundChannelsMax }: TrunkChannels,
  inUse: ChannelsInUse,
  direction: TrunkDirection,
): boolean {
  if (inUse.inbound + inUse.outbound >= channelsMax) return false;
  const share = direction === 'inbound' ? inboundChannelsMax : outboundChannelsMax;
  return share === null || inUse[direction] < share;
}
