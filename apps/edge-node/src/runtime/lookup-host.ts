/** Names of trunks become addresses by the system's resolver. */
import { lookup } from 'node:dns/promises';

export async function lookupHost(host: string): Promise<string> {
  return (await lookup(host, { family: 4 })).address;
}
