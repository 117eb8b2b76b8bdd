import { createSeededRandom } from '@seatgrid/core/kernel/seeded-random.ts';
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { describe, expect, it } from 'vitest';
import { TextRingReader, textRingOctets, TextRingWriter } from './text-ring.ts';

const octets = 1_024;

function ends(position = 0) {
  const memory = new ArrayBuffer(textRingOctets(octets));
  // Both sides begin where the memory says they are.
  new Int32Array(memory)[0] = position;
  new Int32Array(memory)[16] = position;
  return { writer: new TextRingWriter(memory, 0, octets), reader: new TextRingReader(memory, 0, octets) };
}

function all(reader: TextRingReader): string[] {
  const texts: string[] = [];
  for (let text = reader.read(); text !== undefined; text = reader.read()) texts.push(text);
  return texts;
}

describe('a ring of texts', () => {
  it.each([0, 1_020, -8, 2 ** 31 - 4])(
    'whatever is written comes out in order, whole and once, from position %d on',
    (position) => {
      const { writer, reader } = ends(position);
      const random = createSeededRandom(20_261_128);
      const written: string[] = [];
      const read: string[] = [];
      for (let step = 0; step < 20_000; step++) {
        if (randomInteger(random, 2) === 0) {
          const letter = ['a', 'é', '語', '𝄞'][randomInteger(random, 4)]!;
          // Some longer than the whole ring.
          const text = letter.repeat(randomInteger(random, randomInteger(random, 50) === 0 ? 2_000 : 60));
          written.push(text);
          writer.write(text);
        } else {
          const text = reader.read();
          if (text !== undefined) read.push(text);
          writer.push();
        }
      }
      while (!writer.push()) read.push(...all(reader));
      read.push(...all(reader));
      expect(read).toEqual(written);
      expect(written.length).toBeGreaterThan(9_000);
    },
  );

  it('a full ring says so and loses nothing', () => {
    const { writer, reader } = ends();
    const texts = Array.from({ length: 100 }, (_, index) => `text ${index} `.repeat(5));
    const hadRoom = texts.map((text) => writer.write(text));
    expect(hadRoom[0]).toBe(true);
    expect(hadRoom.at(-1)).toBe(false);
    const read = all(reader);
    expect(read.length).toBeLessThan(texts.length);
    while (!writer.push()) read.push(...all(reader));
    expect([...read, ...all(reader)]).toEqual(texts);
  });

  it('whoever sleeps is woken once, and never for what they have seen', () => {
    const { writer, reader } = ends();
    expect(reader.fallAsleep()).toBe(true);
    writer.write('one');
    expect(writer.takesWaking()).toBe(true);
    writer.write('two');
    expect(writer.takesWaking()).toBe(false);
    // It is not let to sleep over what has come.
    expect(reader.fallAsleep()).toBe(false);
    expect(all(reader)).toEqual(['one', 'two']);
    reader.stayAwake();
    writer.write('three');
    expect(writer.takesWaking()).toBe(false);
    expect(all(reader)).toEqual(['three']);
    expect(reader.fallAsleep()).toBe(true);
    writer.write('four');
    expect(writer.takesWaking()).toBe(true);
  });
});
