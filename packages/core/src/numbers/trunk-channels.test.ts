import { expect, test } from 'vitest';
import { hasFreeChannel } from './trunk-channels.ts';

const split = { channelsMax: 30, inboundChannelsMax: 25, outboundChannelsMax: 5 };
const whole = { channelsMax: 30, inboundChannelsMax: null, outboundChannelsMax: null };

test.each([
  [split, { inbound: 24, outbound: 5 }, 'inbound', true],
  [split, { inbound: 25, outbound: 0 }, 'inbound', false],
  [split, { inbound: 25, outbound: 4 }, 'outbound', true],
  [split, { inbound: 0, outbound: 5 }, 'outbound', false],
  // The shares may overlap; the whole is never exceeded.
  [{ ...split, outboundChannelsMax: 10 }, { inbound: 25, outbound: 5 }, 'outbound', false],
  [whole, { inbound: 29, outbound: 0 }, 'outbound', true],
  [whole, { inbound: 29, outbound: 1 }, 'inbound', false],
  // A direction may be shut, and a split may be made smaller than what is in use.
  [{ ...whole, outboundChannelsMax: 0 }, { inbound: 0, outbound: 0 }, 'outbound', false],
  [{ ...split, inboundChannelsMax: 10 }, { inbound: 25, outbound: 0 }, 'inbound', false],
] as const)('of %j with %j in use, one more %s: %s (A-13)', (channels, inUse, direction, isFree) => {
  expect(hasFreeChannel(channels, inUse, direction)).toBe(isFree);
});
