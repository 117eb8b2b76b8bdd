/**
 * A duty: replays that were asked for are worked off, one at a time at each replica and one at a time of each tenant. Woken by news and by
 * the clock; one is claimed before it is begun, and begun anew by another replica where whoever had it falls silent.
 */
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { listTenants } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { claimWhatIf, endWhatIf, saveProgress } from '@seatgrid/adapters/postgres/stores/what-if-store.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { announce, topic, type Centre, type Changed } from '../centre.ts';
import { whatIfBeatMs, whatIfLookEveryMs, whatIfSilentMs } from '../limits.ts';
import { repeat } from '../repeat.ts';
import { replayApart, type ReplayApart } from './replay-apart.ts';

export async function workOffWhatIfs(centre: Centre): Promise<() => Promise<void>> {
  let work: Promise<void> = Promise.resolve();
  const duty = { running: null as ReplayApart | null, isEnding: false };
  const begun = (replay: ReplayApart | null) => (duty.running = replay);
  const look = (tenantIds: () => Promise<readonly TenantId[]>): Promise<void> =>
    (work = work
      .then(async () => {
        for (const tenantId of duty.isEnding ? [] : await tenantIds())
          while (!duty.isEnding && (await workOffOne(centre, tenantId, begun)));
      })
      .catch((error: unknown) => centre.log.error({ err: error }, 'replays could not be worked off')));
  const everyTenant = async () =>
    (await inPlatform(centre.database.platform, listTenants)).map((tenant) => tenant.id);
  const leave = await centre.bus.subscribe(topic.changed, (message) => {
    const { tenantId, noun } = message as unknown as Changed;
    // News of our own progress finds nothing to do.
    if (noun === 'what-if' && tenantId !== null && duty.running === null) void look(async () => [tenantId]);
  });
  const stop = repeat(centre, { name: 'what-if', everyMs: whatIfLookEveryMs, work: () => look(everyTenant) });
  return async () => {
    duty.isEnding = true;
    stop();
    await leave();
    duty.running?.stop();
    await work;
  };
}

/** False: there was nothing to do. */
async function workOffOne(
  centre: Centre,
  tenantId: TenantId,
  begun: (replay: ReplayApart | null) => void,
): Promise<boolean> {
  const { clock, database, log } = centre;
  const within = <Outcome>(act: Parameters<typeof inTenant<Outcome>>[2]) =>
    inTenant(database.tenants, tenantId, act);
  const news = () => announce(centre, { tenantId, noun: 'what-if' });
  const claimed = await within((trx) => claimWhatIf(trx, { nowMs: clock.nowMs(), silentMs: whatIfSilentMs }));
  if (!claimed) return false;
  const { id, asked } = claimed;
  const replay = replayApart(
    { tenantId, asked, nowMs: clock.nowMs() },
    {
      url: database.tenantsUrl,
      clock,
      onBroken: (error) => log.error({ err: error, tenantId, whatIfId: id }, 'a replay broke'),
    },
  );
  begun(replay);
  const beat = repeat(centre, {
    name: 'what-if progress',
    everyMs: whatIfBeatMs,
    work: async () => {
      const told = { id, progress: replay.progress(), nowMs: clock.nowMs() };
      if (!(await within((trx) => saveProgress(trx, told)))) replay.stop();
      await news();
    },
  });
  const end = await replay.ended;
  beat();
  begun(null);
  if (end) await within((trx) => endWhatIf(trx, id, end));
  await news();
  return true;
}
