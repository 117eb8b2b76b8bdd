/** What a REFER asks for (RFC 3515 §2.1, RFC 3891 for the Replaces an attended transfer escapes into the URI). */
import type { SipRequest } from '../message/sip-message.ts';
import { formatUri, unescapeUser } from '../message/sip-uri.ts';
import { readReplaces, type ReplacesField } from './replaces.ts';
import type { SipParty } from './sip-user-agent.ts';

export interface ReferTarget extends SipParty {
  readonly uri: string;
  /** `malformed` where there is one that cannot be read. */
  readonly replaces?: ReplacesField | 'malformed';
}

/** Undefined where there is no single SIP target to follow. */
export function readRefer(request: SipRequest): ReferTarget | undefined {
  const targets = request.nameAddrs('Refer-To');
  const [target] = targets ?? [];
  // RFC 3515 §2.4.1: exactly one Refer-To.
  if (targets?.length !== 1 || target?.uri.kind !== 'sip') return undefined;
  const { uri, displayName } = target;
  const replaces = escapedHeader(uri.headers, 'replaces');
  const found = {
    user: unescapeUser(uri.user),
    host: uri.host,
    displayName,
    uri: formatUri({ ...uri, headers: '' }),
  };
  return replaces === undefined ? found : { ...found, replaces: readReplaces(replaces) ?? 'malformed' };
}

function escapedHeader(headers: string, name: string): string | undefined {
  for (const part of headers.slice(1).split('&')) {
    const equals = part.indexOf('=');
    if (part.slice(0, Math.max(0, equals)).toLowerCase() === name)
      return unescapeUser(part.slice(equals + 1));
  }
  return undefined;
}
