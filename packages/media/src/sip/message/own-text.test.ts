import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { laidOut, ownText } from './own-text.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const pieces = (text: string) => [text.slice(0, 40), text.slice(40, 80)];

test.each([
  ['cut out of a message', (text: string) => ownText(pieces(text)[0]!)],
  ['put together of its pieces', (text: string) => laidOut(pieces(text).join(' '))],
  ['put together by a template', (text: string) => laidOut(`${pieces(text)[0]} ${pieces(text)[1]} end`)],
])('a text %s does not keep the message', (_, textOf) => {
  const kept: string[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 2_000; index++) {
    const message = Buffer.from(`${index} `.padEnd(5_000, 'some message ')).toString();
    kept.push(textOf(message));
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(2_000 * 500);
  expect(kept[7]!.startsWith('7 some message')).toBe(true);
});
