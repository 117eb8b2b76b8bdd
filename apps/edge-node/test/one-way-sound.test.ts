/**
 * The hunt for one-way sound: every way a call comes about or changes, over both families of IP, plain and protected, each a
 * real call through the node between two telephones on real sockets. In every cell both hear each other within half a
 * second of sound.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrunkConfig } from '@seatgrid/contracts/link/node-config.ts';
import { FixtureConfig, type Mutable } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { SoundParty, SoundSwitch } from './sound-party.ts';
import { numberWith } from './telephone-side.ts';
import { callerHz, outsideHz } from './tones.ts';
import { until } from './until.ts';

const framesMax = 25;
const turns = [
  'plain call',
  'phone behind NAT',
  'early sound',
  'late offer',
  'hold and retrieve',
  'another codec',
  'caller moves',
  'callee moves',
] as const;
type Turn = (typeof turns)[number];

const ways = [
  { name: 'IPv4 to IPv4', caller: 4, callee: 4 },
  { name: 'IPv6 to IPv6', caller: 6, callee: 6 },
  { name: 'IPv4 to IPv6', caller: 4, callee: 6 },
  { name: 'IPv6 to IPv4', caller: 6, callee: 4 },
] as const;

let node: NodeProcess;
let trunk: Mutable<TrunkConfig>;
const fixture = new FixtureConfig();
const callers = new Map<number, SoundSwitch>();
const callees = new Map<number, SoundSwitch>();
const cells = new Map<string, Map<Turn, string>>();

const numberOf = (turn: Turn) => `+86400800000${turns.indexOf(turn)}`;
const dialledOf = (turn: Turn) => `1390000000${turns.indexOf(turn)}`;

beforeAll(async () => {
  for (const [family, callerAddress, calleeAddress] of [
    [4, '127.0.0.2', '127.0.0.4'],
    [6, '::1', '::1'],
  ] as const) {
    callers.set(family, await SoundSwitch.open(callerAddress));
    callees.set(family, await SoundSwitch.open(calleeAddress));
  }
  trunk = fixture.trunk({ sources: ['127.0.0.2', '127.0.0.4', '::1'] });
  const tenant = fixture.tenant({ slug: 'demo', number: numberOf('plain call'), agents: 1 });
  for (const turn of turns) {
    const flow = fixture.flow(
      tenant,
      'dial',
      {
        dial: { kind: 'dial', number: dialledOf(turn), ringTimeoutMs: 20_000, onFailed: 'bye' },
        bye: { kind: 'hang-up', say: [] },
      },
      turn,
    );
    if (turn === 'plain call') fixture.route(tenant, { kind: 'flow', flowId: flow.id });
    else numberWith(tenant, numberOf(turn), { kind: 'flow', flowId: flow.id });
  }
  node = await NodeProcess.start(fixture, { SEATGRID_SIP_SECOND_ADDRESS: '::1' });
});

afterAll(async () => {
  await Promise.all([...callers.values(), ...callees.values()].map((one) => one.close()));
  await node?.close();
  console.log(matrix());
});

async function lead(callee: SoundSwitch, srtp: 'accept' | 'require'): Promise<void> {
  trunk.target = { host: callee.address, port: callee.sipPort, protocol: 'udp' };
  trunk.srtp = srtp;
  fixture.generation++;
  node.writeConfig();
  node.reload();
  await until('the new generation', () => node.stderr.includes(`"generation":${fixture.generation}`));
}

describe.each(['plain', 'protected'] as const)('%s sound', (kind) => {
  // The first packets of a kind run through code that nothing has compiled yet, here as in the node.
  beforeAll(async () => {
    await lead(callees.get(4)!, kind === 'protected' ? 'require' : 'accept');
    await play('plain call', { caller: callers.get(4)!, callee: callees.get(4)!, kind });
  });

  test.each(ways)(
    '$name: both hear each other, however the call comes about or changes',
    async (way) => {
      const callee = callees.get(way.callee)!;
      await lead(callee, kind === 'protected' ? 'require' : 'accept');
      const row = new Map<Turn, string>();
      cells.set(`${way.name}, ${kind}`, row);
      await Promise.all(
        turns.map(async (turn) => {
          const verdict = await play(turn, { caller: callers.get(way.caller)!, callee, kind }).catch(String);
          row.set(turn, typeof verdict === 'string' ? verdict : `${Math.max(...verdict) * 20} ms`);
        }),
      );
      const failed = [...row].filter(
        ([, verdict]) => !/^\d+ ms$/.test(verdict) || Number.parseInt(verdict) > framesMax * 20,
      );
      expect(failed).toEqual([]);
    },
    90_000,
  );
});

/** Frames until each heard the other, after the answer or the change that the turn is about. */
async function play(
  turn: Turn,
  scene: { readonly caller: SoundSwitch; readonly callee: SoundSwitch; readonly kind: 'plain' | 'protected' },
): Promise<readonly [number, number]> {
  const srtp =
    scene.kind === 'plain' ? undefined : ({ suite: 'AES_CM_128_HMAC_SHA1_80', profile: 'RTP/SAVP' } as const);
  const caller = await SoundParty.open(scene.caller, {
    hz: callerHz,
    srtp,
    isBehindNat: turn === 'phone behind NAT',
  });
  const callee = await SoundParty.open(scene.callee, { hz: outsideHz, srtp });
  const listen = () => {
    caller.rtp.startListening();
    callee.rtp.startListening();
  };
  const bothHear = () => Promise.all([caller.untilHears(outsideHz), callee.untilHears(callerHz)]);
  try {
    scene.callee.takers.set(dialledOf(turn), (invite) => {
      expect(invite.sdp.includes('RTP/SAVP')).toBe(scene.kind === 'protected');
      if (turn === 'early sound') callee.sendEarlySound(invite);
      else invite.progress(180);
      // Early sound is heard before there is an answer.
      void (turn === 'early sound' ? caller.untilHears(outsideHz) : Promise.resolve()).then(() =>
        callee.answer(invite),
      );
    });
    const host = scene.caller.address === '::1' ? '::1' : nodeAddress;
    caller.call(numberOf(turn), { address: host, port: node.sipPort }, turn === 'late offer');
    await until(
      'the answer',
      () => {
        if (caller.failed) throw new Error(`the call failed: ${caller.failed}`);
        return caller.dialog;
      },
      20_000,
    );
    listen();
    const atAnswer = await bothHear();
    switch (turn) {
      case 'hold and retrieve':
        await caller.offerAgain('sendonly');
        await caller.offerAgain('sendrecv');
        break;
      case 'another codec':
        caller.rtp.law = 'PCMA';
        await caller.offerAgain();
        break;
      case 'caller moves':
        await caller.move();
        break;
      case 'callee moves':
        await callee.move();
        break;
      default:
        return atAnswer;
    }
    listen();
    const afterChange = await bothHear();
    return [Math.max(...atAnswer), Math.max(...afterChange)];
  } finally {
    await Promise.all([caller.close(), callee.close()]);
  }
}

function matrix(): string {
  const rows = [...cells].map(([name, row]) => [name, ...turns.map((turn) => row.get(turn) ?? '-')]);
  const lines = [['', ...turns], ...rows];
  const widths = lines[0]!.map((_cell, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')).join('\n');
}
