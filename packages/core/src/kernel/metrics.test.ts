import { expect, test } from 'vitest';
import { LabelledCounter, metric, metricsText } from './metrics.ts';

test('families are told one after another, odd characters escaped', () => {
  const ended = new LabelledCounter('x_calls_total', 'Calls\nby \\ party', ['party', 'code']);
  ended.add(['caller', 'hung-up']);
  ended.add(['a "b"\\c\nd', 'x'], 2);
  ended.add(['caller', 'hung-up']);
  expect(metricsText([metric('x_up', 'gauge', 'Up', 1.5)])).toBe(
    '# HELP x_up Up\n# TYPE x_up gauge\nx_up 1.5\n',
  );
  expect(metricsText([ended.family()])).toContain('x_calls_total{party="a \\"b\\"\\\\c\\nd",code="x"} 2\n');
  expect(metricsText([ended.family()])).toContain('x_calls_total{party="caller",code="hung-up"} 2\n');
  expect(metricsText([ended.family()])).toContain('# HELP x_calls_total Calls\\nby \\\\ party\n');
});

test('a family nobody counted yet has its help and no sample', () => {
  expect(metricsText([new LabelledCounter('x_total', 'X', ['a']).family()])).toBe(
    '# HELP x_total X\n# TYPE x_total counter\n',
  );
});
