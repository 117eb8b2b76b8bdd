/** RFC 3261 §8.2, in its order: method, Request-URI, extensions, content. Undefined where nothing stands against a request. */
import { ownOptions } from '../message/option-tags.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { headerLine } from '../message/write-message.ts';
import { allowedMethods, type Outcome } from './agent-core.ts';

const allowed: ReadonlySet<string> = new Set(allowedMethods.split(', '));
/** Known to SIP, not to us: 405 instead of 501 (RFC 3261 §21.5.2). */
const known: ReadonlySet<string> = new Set(['SUBSCRIBE', 'PUBLISH']);
/** `Supported` extensions that may be required of us. */
const extensions: ReadonlySet<string> = new Set(ownOptions);

export const allowLine = headerLine('Allow', allowedMethods);
export const supportedLine = headerLine('Supported', ownOptions.join(', '));
/** What we can do, as an INVITE and its answer say it. */
export const abilityLines = allowLine + supportedLine;
export const acceptLine = headerLine('Accept', 'application/sdp, application/dtmf-relay, application/dtmf');

/** `also`: a method that is allowed just here. */
export function inspectRequest(request: SipRequest, also?: 'SUBSCRIBE'): Outcome | undefined {
  if (!allowed.has(request.method) && request.method !== also) {
    // RFC 3261 §8.2.1: Allow names the methods that are.
    return { status: known.has(request.method) ? 405 : 501, lines: allowLine };
  }
  // RFC 3261 §8.2.2.1
  if (request.uri.kind !== 'sip') return { status: 416 };
  const required = request.list('Require');
  const unsupported =
    required.length === 0 ? required : required.filter((tag) => !extensions.has(tag.toLowerCase()));
  // RFC 3261 §8.2.2.3
  if (unsupported.length > 0)
    return { status: 420, lines: headerLine('Unsupported', unsupported.join(', ')) };
  return request.method === 'INVITE' ? inspectContent(request) : undefined;
}

function inspectContent(request: SipRequest): Outcome | undefined {
  if (request.head.body.length > 0) {
    const type = request.contentType;
    const isReadable = type === 'application/sdp' || type === '' || request.sdp !== '';
    const encoding = request.field('Content-Encoding')?.toLowerCase() ?? 'identity';
    // RFC 3261 §8.2.3
    if ((!isReadable && !isOptional(request)) || encoding !== 'identity')
      return { status: 415, lines: acceptLine };
  }
  const accepts = request.list('Accept');
  if (accepts.length === 0) return undefined;
  const isAccepted = accepts.some((one) => /^(application\/(sdp|\*)|\*\/\*)\s*(;|$)/i.test(one));
  // RFC 3261 §21.4.7: our answer would be SDP.
  return isAccepted ? undefined : { status: 406 };
}

function isOptional(request: SipRequest): boolean {
  return /handling\s*=\s*optional/i.test(request.field('Content-Disposition') ?? '');
}
