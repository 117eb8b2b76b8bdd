import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mediaWorkerFlags } from '@seatgrid/media/limits.ts';
import { expect, test } from 'vitest';
import { nodeFlags } from './node-flags.ts';

test.each([
  ['a node', nodeFlags, 4],
  ['a media worker', mediaWorkerFlags, 8],
])(
  '%s is started with switches that this V8 knows, and its young generation stays small',
  (_who, flags, half) => {
    const look = `const { getHeapSpaceStatistics } = require('node:v8');
    const kept = [];
    for (let at = 0; at < 3_000_000; at++) if (kept.push({ at }) > 500_000) kept.length = 0;
    console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size);`;
    const octets = Number(execFileSync(process.execPath, [...flags, '-e', look], { encoding: 'utf8' }));
    // The halves that are in use, and one that is kept for the next time.
    expect(octets / 2 ** 20).toBeLessThanOrEqual(3 * half);
  },
);

test('the machines of infra/ start a node as the house does', () => {
  const cloudInit = new URL(
    '../../../infra/terraform/modules/machine/cloud-init.yaml.tftpl',
    import.meta.url,
  );
  expect(readFileSync(cloudInit, 'utf8')).toContain(`role == "edge-node" ? "${nodeFlags.join(' ')} "`);
});
