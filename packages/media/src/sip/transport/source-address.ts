/** Addresses as peers are told apart by them. */

/** Whoever has one address of an IPv6 network has them all: its first 64 bits. An IPv4 address is itself. */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const first = head === '' ? [] : head.split(':');
  if (tail !== undefined && first.length < 4) {
    const last = tail === '' ? [] : tail.split(':');
    // An IPv4 tail (`::ffff:192.0.2.1`) stands for two groups.
    const groups = last.length + (tail.includes('.') ? 1 : 0);
    for (let missing = 8 - first.length - groups; missing > 0; missing--) first.push('0');
    first.push(...last);
  }
  return first
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

/** One spelling an address and port, for maps of connections. */
export function connectionKey(address: string, port: number): string {
  return `${canonicalAddress(address)} ${port}`;
}

/** RFC 5952: an IPv6 address has one spelling among many. */
function canonicalAddress(address: string): string {
  if (!address.includes(':') || address.includes('%')) return address;
  return URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? address;
}
