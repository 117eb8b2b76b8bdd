/**
 * Looks at every node again and again, raises alarms and clears them. Idempotent and without input: every replica does it,
 * and the database lets each alarm be raised once.
 */
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { clearAlarm, listOpenAlarms, raiseAlarm } from '@seatgrid/adapters/postgres/stores/alarm-store.ts';
import { listNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { AlarmWatch, type NodeCondition } from '@seatgrid/core/fleet/alarm.ts';
import { announce, type Centre } from '../centre.ts';
import { alarmLookEveryMs } from '../limits.ts';
import { repeat } from '../repeat.ts';
import { nodeHealth } from './node-health.ts';

export function watchForAlarms(centre: Centre): () => void {
  const watch = new AlarmWatch();
  return repeat(centre, { name: 'alarms', everyMs: alarmLookEveryMs, work: () => look(centre, watch) });
}

async function look(centre: Centre, watch: AlarmWatch): Promise<void> {
  const nowMs = centre.clock.nowMs();
  const isChanged = await inPlatform(centre.database.platform, async (trx) => {
    const nodes = (await listNodes(trx)).map((node) => conditionOf(nodeHealth(centre, node)));
    const { raise, clear } = watch.look(nodes, await listOpenAlarms(trx), nowMs);
    let changes = 0;
    for (const subject of raise)
      if (await raiseAlarm(trx, subject, nowMs)) {
        changes += 1;
        centre.log.warn(subject, 'alarm raised');
      }
    for (const subject of clear)
      if (await clearAlarm(trx, subject, nowMs)) {
        changes += 1;
        centre.log.info(subject, 'alarm cleared');
      }
    return changes > 0;
  });
  if (isChanged) await announce(centre, { tenantId: null, noun: 'alarm' });
}

function conditionOf(health: ReturnType<typeof nodeHealth>): NodeCondition {
  const { nodeId, link, generation, generationWanted, load, journalPending, intruders } = health;
  return {
    nodeId,
    link,
    generation,
    generationWanted,
    loadMost: Math.max(load.main, load.media),
    undelivered: journalPending,
    intruders,
  };
}
