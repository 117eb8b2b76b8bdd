/** Call records as they are looked for and read. */
import { sql } from 'kysely';
import type { CallSummary, EarlierCall } from '@seatgrid/contracts/api/api.ts';
import type { ScreenPop, ScreenPopField } from '@seatgrid/contracts/nouns/screen-pop.ts';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import { stepsApart } from '@seatgrid/contracts/journal/steps-apart.ts';
import type { Locale, LocalText } from '@seatgrid/core/kernel/locale.ts';
import { dayMs } from '@seatgrid/core/kernel/duration.ts';
import { screenPopCallsMax } from '../../limits.ts';
import { uuidFloor } from '../partitions.ts';
import type { TenantTrx } from '../scopes.ts';
import { isLostWithNode, lossesOfCalls } from './lost-things.ts';
import { findRecordingPlace, type StoredPlace } from './recording-place.ts';

export interface CallFilter {
  readonly limit: number;
  readonly before?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly number?: string | undefined;
  readonly agentId?: string | undefined;
  readonly queueId?: string | undefined;
  readonly dispositionId?: string | undefined;
  readonly direction?: string | undefined;
  readonly hasRecording?: 'yes' | 'no' | undefined;
  readonly lostWithNode?: 'yes' | undefined;
  readonly sort: 'time' | 'number' | 'agent' | 'direction' | 'talk';
  readonly order: 'ascending' | 'descending';
}

/** What `sort` orders by (H-04). Time is the id's own order, which the partitions and the primary key already have. */
const sortColumns = {
  number: 'call.from_number',
  agent: 'agent.name',
  direction: 'call.direction',
  talk: 'call.talk_ms',
} as const;

function query(trx: TenantTrx) {
  return trx
    .selectFrom('call')
    .leftJoin('agent', 'agent.id', 'call.agent_id')
    .leftJoin('disposition', 'disposition.id', 'call.disposition_id')
    .selectAll('call')
    .select(['agent.name as agent_name', 'disposition.name as disposition_code']);
}
type Row = Awaited<ReturnType<ReturnType<typeof query>['execute']>>[number];

/** What the record has of a call; whether its node is heard, the centre knows. */
export type StoredCall = Omit<CallSummary, 'lostSinceMs'>;

export interface CallPage {
  readonly items: StoredCall[];
  /** For `before` of the following page: the last id by time, a count of rows by anything else. */
  readonly next: string | null;
}

