/** The sixteen octets of an IPv6 address, or of an IPv4 one mapped into it (RFC 4291 §2.5.5.2). */
export function parseIpv6(text: string): Uint8Array {
  const address = new Uint8Array(16);
  const [plain = ''] = text.split('%');
  if (!plain.includes(':')) {
    address.set([0xff, 0xff, ...plain.split('.').map(Number)], 10);
    return address;
  }
  const [head = '', tail] = plain.split('::');
  address.set(octetsOf(head));
  if (tail !== undefined) {
    const end = octetsOf(tail);
    address.set(end, 16 - end.length);
  }
  return address;
}

function octetsOf(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
