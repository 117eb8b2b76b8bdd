import { z } from 'zod';
import type { Id } from '@seatgrid/core/kernel/ids.ts';

/** A UUID at the rim that carries its noun inside. */
export function idOf<Noun extends string>(): z.ZodType<Id<Noun>, string> {
  return z.uuid() as unknown as z.ZodType<Id<Noun>, string>;
}

/** Checks at compile time that a schema yields exactly what core means by the noun, and keeps the schema's own methods. */
export function schemaOf<Noun>() {
  return <Schema extends z.ZodType<Noun>>(schema: Schema): Schema => schema;
}
