import { expect, test } from 'vitest';
import { access, mayDo, nouns, roles, verbs } from './access.ts';

test('the access table, as it stands: role × noun × verb', () => {
  const rows = nouns.map(
    (noun) =>
      `${noun.padEnd(16)} ${roles
        .map((role) =>
          verbs
            .filter((verb) => mayDo(role, noun, verb))
            .map((verb) => verb[0])
            .join('')
            .padEnd(8),
        )
        .join(' ')}`,
  );
  expect(
    [`${''.padEnd(16)} ${roles.map((role) => role.slice(0, 8).padEnd(8)).join(' ')}`, ...rows]
      .map((row) => row.trimEnd())
      .join('\n'),
  ).toMatchSnapshot();
});

test('platform staff have no verb on what is inside a tenant, and nobody of a tenant has one on the platform', () => {
  const inside = [
    'flow',
    'queue',
    'skill',
    'agent',
    'user',
    'prompt',
    'call',
    'ladder',
    'recording',
    'floor',
    'inspection',
    'desk',
    'tenant-settings',
    'presence',
  ] as const;
  const platform = ['tenant', 'site', 'node', 'trunk', 'operator', 'system'] as const;
  for (const noun of inside) expect(access.operator[noun]).toBeUndefined();
  for (const role of ['administrator', 'supervisor', 'agent'] as const)
    for (const noun of platform) expect(access[role][noun]).toBeUndefined();
});
