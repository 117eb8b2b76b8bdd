/**
 * A process for the journal's crash test: records calls as fast as told, prints the highest durable sequence after each
 * commit, and waits to be killed. Arguments: file, events a turn.
 */
import { createIdSource, type CallId } from '@seatgrid/core/kernel/ids.ts';
import { systemRandom } from '@seatgrid/media/call/runtime/system-random.ts';
import { realClock } from '../runtime/real-clock.ts';
import { openEventJournal } from './event-journal.ts';

const [path = '', perTurn = '1'] = process.argv.slice(2);
const ids = createIdSource(realClock, systemRandom);
const journal = openEventJournal({ path, ids, clock: realClock });
process.stdout.write(`opened ${journal.committed}\n`);
journal.onCommitted((events) =>
  process.stdout.write(`durable ${events.at(-1)!.sequence} ${events.at(-1)!.id}\n`),
);

const callId = ids.next<'call'>() as CallId;
const tenantId = ids.next<'tenant'>();
function turn(): void {
  for (let count = 0; count < Number(perTurn); count++)
    journal.record(tenantId, { kind: 'call.answered', callId });
  realClock.after(1, turn);
}
turn();
