/** What comes from another node, read at the rim: typed, or a sentence that says what is wrong with it. */
import type { ZodType } from 'zod';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import {
  visitContentType,
  visitedCallSchema,
  visitWordSchema,
  type VisitedCall,
  type VisitWord,
} from '@seatgrid/contracts/visit/visit-messages.ts';
import type { SipPart } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';

export function readVisitedCall(text: string): Result<VisitedCall, string> {
  return read(text, visitedCallSchema);
}

/** Undefined where it is none. */
export function readVisitWord({ contentType, text }: SipPart): Result<VisitWord, string> | undefined {
  return contentType === visitContentType ? read(text, visitWordSchema) : undefined;
}

/** Where it came by the link. */
export function readVisitText(text: string): Result<VisitWord, string> {
  return read(text, visitWordSchema);
}

function read<Value>(text: string, schema: ZodType<Value>): Result<Value, string> {
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch (error) {
    return failure(text === '' ? `no ${visitContentType} in the body` : (error as Error).message);
  }
  const parsed = schema.safeParse(plain);
  if (parsed.success) return success(parsed.data);
  const [issue] = parsed.error.issues;
  return failure(`${issue?.path.join('.')}: ${issue?.message}`);
}
