/** What a call search asks for, kept in the address: a search can be sent to a colleague, and Back returns to it. */

export const directions = ['inbound', 'outbound', 'internal'] as const;

/** H-04: what the whole of the records can be ordered by, beside what is loaded. */
export const callOrders = ['time', 'number', 'agent', 'direction', 'talk'] as const;
export type CallOrder = (typeof callOrders)[number];

export interface CallFilter {
  /** Days as the tenant's calendar has them, `YYYY-MM-DD`, both included. */
  readonly fromDay?: string | undefined;
  readonly toDay?: string | undefined;
  readonly number?: string | undefined;
  readonly agentId?: string | undefined;
  readonly queueId?: string | undefined;
  readonly dispositionId?: string | undefined;
  readonly direction?: (typeof directions)[number] | undefined;
  readonly hasRecording?: 'yes' | 'no' | undefined;
  /** Of which something is gone with a node. */
  readonly lostWithNode?: 'yes' | undefined;
  readonly sort?: CallOrder | undefined;
  readonly order?: 'ascending' | 'descending' | undefined;
}

const names = {
  fromDay: 'from',
  toDay: 'to',
  number: 'number',
  agentId: 'agent',
  queueId: 'queue',
  dispositionId: 'disposition',
  direction: 'direction',
  hasRecording: 'recording',
  lostWithNode: 'lost',
  sort: 'sort',
  order: 'order',
} as const satisfies Record<keyof CallFilter, string>;

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** Reads a filter from an address; what makes no sense there is passed over. */
export function filterOfAddress(search: URLSearchParams): CallFilter {
  const text = (field: keyof CallFilter) => search.get(names[field])?.trim() || undefined;
  const day = (field: 'fromDay' | 'toDay') => {
    const value = text(field);
    return value && dayPattern.test(value) ? value : undefined;
  };
  const recording = text('hasRecording');
  const order = text('order');
  return {
    fromDay: day('fromDay'),
    toDay: day('toDay'),
    number: text('number'),
    agentId: text('agentId'),
    queueId: text('queueId'),
    dispositionId: text('dispositionId'),
    direction: directions.find((direction) => direction === text('direction')),
    hasRecording: recording === 'yes' || recording === 'no' ? recording : undefined,
    lostWithNode: text('lostWithNode') === 'yes' ? 'yes' : undefined,
    sort: callOrders.find((one) => one === text('sort')),
    order: order === 'ascending' || order === 'descending' ? order : undefined,
  };
}

export function addressOfFilter(filter: CallFilter): string {
  const search = new URLSearchParams();
  for (const [field, name] of Object.entries(names)) {
    const value = filter[field as keyof CallFilter];
    if (value) search.set(name, value);
  }
  return search.toString();
}

/** How many facts a call must fit; its order is none. */
export function filterCount({ sort: _sort, order: _order, ...facts }: CallFilter): number {
  return Object.values(facts).filter(Boolean).length;
}

/** The query of `GET /api/calls`: days become instants in the tenant's zone. */
export function queryOfFilter(filter: CallFilter, zone: string) {
  const { fromDay, toDay, ...rest } = filter;
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value)),
    ...(fromDay ? { fromMs: startOfDay(fromDay, zone) } : {}),
    ...(toDay ? { toMs: startOfDay(dayAfter(toDay), zone) - 1 } : {}),
  };
}

/** Midnight of a calendar day in a zone, daylight saving included. */
export function startOfDay(day: string, zone: string): number {
  const asUtc = Date.parse(`${day}T00:00:00Z`);
  // The offset at the guess may differ from the one at the answer around a change of clocks: once more settles it.
  const guess = asUtc - offsetMs(asUtc, zone);
  return asUtc - offsetMs(guess, zone);
}

/** The calendar day of an instant in a zone. */
export function dayOf(atMs: number, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(atMs);
}

export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function offsetMs(atMs: number, zone: string): number {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
      .formatToParts(atMs)
      .map((part) => [part.type, Number(part.value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return wall - Math.floor(atMs / 1000) * 1000;
}
