import { expect, test } from 'vitest';
import { KeyEcho, keyEchoMs, type KeyWay } from './key-echo.ts';

/** `s1@0`: key 1 by its sound at 0 ms; what is left are the presses that count. */
function pressed(...presses: string[]): string {
  const echo = new KeyEcho();
  return presses
    .filter((press) => {
      const [, way, key, atMs] = /^([si])(.)@(\d+)$/.exec(press)!;
      return !echo.isEcho({ way: ways[way!]!, key: key!, atMs: Number(atMs) });
    })
    .map((press) => press[1])
    .join('');
}

const ways: Readonly<Record<string, KeyWay>> = { s: 'sound', i: 'signalling' };

test.each([
  ['a key told by sound and by INFO is one press', ['s1@0', 'i1@80'], '1'],
  ['whichever comes first', ['i1@0', 's1@120'], '1'],
  ['a key pressed twice is two, by both ways', ['s1@0', 'i1@50', 's1@200', 'i1@250'], '11'],
  ['also where the ways run apart', ['s1@0', 's1@200', 'i1@300', 'i1@320'], '11'],
  ['different keys are different presses', ['s1@0', 'i2@50', 'i1@60', 's2@90'], '12'],
  ['by one way alone every press counts', ['i7@0', 'i7@10', 'i7@20'], '777'],
  ['long after it is another press', ['s1@0', `i1@${keyEchoMs + 1}`], '11'],
])('%s', (_what, presses, keys) => expect(pressed(...presses)).toBe(keys));
