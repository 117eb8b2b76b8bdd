import { bodyOf } from '@seatgrid/core/flows/call-flow.ts';
import { api } from '@seatgrid/ui/portal/api.ts';
import type { FlowDraft } from './flow-draft.ts';

/** A flow as it was published under this number. */
export async function readVersion(id: string, version: number): Promise<FlowDraft> {
  const found = await api.call('GET /api/flows/:id/versions/:version', {
    params: { id, version: String(version) },
  });
  return { name: found.name, ...bodyOf(found as FlowDraft) };
}
