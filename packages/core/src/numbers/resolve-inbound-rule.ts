import type { DidId } from '../kernel/ids.ts';
import type { InboundRule, NextStep } from './inbound-rule.ts';
import { isWithinPeriods } from './working-time.ts';

/** the first step of a call to `didId` at `nowMs`; undefined when no rule has the number. */
export function resolveInboundRule(
  tenant: {
    readonly rules: readonly InboundRule[];
    readonly forcedHandling: NextStep | null;
    readonly timeZone: string;
  },
  didId: DidId,
  nowMs: number,
): { readonly step: NextStep; readonly ruleName: string | null } | undefined {
  if (tenant.forcedHandling) return { step: tenant.forcedHandling, ruleName: null };
  const rule = tenant.rules.find((one) => one.didIds.includes(didId));
  if (!rule) return undefined;
  const isOnDuty = rule.workingTime.length === 0 || isWithinPeriods(rule.workingTime, tenant.timeZone, nowMs);
  return { step: isOnDuty ? rule.onDuty : rule.offDuty, ruleName: rule.name };
}
