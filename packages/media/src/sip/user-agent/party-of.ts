/** Who an address names, as the node knows parties; and whether they asked not to be named. */
import type { NameAddr } from '../message/name-addr.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { unescapeUser } from '../message/sip-uri.ts';
import type { SipParty } from './sip-user-agent.ts';

export function partyOf(address: NameAddr): SipParty {
  const { uri, displayName } = address;
  if (uri.kind === 'sip') return { user: unescapeUser(uri.user), host: uri.host, displayName };
  // `tel:+49…;phone-context=…` names a number without a host (RFC 3966).
  const number = uri.scheme === 'tel' ? uri.text.slice(4).split(';')[0]! : uri.text;
  return { user: number, host: '', displayName };
}

/**
 * RFC 3323 §4.2, RFC 3325 §9.3: `id` and `user` ask that the caller be named to nobody outside the trusted network, and the
 * people at our desks are outside. `header` and `session` hide ways, none of which we pass on.
 */
export function isIdentityWithheld(request: SipRequest): boolean {
  const fields = request.headers('Privacy');
  if (fields.length === 0) return false;
  const wanted = fields.flatMap((value) => value.toLowerCase().split(/[;,\s]+/));
  return wanted.includes('id') || wanted.includes('user');
}
