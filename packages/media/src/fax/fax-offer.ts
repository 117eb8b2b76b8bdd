/** How a fax process offers itself to the engine: one law, no key events, its reports on the port of its sound (RFC 5761). */
import { isIPv6 } from 'node:net';
import { codecOf, type G711Law } from '../audio/g711.ts';
import { rtcpMuxLine } from '../sdp/write-sdp.ts';

export function faxOffer(
  { address, port }: { readonly address: string; readonly port: number },
  law: G711Law,
): string {
  const family = isIPv6(address) ? 'IP6' : 'IP4';
  const { payloadType } = codecOf(law);
  return [
    'v=0',
    `o=- 1 1 IN ${family} ${address}`,
    's=-',
    `c=IN ${family} ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} ${law}/8000`,
    'a=ptime:20',
    rtcpMuxLine.trimEnd(),
    '',
  ].join('\r\n');
}
