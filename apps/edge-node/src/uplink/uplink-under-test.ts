/** For tests: a node as far as its line to the centre needs one. Journal, ledger and prompts are the real ones. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { createIdSource, type CallId, type TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { openConfigLedger } from '../ledger/config-ledger.ts';
import { openEventJournal } from '../ledger/event-journal.ts';
import type { NodeLog } from '../node-log.ts';
import { openPromptFiles } from '../prompts/prompt-files.ts';
import type { CentreAccess } from './centre-access.ts';
import { createUplink } from './uplink.ts';

export interface UplinkUnderTestOptions {
  readonly centre: CentreAccess;
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly tenantId: TenantId;
  readonly journalPath?: string;
  readonly log?: NodeLog;
  readonly findLadder?: (callId: CallId) => Ladder | undefined;
}

export function openUplinkUnderTest(options: UplinkUnderTestOptions) {
  const { centre, folder, clock, random, tenantId, findLadder } = options;
  const ids = createIdSource(clock, random);
  const journal = openEventJournal({
    path: options.journalPath ?? join(folder, 'journal.sqlite'),
    ids,
    clock,
  });
  const ledger = openConfigLedger({
    path: join(folder, 'config.sqlite'),
    clock,
    key: random.bytes(32),
    random,
  });
  const prompts = openPromptFiles({ folder: join(folder, 'prompts'), ledger, centre, clock, random });
  const recordingsFolder = join(folder, 'recordings');
  mkdirSync(recordingsFolder, { recursive: true });
  const uplink = createUplink({
    centre,
    product: 'Seatgrid test',
    deskUrl: 'ws://127.0.0.1:1/desk',
    sipAddress: '127.0.0.1:5060',
    ledger,
    journal,
    prompts,
    recordingsFolder,
    messages: { act: () => false },
    callbacks: { list: () => {}, cancel: () => {} },
    places: { keep: () => {} },
    faxes: { act: () => false },
    receivesFaxes: true,
    matches: { hear: () => {} },
    siteFlows: { hear: () => {} },
    phonesElsewhere: { hear: () => {}, up: () => {}, down: () => {} },
    visits: { hear: () => {} },
    ears: { hear: () => {} },
    shares: { hear: () => {}, up: () => {}, down: () => {} },
    routes: { hear: () => {} },
    onUp: () => {},
    onDown: () => {},
    tryConnector: () => Promise.reject(new Error('nobody tries one here')),
    ladders: { find: (callId) => Promise.resolve(findLadder?.(callId)) },
    vitals: () => ({ load: { main: 0.1, media: 0.2 }, calls: 3, agentsSignedIn: 2 }),
    clock,
    random,
    ...(options.log === undefined ? {} : { log: options.log }),
  });
  return {
    ids,
    journal,
    ledger,
    prompts,
    uplink,
    recordingsFolder,
    /** Events of one call. */
    record(count: number): void {
      const callId = ids.next<'call'>();
      for (let index = 0; index < count; index++) journal.record(tenantId, { kind: 'call.answered', callId });
    },
    async close(): Promise<void> {
      await uplink.close();
      prompts.close();
      await journal.close();
      ledger.close();
    },
  };
}
