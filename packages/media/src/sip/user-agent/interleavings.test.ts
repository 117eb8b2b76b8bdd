import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { expect, test } from 'vitest';
import { createWorld, sdpOf, type Party } from '../../../test/sip-party.ts';

/** More for a night: SIP_INTERLEAVINGS=1000000. One alone: SIP_INTERLEAVINGS=1 SIP_INTERLEAVINGS_FROM=4711. */
const worlds = Number(process.env.SIP_INTERLEAVINGS ?? 10_000);
const firstSeed = Number(process.env.SIP_INTERLEAVINGS_FROM ?? 0);
const perTest = Math.min(500, worlds);
const forked = '192.0.2.9';

/**
 * Three parties on a bad line do what people do at moments of chance: they call, one or two at once, ring with sound and
 * without, answer, refuse, give up, hold, refer, hang up, all of it crossing. Whatever came of it: each call is told its end
 * exactly once, everybody ends up with nothing, and no timer is left.
 */
class Play {
  readonly #chance;
  readonly #world;
  readonly #calls: { cancel(): void }[] = [];
  readonly #reinvites: Promise<unknown>[] = [];
  #parties: Party[] = [];

  constructor(seed: number) {
    this.#chance = createSeededRandom(seed * 7_919 + 1);
    this.#world = createWorld(seed, {
      lostPercent: this.#roll(40),
      doubledPercent: this.#roll(30),
      delayMsMax: this.#roll(700),
    });
  }

  async faults(): Promise<string[]> {
    const world = this.#world;
    const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
    for (const address of addresses) this.#parties.push(await world.party(address));
    world.wire.fork(forked, addresses.slice(1));
    for (let step = 0; step < 14; step++) {
      this.#act(this.#parties[this.#roll(3)]!);
      await world.pass(this.#roll(1_500));
    }
    // Some calls stand until their signs of life are due.
    if (this.#roll(8) === 0) await world.pass(3_000_000);
    // The longest life: a ring timeout, a CANCEL given up, an answer in vain, and the BYE after it.
    this.#giveUpAll();
    await world.pass(20_000 + 4 * 35_000);
    this.#giveUpAll();
    await world.pass(4 * 35_000);
    await Promise.all(this.#reinvites);
    return this.#faults();
  }

  #giveUpAll(): void {
    for (const party of this.#parties) {
      for (const invite of party.invites) invite.reject(480);
      for (const dialog of party.dialogs) dialog.bye();
    }
  }

  #act(party: Party): void {
    const invite = party.invites.at(-1);
    const dialog = party.dialogs.at(-1);
    switch (this.#roll(13)) {
      case 0:
      case 1:
      case 2:
        return void this.#calls.push(this.#call(party));
      case 3:
      case 4:
        return invite?.progress(this.#roll(2) === 0 ? 180 : 183, this.#roll(2) === 0 ? '' : sdpOf(1));
      case 5:
      case 6:
      case 7:
        return void (invite && party.accept());
      case 8:
        return invite?.reject(486);
      case 9:
        return this.#calls.at(-1)?.cancel();
      case 10:
        return dialog?.bye();
      case 11:
        return void party.referrals.at(-1)?.progress(this.#roll(2) === 0 ? 180 : 200);
      default:
        return void (dialog && this.#reinvites.push(dialog.reinvite(sdpOf(20_001))));
    }
  }

  #call(party: Party): { cancel(): void } {
    const others = this.#parties.filter((other) => other !== party);
    const isForked = party === this.#parties[0] && this.#roll(2) === 0;
    const to = isForked ? forked : others[this.#roll(2)]!.address;
    const headers = this.#roll(4) === 0 ? { Require: '100rel' } : {};
    return party.call(to, { ringTimeoutMs: 20_000, sdp: this.#roll(4) === 0 ? '' : sdpOf(20_000), headers });
  }

  #faults(): string[] {
    const faults: string[] = [];
    for (const { address, agent, ends, dialogs } of this.#parties) {
      const { transactions, dialogs: kept } = agent.statistics();
      if (transactions > 0 || kept > 0)
        faults.push(`${address} keeps ${transactions} transactions, ${kept} dialogs`);
      if (ends.length !== dialogs.length)
        faults.push(`${address} had ${dialogs.length} dialogs and ${ends.length} ends`);
    }
    const lines = this.#parties.flatMap(({ heard }) => heard);
    const told = lines.filter((line) => /^(answered|failed)/.test(line)).length;
    if (told !== this.#calls.length) faults.push(`${this.#calls.length} calls, ${told} outcomes`);
    const { timersPending } = this.#world.clock;
    if (timersPending > 0) faults.push(`${timersPending} timers left`);
    return faults;
  }

  #roll(below: number): number {
    return randomInteger(this.#chance, below);
  }
}

test.each(Array.from({ length: Math.ceil(worlds / perTest) }, (_, block) => firstSeed + block * perTest))(
  `on bad lines, nothing is left behind: ${perTest} plays from seed %i on`,
  async (first) => {
    for (let seed = first; seed < first + perTest; seed++) {
      expect({ seed, faults: await new Play(seed).faults() }).toEqual({ seed, faults: [] });
    }
  },
  120_000,
);
