/** Where a call's sound was, as its node signed it, judged anew each time it is asked for. */
import { judgeCallProof } from '@seatgrid/adapters/jose/judge-call-proof.ts';
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { listAttested } from '@seatgrid/adapters/postgres/stores/attested-call-store.ts';
import { findCall } from '@seatgrid/adapters/postgres/stores/call-store.ts';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { CallProof } from '@seatgrid/contracts/nouns/sound-proof.ts';
import type { TenantContext } from '@seatgrid/core/context/op-context.ts';
import type { Centre } from '../../centre.ts';
import { notFound, type Refusal } from '../refusal.ts';

export async function readCallSound(
  centre: Centre,
  ctx: TenantContext,
  id: string,
): Promise<ApiReply<'GET /api/calls/:id/sound'> | Refusal> {
  const proof = await inTenant(
    centre.database.tenants,
    ctx.tenantId,
    async (trx): Promise<CallProof | undefined> => {
      const call = await findCall(trx, id);
      if (!call) return undefined;
      return {
        kind: 'seatgrid-call-proof',
        form: 1,
        callId: call.id,
        lines: call.timeline.flatMap(({ facts }) => {
          if (facts.kind !== 'leg.media') return [];
          const { kind: _kind, callId: _callId, ...line } = facts;
          return [line];
        }),
        statements: (await listAttested(trx, id)) as CallProof['statements'],
      };
    },
  );
  return proof ? { proof, judgement: await judgeCallProof(proof) } : notFound;
}
