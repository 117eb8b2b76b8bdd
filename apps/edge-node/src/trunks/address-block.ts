/** A set of addresses as operators write them: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. */
import { BlockList, isIP } from 'node:net';

export class AddressBlocks {
  readonly #blocks = new BlockList();
  readonly #exact = new Set<string>();
  #hasBlocks = false;

  constructor(sources: readonly string[]) {
    for (const source of sources) {
      const [address = '', bits] = source.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (!isIP(address)) continue;
      if (bits === undefined) this.#exact.add(address);
      else if (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (family === 'ipv6' ? 128 : 32)) {
        this.#blocks.addSubnet(address, Number(bits), family);
        this.#hasBlocks = true;
      }
    }
  }

  has(address: string): boolean {
    if (this.#exact.has(address)) return true;
    return this.#hasBlocks && this.#blocks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
}
