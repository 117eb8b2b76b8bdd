/**
 * Which addresses are not for the outside world’s names to lead to: those of this machine, this network, and the clouds’ metadata.
 * What a tenant writes as a host, or a far side as a redirect, is resolved first and judged by its address.
 */

interface Block {
  readonly value: bigint;
  readonly bits: number;
  readonly width: 32 | 128;
}

/** IANA’s registries of special-purpose addresses (RFC 6890 §2.2.2 and §2.2.3, and later): none is reachable globally. */
const innerBlocks = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  '::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8',
].map((text) => readBlock(text)!); // prettier-ignore

/** Where an IPv4 address lies inside an IPv6 one: mapped (RFC 4291 §2.5.5.2) and translated (RFC 6052 §2.1). */
const carriers = ['::ffff:0:0/96', '64:ff9b::/96'].map((text) => readBlock(text)!);

/** Anything that is no address is inner: nobody connects to what was not understood. */
export function isInnerAddress(address: string): boolean {
  const read = readBlock(address);
  if (!read || read.bits !== read.width) return true;
  if (carriers.some((block) => contains(block, read)))
    return isInner({ value: read.value & 0xffff_ffffn, bits: 32, width: 32 });
  return isInner(read);
}

/**
 * Whether one of the list names it: a block or an address, or the host as it was asked for; with `:port`, for that port alone.
 * IPv6 with a port stands in brackets.
 */
export function isNamed(
  innerHosts: readonly string[],
  { host, address, port }: { readonly host: string; readonly address: string; readonly port: number },
): boolean {
  const read = readBlock(address);
  return innerHosts.some((entry) => {
    const { place, onlyPort } = splitPort(entry);
    if (onlyPort !== null && onlyPort !== port) return false;
    const block = readBlock(place);
    return block && read ? contains(block, read) : place.toLowerCase() === host.toLowerCase();
  });
}

/** An address, or a block of them as `192.168.7.0/24`. */
export function isBlock(text: string): boolean {
  return readBlock(text) !== undefined;
}

/** As an operator writes it; null where it is well written. */
export function faultOfInnerHost(entry: string): 'unreadable' | null {
  const { place } = splitPort(entry);
  const isName = /^(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(place) && !/^[\d.]+$/.test(place);
  return readBlock(place) || isName ? null : 'unreadable';
}

function splitPort(entry: string): { readonly place: string; readonly onlyPort: number | null } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const place = bracketed ?? plain;
  return place === undefined
    ? { place: entry, onlyPort: null }
    : { place, onlyPort: port === undefined ? null : Number(port) };
}

const isInner = (address: Block) => innerBlocks.some((block) => contains(block, address));

function contains(block: Block, address: Block): boolean {
  if (block.width !== address.width || address.bits < block.bits) return false;
  const rest = BigInt(block.width - block.bits);
  return block.value >> rest === address.value >> rest;
}

function readBlock(text: string): Block | undefined {
  const [address, length, ...more] = text.split('/');
  if (more.length > 0) return undefined;
  const read = address!.includes(':') ? readIpv6(address!) : readIpv4(address!);
  if (!read) return undefined;
  if (length === undefined) return { ...read, bits: read.width };
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : 999;
  return bits <= read.width ? { ...read, bits } : undefined;
}

type Address = Pick<Block, 'value' | 'width'>;

function readIpv4(text: string): Address | undefined {
  const parts = text.split('.');
  // A leading zero is octal to some and decimal to others: neither reading is taken.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return { value: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n), width: 32 };
}

/** RFC 4291 §2.2, its three forms; a zone (RFC 4007 §11) is left out. */
function readIpv6(text: string): Address | undefined {
  const [head, tail, ...more] = text.replace(/%.*$/, '').split('::');
  if (more.length > 0) return undefined;
  const before = readGroups(head!);
  const after = tail === undefined ? [] : readGroups(tail);
  if (!before || !after) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array<bigint>(missing).fill(0n), ...after];
  return { value: groups.reduce((sum, group) => (sum << 16n) | group, 0n), width: 128 };
}

function readGroups(text: string): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const dotted = index === parts.length - 1 && part.includes('.') ? readIpv4(part) : undefined;
    if (dotted) groups.push(dotted.value >> 16n, dotted.value & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
