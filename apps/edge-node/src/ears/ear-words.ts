/** Words between a supervisor's node and the agent's, in the dialog between the two: read at the rim, said one after the other. */
import { earContentType, earWordSchema, type EarWord } from '@seatgrid/contracts/visit/ear-words.ts';
import type { Dialog, SipPart } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { NodeLog } from '../node-log.ts';

/** Undefined: no word of an ear; null: one that is not understood, of which the log is told. */
export function readEarWord({ contentType, text }: SipPart, log: NodeLog): EarWord | null | undefined {
  if (contentType !== earContentType) return undefined;
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch {
    plain = undefined;
  }
  const parsed = earWordSchema.safeParse(plain);
  if (parsed.success) return parsed.data;
  log.warn({ why: parsed.error.issues[0]?.message }, 'a word of a supervisor’s ear was not understood');
  return null;
}

export function sayEarWord(dialog: Dialog | null, word: EarWord, onAnswer?: (status: number) => void): void {
  dialog?.info(earContentType, JSON.stringify(word), onAnswer);
}
