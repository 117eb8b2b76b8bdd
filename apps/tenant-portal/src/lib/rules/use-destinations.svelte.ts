import { api } from '@seatgrid/ui/portal/api.ts';
import { useResource } from '#lib/api/use-resource.svelte.ts';
import { session } from '#lib/session/session.svelte.ts';
import type { Prompt } from '#lib/prompts/prompt.ts';
import type { Destinations } from './next-step.ts';

/** Everything calls can be led to and everything that can be said, kept current. To be called while a component is made. */
export function useDestinations(): {
  readonly all: Destinations;
  readonly prompts: readonly Prompt[];
  readonly isLoaded: boolean;
} {
  const flows = useResource(() => api.call('GET /api/flows'), ['flow']);
  const queues = useResource(() => api.call('GET /api/queues'), ['queue']);
  const sites = useResource(() => api.call('GET /api/sites'), ['site']);
  const agents = useResource(() => api.call('GET /api/agents'), ['agent']);
  const ringGroups = useResource(() => api.call('GET /api/ring-groups'), ['ring-group']);
  const calendars = useResource(
    async () => (session.may('calendar', 'list') ? await api.call('GET /api/calendars') : { items: [] }),
    ['calendar'],
  );
  const mailboxes = useResource(() => api.call('GET /api/mailboxes'), ['mailbox']);
  const faxBoxes = useResource(() => api.call('GET /api/fax-boxes'), ['fax-box']);
  const prompts = useResource(() => api.call('GET /api/prompts'), ['prompt']);
  return {
    get all() {
      return {
        flows: flows.data?.items ?? [],
        queues: queues.data?.items ?? [],
        sites: sites.data?.items ?? [],
        agents: agents.data?.items ?? [],
        ringGroups: ringGroups.data?.items ?? [],
        calendars: calendars.data?.items ?? [],
        mailboxes: mailboxes.data?.items ?? [],
        faxBoxes: faxBoxes.data?.items ?? [],
        nodesWithoutFax: faxBoxes.data?.nodesWithout ?? [],
      };
    },
    get prompts() {
      return prompts.data?.items ?? [];
    },
    get isLoaded() {
      return [flows, queues, sites, agents, ringGroups, calendars, mailboxes, faxBoxes, prompts].every(
        (each) => each.data !== undefined,
      );
    },
  };
}