export async function listCalls(trx: TenantTrx, filter: CallFilter): Promise<CallPage> {
  const isAscending = filter.order === 'ascending';
  let calls = query(trx).limit(filter.limit);
  let rowsBefore = 0;
  if (filter.sort === 'time') {
    calls = calls.orderBy('call.id', isAscending ? 'asc' : 'desc');
    if (filter.before !== undefined) calls = calls.where('call.id', isAscending ? '>' : '<', filter.before);
  } else {
    rowsBefore = Math.max(0, Number.parseInt(filter.before ?? '0', 10) || 0);
    calls = calls
      .orderBy(sortColumns[filter.sort], (by) => (isAscending ? by.asc() : by.desc()).nullsLast())
      .orderBy('call.id', 'desc')
      .offset(rowsBefore);
  }
  // A call's id was made a moment around its start: the day's margin lets whole partitions be skipped without missing one.
  if (filter.fromMs !== undefined)
    calls = calls
      .where('call.started_at', '>=', new Date(filter.fromMs))
      .where('call.id', '>=', uuidFloor(filter.fromMs - dayMs));
  if (filter.toMs !== undefined)
    calls = calls
      .where('call.started_at', '<', new Date(filter.toMs))
      .where('call.id', '<', uuidFloor(filter.toMs + dayMs));
  if (filter.number !== undefined && filter.number !== '') {
    const part = `%${filter.number.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    calls = calls.where((call) =>
      call.or([call('from_number', 'like', part), call('to_number', 'like', part)]),
    );
  }
  if (filter.agentId !== undefined) calls = calls.where('call.agent_id', '=', filter.agentId);
  if (filter.queueId !== undefined) calls = calls.where('call.queue_id', '=', filter.queueId);
  if (filter.dispositionId !== undefined)
    calls = calls.where('call.disposition_id', '=', filter.dispositionId);
  if (filter.direction !== undefined) calls = calls.where('call.direction', '=', filter.direction);
  if (filter.hasRecording !== undefined)
    calls = calls.where('call.recording_id', filter.hasRecording === 'yes' ? 'is not' : 'is', null);
  if (filter.lostWithNode !== undefined) calls = calls.where(isLostWithNode);
  const rows = await calls.execute();
  const losses = await lossesOfCalls(trx, rows.map(({ id }) => id)); // prettier-ignore
  const items = rows.map((row) => summaryOf(row, losses));
  const next = filter.sort === 'time' ? items.at(-1)?.id : String(rowsBefore + items.length);
  return { items, next: items.length < filter.limit ? null : (next ?? null) };
}

export interface CallDetailRow extends StoredCall {
  readonly language: Locale | null;
  readonly collected: Record<string, string>;
  readonly timeline: { readonly atMs: number; readonly sequence: number; readonly facts: EventFacts }[];
  /** Names of nodes: where it came in, or was begun (A-09); where agents took it, in their order (A-11). */
  readonly places: { readonly entry: string; readonly answering: readonly string[] };
  readonly recordingPlace: StoredPlace | null;
}

export async function findCall(trx: TenantTrx, id: string): Promise<CallDetailRow | undefined> {
  const row = await query(trx).where('call.id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  const events = await trx
    .selectFrom('journal_event')
    .select(['at', 'sequence', 'facts', 'node_id'])
    .where('call_id', '=', id)
    .where('id', '>=', uuidFloor(row.started_at.getTime() - dayMs))
    // Of a call that another node served, what both tell is one story.
    .orderBy('at')
    .orderBy('node_id')
    .orderBy('sequence')
    .execute();
  return {
    ...summaryOf(row, await lossesOfCalls(trx, [id])),
    recordingPlace: (row.recording_id && (await findRecordingPlace(trx, row.recording_id))) || null,
    places: await placesOf(trx, row.node_id, events),
    language: row.language as Locale | null,
    collected: row.collected,
    timeline: events.flatMap(({ at, sequence, facts }) =>
      stepsApart(facts as EventFacts).map((each) => ({ atMs: at.getTime(), sequence, facts: each })),
    ),
  };
}

interface StoredEvent {
  readonly node_id: string;
  readonly facts: unknown;
}

async function placesOf(
  trx: TenantTrx,
  entryId: string,
  events: readonly StoredEvent[],
): Promise<CallDetailRow['places']> {
  const took = events.filter(({ facts }) => {
    const one = facts as EventFacts;
    return one.kind === 'reservation.ended' && one.outcome === 'accepted';
  });
  const ids = [...new Set(took.map(({ node_id }) => node_id))];
  const rows = await trx
    .selectFrom('node')
    .select(['id', 'name'])
    .where('id', 'in', [entryId, ...ids])
    .execute();
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => names.get(id) ?? '';
  return { entry: nameOf(entryId), answering: ids.map(nameOf) };
}

/** Where a call was carried: what else is known of it lies there. */
export async function nodeOfCall(trx: TenantTrx, id: string): Promise<string | undefined> {
  const row = await trx.selectFrom('call').select('node_id').where('id', '=', id).executeTakeFirst();
  return row?.node_id;
}

/** `key`: the number or the variable's value, by what `screenPop` says. */
export async function listEarlierCalls(
  trx: TenantTrx,
  { screenPop, key, exceptCallId }: { screenPop: ScreenPop; key: string; exceptCallId: string | undefined },
): Promise<EarlierCall[]> {
  const { match, fields, variables } = screenPop;
  if (key === '') return [];
  let calls = trx
    .selectFrom('call')
    .leftJoin('agent', 'agent.id', 'call.agent_id')
    .leftJoin('disposition', 'disposition.id', 'call.disposition_id')
    .select(['started_at', 'queue_name', 'path', 'notes', 'collected', 'agent.name as agent_name'])
    .select(['disposition.name as disposition_code', 'disposition.body as disposition_body'])
    .where('call.ended_at', 'is not', null)
    .orderBy('call.id', 'desc')
    .limit(screenPopCallsMax);
  if (exceptCallId !== undefined) calls = calls.where('call.id', '<>', exceptCallId);
  calls =
    match.kind === 'number'
      ? calls.where((call) =>
          call.or([
            call.and([call('direction', '=', 'inbound'), call('from_number', '=', key)]),
            call.and([call('direction', '=', 'outbound'), call('to_number', '=', key)]),
          ]),
        )
      : calls.where(sql`collected ->> ${match.variable}::text`, '=', key);
  const chosen = <Value>(field: ScreenPopField, value: Value) => (fields.includes(field) ? value : null);
  return (await calls.execute()).map((row) => ({
    startedAtMs: chosen('time', row.started_at.getTime()),
    agentName: chosen('agent', row.agent_name),
    queueName: chosen('queue', row.queue_name),
    path: chosen('path', row.path),
    disposition:
      row.disposition_code === null
        ? null
        : chosen('disposition', {
            code: row.disposition_code,
            name: (row.disposition_body?.['name'] ?? {}) as LocalText,
          }),
    notes: chosen('notes', row.notes),
    variables: Object.fromEntries(
      variables.flatMap((name) => {
        const value = row.collected[name];
        return value ? [[name, value]] : [];
      }),
    ),
  }));
}

function summaryOf(row: Row, losses: Awaited<ReturnType<typeof lossesOfCalls>>): StoredCall {
  return {
    id: row.id as CallSummary['id'],
    direction: row.direction as CallSummary['direction'],
    fromNumber: row.from_number,
    toNumber: row.to_number,
    startedAtMs: row.started_at.getTime(),
    answeredAtMs: row.answered_at?.getTime() ?? null,
    endedAtMs: row.ended_at?.getTime() ?? null,
    endReason: row.end_reason as CallSummary['endReason'],
    talkMs: row.talk_ms,
    waitMs: row.wait_ms,
    billableSeconds: row.billable_seconds,
    nodeId: row.node_id as CallSummary['nodeId'],
    queueId: row.queue_id as CallSummary['queueId'],
    queueName: row.queue_name,
    customerLevel: row.customer_level,
    department: row.department,
    agentId: row.agent_id as CallSummary['agentId'],
    agentName: row.agent_name,
    path: row.path,
    dispositionId: row.disposition_id as CallSummary['dispositionId'],
    dispositionCode: row.disposition_code,
    notes: row.notes,
    recordingId: row.recording_id as CallSummary['recordingId'],
    recordingMs: row.recording_ms,
    lostWithNode: losses.get(row.id) ?? null,
  };
}

export interface Recording {
  readonly id: string;
  readonly nodeId: string;
  readonly callId: string;
  readonly startedAtMs: number;
  readonly path: string;
  readonly format: 'wav' | 'mp3';
  readonly octets: number;
  readonly sha256: string;
  /** It lies at the centre as well. */
  readonly isCopied: boolean;
  /** It lay at a node that was lost. */
  readonly isLost: boolean;
}

export async function findRecording(trx: TenantTrx, id: string): Promise<Recording | undefined> {
  const row = await trx.selectFrom('recording').selectAll().where('id', '=', id).executeTakeFirst();
  const place = row && (await findRecordingPlace(trx, id));
  return (
    row && {
      id: row.id,
      nodeId: row.node_id,
      callId: row.call_id,
      startedAtMs: row.started_at.getTime(),
      path: row.path,
      format: row.format as Recording['format'],
      octets: row.octets,
      sha256: row.sha256,
      isCopied: row.copied_at !== null,
      isLost: place?.at === 'lost',
    }
  );
}

export async function countRefusals(trx: TenantTrx, sinceMs: number): Promise<number> {
  const row = await trx
    .selectFrom('refusal')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('at', '>=', new Date(sinceMs))
    .executeTakeFirstOrThrow();
  return row.count;
}
