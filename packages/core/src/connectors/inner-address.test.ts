import { describe, expect, it } from 'vitest';
import { faultOfInnerHost, isInnerAddress, isNamed } from './inner-address.ts';

describe('an address', () => {
  it.each([
    '127.0.0.1', '127.255.255.254', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', '169.254.169.254',
    '100.100.100.200', '224.0.0.1', '255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::127.0.0.1', '64:ff9b::10.0.0.1',
    '2002:7f00:1::', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', 'fec0::1', 'ff02::1', '2001:db8::1',
  ])('%s is inner', (address) => expect(isInnerAddress(address)).toBe(true)); // prettier-ignore

  it.each([
    '1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1', '169.253.1.1', '192.167.1.1', '223.255.255.255',
    '2606:4700::1111', '2400:3200::1', '::ffff:8.8.8.8', '64:ff9b::808:808',
  ])('%s is not', (address) => expect(isInnerAddress(address)).toBe(false)); // prettier-ignore

  it.each(['', 'localhost', '127.1', '0177.0.0.1', '2130706433', '1.2.3.256', '1::2::3', '1:2:3', 'g::1', '10.0.0.0/8', '1.2.3.4.5'])(
    '%j is none, so that nobody connects to it',
    (address) => expect(isInnerAddress(address)).toBe(true),
  ); // prettier-ignore
});

describe('a list of inner hosts', () => {
  const asked = { host: 'db.branch.lan', address: '192.168.4.10', port: 5432 };
  it.each([
    ['192.168.4.10', true],
    ['192.168.4.10:5432', true],
    ['192.168.4.10:3306', false],
    ['192.168.0.0/16', true],
    ['192.168.0.0/16:5432', true],
    ['192.168.5.0/24', false],
    ['DB.branch.lan', true],
    ['db.branch.lan:5432', true],
    ['branch.lan', false],
    ['::/0', false],
  ])('of %j: %s', (entry, verdict) => expect(isNamed([entry], asked)).toBe(verdict));

  it('names IPv6 with a port in brackets', () => {
    const inner = { host: 'x', address: 'fd00::7', port: 443 };
    expect(isNamed(['[fd00::/8]:443'], inner)).toBe(true);
    expect(isNamed(['fd00::/8'], inner)).toBe(true);
    expect(isNamed(['[fd00::/8]:80'], inner)).toBe(false);
    expect(isNamed([], inner)).toBe(false);
  });

  it.each(['10.0.0.0/8', 'db.lan:5432', '[::1]:80', 'fd00::/8', 'localhost'])('may hold %j', (entry) =>
    expect(faultOfInnerHost(entry)).toBeNull(),
  );
  it.each(['', 'a b', '10.0.0.0/33', '1.2.3', 'http://x', 'x/24'])('may not hold %j', (entry) =>
    expect(faultOfInnerHost(entry)).toBe('unreadable'),
  );
});
