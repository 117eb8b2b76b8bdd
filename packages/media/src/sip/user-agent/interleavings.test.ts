import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { expect, test } from 'vitest';
import { createWorld, sdpOf, type Party } from '../../../test/sip-party.ts';

const worlds = 500;
const perTest = 50;

/**
 * A pair of parties on a bad line does what people do at moments of chance. Whatever came of it: each call is told its end
 * exactly once, both sides end up with nothing, and no timer is left.
 */
async function liveThrough(seed: number): Promise<string[]> {
  const chance = createSeededRandom(seed * 7_919 + 1);
  const roll = (below: number): number => randomInteger(chance, below);
  const world = createWorld(seed, { lostPercent: roll(40), doubledPercent: roll(30), delayMsMax: roll(700) });
  const parties = [await world.party('192.0.2.1'), await world.party('192.0.2.2')] as const;
  const calls: { cancel(): void }[] = [];
  const pendingReinvites: Promise<unknown>[] = [];
  for (let step = 0; step < 14; step++) {
    const party = parties[roll(2)]!;
    const other = party === parties[0] ? parties[1] : parties[0];
    act(roll(9), party, other);
    await world.pass(roll(1_500));
  }
  for (const party of parties) {
    for (const invite of party.invites) invite.reject(480);
    for (const dialog of party.dialogs) dialog.bye();
  }
  // The longest life: a ring timeout, a CANCEL given up, an answer in vain, and the BYE after it.
  await world.pass(20_000 + 4 * 35_000);
  for (const party of parties) for (const dialog of party.dialogs) dialog.bye();
  await world.pass(3 * 35_000);
  await Promise.all(pendingReinvites);
  return faultsOf();

  function act(kind: number, party: Party, other: Party): void {
    if (kind <= 1)
      calls.push(
        party.call(other.address, { ringTimeoutMs: 20_000, sdp: roll(4) === 0 ? '' : sdpOf(20_000) }),
      );
    else if (kind === 2)
      party.invites.at(-1)?.progress(roll(2) === 0 ? 180 : 183, roll(2) === 0 ? '' : sdpOf(1));
    else if (kind <= 4) party.invites.length > 0 && party.accept();
    else if (kind === 5) party.invites.at(-1)?.reject(486);
    else if (kind === 6) calls.at(-1)?.cancel();
    else if (kind === 7) party.dialogs.at(-1)?.bye();
    else {
      const reinvite = party.dialogs.at(-1)?.reinvite(sdpOf(20_001));
      if (reinvite) pendingReinvites.push(reinvite);
    }
  }

  function faultsOf(): string[] {
    const faults: string[] = [];
    for (const party of parties) {
      const { transactions, dialogs } = party.agent.statistics();
      if (transactions > 0 || dialogs > 0)
        faults.push(`${party.address} keeps ${transactions} transactions, ${dialogs} dialogs`);
      if (party.ends.length !== party.dialogs.length) {
        faults.push(`${party.address} had ${party.dialogs.length} dialogs and ${party.ends.length} ends`);
      }
    }
    const told = parties
      .flatMap(({ heard }) => heard)
      .filter((line) => /^(answered|failed)/.test(line)).length;
    if (told !== calls.length) faults.push(`${calls.length} calls, ${told} outcomes`);
    if (world.clock.timersPending > 0) faults.push(`${world.clock.timersPending} timers left`);
    return faults;
  }
}

test.each(Array.from({ length: worlds / perTest }, (_, block) => block * perTest))(
  'on bad lines, nothing is left behind: seeds %i and the 49 after it',
  async (first) => {
    for (let seed = first; seed < first + perTest; seed++) {
      expect({ seed, faults: await liveThrough(seed) }).toEqual({ seed, faults: [] });
    }
  },
  120_000,
);
