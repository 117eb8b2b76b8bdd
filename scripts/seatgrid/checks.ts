/** What option values must look like, told in words a person can act on. */
import { isIP } from 'node:net';

export function portNumber(value: string): string | undefined {
  return /^[0-9]{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535
    ? undefined
    : 'a port is a number from 1 to 65535';
}

export function ipAddress(value: string): string | undefined {
  return isIP(value) === 4
    ? undefined
    : 'an IPv4 address, such as 127.0.0.1, or 0.0.0.0 for every interface of this machine';
}

export function addressBlock(value: string): string | undefined {
  const [address, bits, ...rest] = value.split('/');
  const isBlock =
    rest.length === 0 &&
    isIP(address ?? '') !== 0 &&
    (bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (isIP(address!) === 4 ? 32 : 128)));
  return isBlock ? undefined : 'an address or CIDR block, such as 192.0.2.10 or 192.0.2.0/24';
}

export function portRange(value: string): string | undefined {
  const [from, to] = value.split('-').map(Number);
  return /^[0-9]+-[0-9]+$/.test(value) && from! >= 1_024 && to! <= 65_535 && to! - from! >= 19
    ? undefined
    : 'a range of at least 20 ports between 1024 and 65535, such as 20000-20999';
}

/** `10s`, `500ms`, `2m`; a bare number is seconds. */
export function durationMs(value: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m)?$/.exec(value);
  if (!match) return undefined;
  return Number(match[1]) * { ms: 1, s: 1_000, m: 60_000 }[(match[2] ?? 's') as 'ms' | 's' | 'm'];
}

export function duration(value: string): string | undefined {
  const ms = durationMs(value);
  return ms !== undefined && ms <= 3_600_000
    ? undefined
    : 'a duration up to an hour, such as 10s, 500ms or 2m';
}

export function dialledNumber(value: string): string | undefined {
  return /^\+?[0-9*#]{2,20}$/.test(value) ? undefined : 'a phone number, such as +18005550100';
}

export function digits(value: string): string | undefined {
  return /^[0-9*#,]{1,40}$/.test(value)
    ? undefined
    : 'keys 0-9, * and #, with a comma for a pause of a second';
}

export function positiveNumber(value: string): string | undefined {
  return /^[0-9]+(\.[0-9]+)?$/.test(value) && Number(value) > 0 ? undefined : 'a number above 0';
}
