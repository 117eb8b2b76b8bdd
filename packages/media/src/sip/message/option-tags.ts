/** Extensions by their option tags (RFC 3261 §19.2), as `Supported` and `Require` list them. */
import type { SipRequest, SipResponse } from './sip-message.ts';

/** What this stack can do, and may be required of it. */
export const ownOptions = ['100rel', 'timer', 'replaces', 'norefersub', 'histinfo', 'path'] as const;

export type OptionTag = (typeof ownOptions)[number];

export function hasOption(
  message: SipRequest | SipResponse,
  field: 'Supported' | 'Require',
  tag: OptionTag,
): boolean {
  const tags = message.list(field);
  for (let index = 0; index < tags.length; index++) if (tags[index]!.toLowerCase() === tag) return true;
  return false;
}
