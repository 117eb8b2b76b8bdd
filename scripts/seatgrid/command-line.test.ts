import { expect, test } from 'vitest';
import { helpOf, nearest, readWords, type Verb } from './command-line.ts';

const verb: Verb = {
  name: 'ring',
  summary: 'for tests.',
  operands: { usage: '<number>', min: 1, max: 1 },
  options: {
    port: {
      summary: 'a port',
      value: 'PORT',
      fallback: '8080',
      environment: 'RING_PORT',
      check: (value) => (/^[0-9]+$/.test(value) ? undefined : 'a port is a number'),
    },
    from: { summary: 'sources', value: 'CIDR', environment: 'RING_FROM', isRepeatable: true },
    loud: { summary: 'loudly', environment: 'RING_LOUD' },
  },
  examples: ['./seatgrid ring 1'],
  run: () => Promise.resolve(0),
};
const read = (argv: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  readWords(verb, argv, environment);

test('a flag counts before the environment, the environment before the default', () => {
  expect(read(['1']).text('port')).toBe('8080');
  expect(read(['1'], { RING_PORT: '81' }).text('port')).toBe('81');
  expect(read(['1', '--port', '82'], { RING_PORT: '81' }).text('port')).toBe('82');
  expect(read(['1', '--port=83']).number('port')).toBe(83);
});

test('a repeatable option gathers; from the environment it is a list', () => {
  expect(read(['1', '--from', 'a', '--from', 'b']).all('from')).toEqual(['a', 'b']);
  expect(read(['1'], { RING_FROM: 'a, b c' }).all('from')).toEqual(['a', 'b', 'c']);
});

test('after -- everything is an operand', () => {
  expect(read(['--loud', '--', '--1']).operands).toEqual(['--1']);
});

test.each([
  [[], {}, 'needs <number>'],
  [['1', '2'], {}, 'does not know what to do with "2"'],
  [['1', '--prot', '3'], {}, 'no option --prot; did you mean --port?'],
  [['1', '-p', '3'], {}, 'no option -p'],
  [['1', '--port'], {}, '--port needs a value: --port PORT'],
  [['1', '--port', 'x'], {}, '--port x: a port is a number'],
  [['1', '--port', '1', '--port', '2'], {}, '--port is given twice'],
  [['1', '--loud=3'], {}, '--loud takes no value'],
  [['1'], { RING_PORT: 'x' }, 'RING_PORT=x: a port is a number'],
  [['1'], { RING_LOUD: 'maybe' }, 'RING_LOUD=maybe: 1 or yes'],
])('%j with %j is refused: %s', (argv, environment, message) => {
  expect(() => read(argv, environment as Record<string, string>)).toThrow(message);
});

test('help tells every option with its default and its environment', () => {
  const help = helpOf(verb);
  expect(help).toContain('Usage: ./seatgrid ring <number> [options]');
  expect(help).toMatch(/--port PORT +a port; default 8080; environment RING_PORT/);
  expect(help).toMatch(/--from CIDR +sources; may be repeated; environment RING_FROM/);
});

test('what is far from everything known gets no guess', () => {
  expect(nearest('zzzzzz', ['port'])).toBe('');
});
