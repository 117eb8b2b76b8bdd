/** "This number calls that one, over this trunk, at this time": where the call would begin, by the code that decides it at a node. */
import type { TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { EntryTrial, EntryTrialAsked } from '@seatgrid/contracts/nouns/entry-trial.ts';
import { CelExpressions } from '@seatgrid/contracts/expressions/cel-expressions.ts';
import { firstSteps } from '@seatgrid/core/flows/first-steps.ts';
import { calendarDates } from '@seatgrid/core/numbers/calendar.ts';
import { EntryRules, type Entry } from '@seatgrid/core/numbers/entry-rules.ts';

export function tryEntry(config: TenantConfig, asked: EntryTrialAsked): EntryTrial {
  const { timeZone } = config.tenant;
  const rules = new EntryRules({ ...config, timeZone });
  const passedOver: EntryTrial['passedOver'] = [];
  const entry = rules.decide(asked, (rule, by) => passedOver.push({ ruleId: rule.id, name: rule.name, by }));
  const caller = entry?.caller ?? rules.lists.factsOf(asked.fromNumber);
  return {
    // A call from a phone of our own, or from the web, has nobody to bar.
    barredBy: (asked.trunkId !== null && rules.lists.barredBy(asked.fromNumber)) || null,
    caller: { ...caller },
    isForced: entry?.rule === null,
    rule: entry?.rule ? { id: entry.rule.id, name: entry.rule.name } : null,
    duty: entry?.duty ? { isOnDuty: entry.duty.isOnDuty, day: entry.duty.day?.name ?? null } : null,
    step: (entry?.step ?? null) as EntryTrial['step'],
    flow: entry ? flowOf(config, asked, { entry, rules }) : null,
    passedOver,
  };
}

function flowOf(
  config: TenantConfig,
  asked: EntryTrialAsked,
  { entry: { step, caller }, rules }: { readonly entry: Entry; readonly rules: EntryRules },
): EntryTrial['flow'] {
  const flow = step.kind === 'flow' ? config.flows.find(({ id }) => id === step.flowId) : undefined;
  if (!flow) return null;
  const { timeZone, locale } = config.tenant;
  const variables = new Map([
    ['caller', asked.fromNumber],
    ['called', config.dids.find(({ id }) => id === asked.didId)?.number ?? ''],
    ['language', locale as string],
    ['customerLevel', caller.level === null ? '' : String(caller.level)],
    ['department', caller.department ?? ''],
  ]);
  const flows = new Map(config.flows.map((one) => [one.id, one]));
  const { steps, onward } = firstSteps(
    {
      flow,
      flows,
      variables,
      timeZone,
      defaultLocale: locale,
      expressions,
      calendars: new Map(config.calendars.map((one) => [one.id, calendarDates(one)])),
      named: (rule) => rules.named(rule, asked.atMs),
      share: (flowId, key) => asked.shares[`${flowId}/${key}`] ?? 0,
    },
    asked.atMs,
  );
  return { name: flow.name, steps, onward } as EntryTrial['flow'];
}

const expressions = new CelExpressions();
