/** The demo's call flows: a menu with three keys, an account number, two queues; and what is said when closed. */
import type { ApiInput } from '@seatgrid/contracts/api/client.ts';
import type { PromptId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { LocalText } from '@seatgrid/core/kernel/locale.ts';
import type { DemoTenant } from './demo-tenants.ts';

export type FlowDraft = ApiInput<'POST /api/flows'>['body'];
type Step = FlowDraft['steps'][string];

const said = (text: LocalText) => ({ kind: 'text' as const, text });

export function demoFlow(demo: DemoTenant, queues: ReadonlyMap<string, QueueId>, chime: PromptId): FlowDraft {
  const { menu } = demo;
  const steps: Record<string, Step> = {
    chime: { kind: 'play', prompts: [chime], next: 'menu' },
    menu: {
      kind: 'menu',
      title: demo.numberLabel,
      welcome: [said(menu.welcome)],
      prompt: [said(menu.prompt)],
      invalid: [said(menu.invalid)],
      choices: Object.fromEntries(
        menu.choices.map((choice) => [
          choice.key,
          {
            label: choice.label,
            next: choice.asksAccount ? `account-${choice.key}` : `queue-${choice.queue}`,
          },
        ]),
      ),
      timeoutMs: 6_000,
      attempts: 3,
      otherwise: 'queue-service',
    },
  };
  for (const choice of menu.choices.filter((one) => one.asksAccount)) {
    steps[`account-${choice.key}`] = {
      kind: 'gather',
      prompt: [said(menu.account)],
      variable: 'account',
      length: { kind: 'variable', digitsMax: 12 },
      timeoutMs: 5_000,
      next: `thanks-${choice.key}`,
      onEmpty: `queue-${choice.queue}`,
    };
    steps[`thanks-${choice.key}`] = { kind: 'say', text: menu.thanks, next: `queue-${choice.queue}` };
  }
  for (const [name, queueId] of queues) steps[`queue-${name}`] = { kind: 'enqueue', queueId };
  return { name: 'main', start: 'chime', steps };
}

export function closedFlow(demo: DemoTenant): FlowDraft {
  return {
    name: 'closed',
    start: 'closed',
    steps: { closed: { kind: 'hang-up', say: [said(demo.menu.closed)] } },
  };
}
