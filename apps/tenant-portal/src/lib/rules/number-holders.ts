/** Which rule takes the calls of a number: it stands in one rule of each order at most. */
import type { DidId } from '@seatgrid/core/kernel/ids.ts';
import type { InboundRule } from '@seatgrid/core/numbers/inbound-rule.ts';

/** The rule that holds a number at this place of the order, other than the one being edited. */
export function holderOf(
  rules: readonly InboundRule[],
  didId: DidId,
  except: { readonly ruleId: string | undefined; readonly order: number },
): InboundRule | undefined {
  return rules.find(
    (rule) => rule.id !== except.ruleId && rule.order === except.order && rule.didIds.includes(didId),
  );
}

/** Rules whose calls end in a flow or queue or agent: what deleting or publishing it touches. */
export function rulesLeadingTo(
  rules: readonly InboundRule[],
  target: { readonly kind: 'flow' | 'queue' | 'agent' | 'ring-group'; readonly id: string },
): InboundRule[] {
  return rules.filter((rule) =>
    [rule.onDuty, rule.offDuty].some((next) => {
      switch (next?.kind) {
        case 'flow':
          return target.kind === 'flow' && next.flowId === target.id;
        case 'queue':
          return target.kind === 'queue' && next.queueId === target.id;
        case 'agent':
          return target.kind === 'agent' && next.agentId === target.id;
        case 'ring-group':
          return target.kind === 'ring-group' && next.ringGroupId === target.id;
        case 'hang-up':
        case undefined:
          return false;
      }
    }),
  );
}
