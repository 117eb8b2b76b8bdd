/** What this replica did since it started. Routes and kinds are few and its own; no tenant is told apart. */
import { LabelledCounter, type MetricFamily } from '@seatgrid/core/kernel/metrics.ts';

export class CentreCounters {
  readonly requests = counter('http_requests', 'Requests of the API', ['method', 'route', 'status']);
  readonly events = counter('events_stored', 'Events of nodes, stored for the first time', ['kind']);
  readonly eventsRejected = counter('events_rejected', 'Events of nodes that could not be stored', []);
  readonly linkNotUnderstood = counter(
    'link_not_understood',
    'Messages of nodes that this centre does not understand',
    [],
  );

  families(): MetricFamily[] {
    return [this.requests, this.events, this.eventsRejected, this.linkNotUnderstood].map((each) =>
      each.family(),
    );
  }
}

function counter(name: string, help: string, labels: readonly string[]): LabelledCounter {
  return new LabelledCounter(`seatgrid_centre_${name}_total`, help, labels);
}
