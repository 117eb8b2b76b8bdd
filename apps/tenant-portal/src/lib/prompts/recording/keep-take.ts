/** A take becomes a prompt of the library, as an upload does. */
import { api as apiTable } from '@seatgrid/contracts/api/api.ts';
import { problemSchema } from '@seatgrid/contracts/api/route.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { Prompt } from '../prompt.ts';

export interface TakeWish {
  readonly name: string;
  readonly kind: Prompt['kind'];
  readonly locale: Locale | null;
}

/** Throws in the centre’s words where it is refused. */
export async function keepTake(wav: Blob, { name, kind, locale }: TakeWish): Promise<Prompt> {
  const query = new URLSearchParams({ name, kind, ...(locale ? { locale } : {}) });
  const reply = await fetch(`/api/prompts?${query.toString()}`, {
    method: 'POST',
    headers: { 'x-seatgrid': '1', 'content-type': 'application/octet-stream' },
    body: wav,
  });
  const body: unknown = await reply.json();
  if (!reply.ok) throw new Error(problemSchema.safeParse(body).data?.message ?? String(reply.status));
  return apiTable['POST /api/prompts'].reply.parse(body);
}
