import { expect, test } from 'vitest';
import { forThinLine, isLineThin } from './thin-line.ts';

test.each([
  [{}, false],
  [{ connection: {} }, false],
  [{ connection: { effectiveType: '4g', saveData: false } }, false],
  [{ connection: { effectiveType: '3g' } }, true],
  [{ connection: { effectiveType: 'slow-2g' } }, true],
  [{ connection: { effectiveType: '4g', saveData: true } }, true],
])('%j is thin: %s', (navigator, isThin) => {
  expect(isLineThin(navigator)).toBe(isThin);
});

test('over a thin line Opus and keys are offered and nothing else, everything where there is no Opus', () => {
  const codecs = ['opus', 'red', 'G722', 'PCMU', 'telephone-event', 'telephone-event'].map((name) => ({
    mimeType: `audio/${name}`,
  }));
  expect(forThinLine(codecs).map(({ mimeType }) => mimeType)).toEqual([
    'audio/opus',
    'audio/telephone-event',
    'audio/telephone-event',
  ]);
  expect(forThinLine(codecs.slice(2))).toEqual(codecs.slice(2));
});
