/** Names of trunks become addresses by the system's resolver: IPv4 where there is one, since every node speaks it. */
import { lookup } from 'node:dns/promises';

export async function lookupHost(host: string): Promise<string> {
  const found = await lookup(host, { all: true });
  const wanted = found.find(({ family }) => family === 4) ?? found[0];
  if (!wanted) throw new Error(`no address for ${host}`);
  return wanted.address;
}
