/** A list of calls as a table (CSV): each line a call, with what is needed to replay it; a line that lacks something is named. */
import type { TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { CallListRead, ListedCall } from '@seatgrid/contracts/nouns/what-if.ts';
import { hourMs, minuteMs, secondMs } from '@seatgrid/core/kernel/duration.ts';
import type { QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import { callsPerDayMax } from '@seatgrid/core/what-if/limits.ts';
import { readCsv } from '../routing/read-csv.ts';

const columns = ['time', 'queue', 'number', 'skill', 'talk', 'patience', 'level', 'caller'] as const;
type Column = (typeof columns)[number];

/** As the first line may name them; its own order where it names none. */
const heads: Readonly<Record<string, Column>> = {
  ...Object.fromEntries(columns.map((column) => [column, column])),
  时间: 'time', 時間: 'time', 队列: 'queue', 佇列: 'queue', 隊列: 'queue', 号码: 'number', 號碼: 'number',
  技能: 'skill', 通话: 'talk', 通話: 'talk', 耐心: 'patience', 级别: 'level', 級別: 'level', 主叫: 'caller',
}; // prettier-ignore
const plainOrder: readonly Column[] = ['time', 'queue', 'skill', 'talk', 'patience', 'level', 'caller'];

type Refused = CallListRead['refused'][number];

export function readCallList(
  octets: Uint8Array,
  config: TenantConfig,
): { readonly calls: ListedCall[]; readonly refused: Refused[] } {
  const table = readCsv(octets);
  const named = table[0]?.cells.map((cell) => heads[cell.toLowerCase().replace(/ .*$/, '')]);
  const order = named?.some((column) => column) ? named : plainOrder;
  if (order === named) table.shift();
  const queueOf = queueFinder(config);
  const calls: ListedCall[] = [];
  const refused: Refused[] = [];
  for (const { line, cells } of table) {
    const read = readLine((column) => cells[order.indexOf(column)] ?? '', queueOf);
    const cause = typeof read === 'string' ? read : calls.length >= callsPerDayMax ? 'list-full' : null;
    if (cause) refused.push({ line, cause, text: cells.join(', ').slice(0, 200) });
    else calls.push(read as ListedCall);
  }
  return { calls, refused };
}

type QueueOf = (said: { queue: string; number: string; skill: string }) => QueueId | undefined;

function readLine(cell: (column: Column) => string, queueOf: QueueOf): ListedCall | Refused['cause'] {
  const atMs = timeOfDay(cell('time'));
  if (atMs === undefined) return 'no-time';
  const queueId = queueOf({ queue: cell('queue'), number: cell('number'), skill: cell('skill') });
  if (!queueId) return 'no-queue';
  const talkMs = secondsIn(cell('talk'));
  if (talkMs === undefined) return 'no-talk';
  const patienceMs = cell('patience') === '' ? null : secondsIn(cell('patience'));
  if (patienceMs === undefined) return 'no-patience';
  const level = cell('level') === '' ? null : Number(cell('level'));
  if (level !== null && !(Number.isInteger(level) && level >= 1 && level <= 9)) return 'no-level';
  return { atMs, queueId, caller: cell('caller').slice(0, 80), talkMs, patienceMs, level };
}

/** `9:05`, `09:05:30`, or an instant whose time of day counts. */
function timeOfDay(written: string): number | undefined {
  const match = /(?:^|[ T])([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(?:Z|[+-][0-9:]+)?$/.exec(written);
  if (!match) return undefined;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return hours * hourMs + minutes * minuteMs + seconds * secondMs;
} // prettier-ignore

function secondsIn(written: string): number | undefined {
  if (!/^[0-9]{1,5}(?:\.[0-9]+)?$/.test(written)) return undefined;
  const ms = Math.round(Number(written) * secondMs);
  return ms <= 24 * hourMs ? ms : undefined;
}

/** By its name; by the number dialled and the rule that has it; by the skill asked for. */
function queueFinder({ queues, skills, dids, rules, flows }: TenantConfig): QueueOf {
  const byName = new Map(queues.map(({ id, name }) => [name.toLowerCase(), id]));
  const skillIds = new Map(skills.map(({ id, name }) => [name.toLowerCase(), id]));
  const queueAfter = (step: NextStep): QueueId | undefined => {
    if (step.kind === 'queue') return step.queueId;
    const flow = step.kind === 'flow' ? flows.find(({ id }) => id === step.flowId) : undefined;
    const enqueue = Object.values(flow?.steps ?? {}).find(({ kind }) => kind === 'enqueue');
    return enqueue && 'queueId' in enqueue ? (enqueue.queueId as QueueId) : undefined;
  };
  const byNumber = (written: string): QueueId | undefined => {
    const digits = written.replaceAll(/[^0-9]/g, '').replace(/^0+/, '');
    const did = digits.length < 3 ? undefined : dids.find(({ number }) => number.endsWith(digits));
    if (!did) return undefined;
    const own = rules.filter(({ didIds }) => didIds.includes(did.id)).sort((a, b) => a.order - b.order);
    return own.map(({ onDuty }) => queueAfter(onDuty)).find((queueId) => queueId);
  };
  const bySkill = (written: string): QueueId | undefined => {
    const skillId = skillIds.get(written.toLowerCase());
    return skillId && queues.find(({ requires }) => requires.some((one) => one.skillId === skillId))?.id;
  };
  return ({ queue, number, skill }) =>
    byName.get(queue.toLowerCase()) ?? byNumber(number) ?? byNumber(queue) ?? bySkill(skill);
}
