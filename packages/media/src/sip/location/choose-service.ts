/** Which protocol a domain is spoken to by, and the name its servers are listed under (RFC 3263 §4.1). */
import type { DialledProtocol } from '../dialog/next-hop.ts';
import type { NaptrRecord } from './name-service.ts';

export interface ServiceChoice {
  readonly protocol: DialledProtocol;
  /** Where its SRV records are. */
  readonly name: string;
}

/** §4.1: what a NAPTR record calls each protocol. */
const servicesKnown: Readonly<Record<string, DialledProtocol>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
};

const srvPrefixes = { udp: '_sip._udp', tcp: '_sip._tcp', tls: '_sips._tcp' } as const;

export function srvName(protocol: DialledProtocol, host: string): string {
  return `${srvPrefixes[protocol]}.${host}`;
}

/**
 * RFC 3403 §4.1: the lowest order that is understood at all, and within it the lowest preference. §4.1 of RFC 3263: records of
 * protocols not spoken here are discarded; those with SIPS are kept also for a SIP URI.
 */
export function chooseService(
  records: readonly NaptrRecord[],
  spoken: readonly DialledProtocol[],
): ServiceChoice | undefined {
  let best: (NaptrRecord & ServiceChoice) | undefined;
  for (const record of records) {
    const protocol = servicesKnown[record.service.toUpperCase()];
    const isUsable = protocol !== undefined && spoken.includes(protocol) && record.replacement !== '';
    // "s": the replacement has SRV records; anything else would need rewriting by regular expressions, which SIP does not use.
    if (!isUsable || record.flags.toLowerCase() !== 's') continue;
    const isBetter =
      !best ||
      record.order < best.order ||
      (record.order === best.order && record.preference < best.preference);
    if (isBetter) best = { ...record, protocol, name: record.replacement };
  }
  return best && { protocol: best.protocol, name: best.name };
}
