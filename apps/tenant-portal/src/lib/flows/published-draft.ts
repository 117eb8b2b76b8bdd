/**
 * What was last published, found by going back from the draft of today over the audit's changes. The API gives the draft
 * alone; each change in the audit keeps what it replaced.
 */
import { bodyOf } from '@seatgrid/core/flows/call-flow.ts';
import { flowDraftSchema } from '@seatgrid/contracts/nouns/flow.ts';
import type { FlowDraft } from './flow-draft.ts';

export interface FlowChangeEntry {
  readonly nounId: string | null;
  readonly verb: string;
  readonly before: unknown;
}

/** `entries` newest first; undefined where the publication lies beyond them or something does not read. */
export function publishedDraft(
  current: FlowDraft,
  flowId: string,
  entries: readonly FlowChangeEntry[],
): FlowDraft | undefined {
  let draft: Record<string, unknown> = { name: current.name, ...bodyOf(current) };
  for (const entry of entries) {
    if (entry.nounId !== flowId) continue;
    if (entry.verb === 'publish') {
      const parsed = flowDraftSchema.safeParse(draft);
      return parsed.success ? parsed.data : undefined;
    }
    if (entry.verb === 'update' && typeof entry.before === 'object' && entry.before !== null)
      draft = { ...draft, ...entry.before };
  }
  return undefined;
}
