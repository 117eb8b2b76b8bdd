import { describe, expect, test } from 'vitest';
import { createWorld } from '../../../test/sip-party.ts';
import { hasTortureData, satisfiesVerdict, tortureMessages } from '../../../test/torture-data.ts';

const asserted = tortureMessages('4475').filter(({ verdict }) => verdict !== 'not asserted');
const us = '192.0.2.2';

describe.skipIf(!hasTortureData)('an endpoint that receives the messages of RFC 4475', () => {
  test('the corpus is whole', () => expect(asserted).toHaveLength(49));

  test.each(asserted)('$name: $expected', async ({ name, octets, expected }) => {
    const world = createWorld();
    const challenge = { kind: 'challenge', realm: 'example.com' } as const;
    const trusted = { kind: 'trusted', peer: 'corpus' } as const;
    const bob = await world.party(us, {
      trust: () => (name === 'regaut01' ? challenge : trusted),
      onRequest: () => 200,
    });
    const raw = world.wire.rawEnd('192.0.2.200');
    raw.send(octets, us);
    await world.pass(20);
    const status = /^SIP\/2\.0 (\d{3})/.exec(raw.received[0] ?? '')?.[1];
    const outcome = bob.invites.length > 0 ? 'call' : status === undefined ? 'silence' : Number(status);
    const isRight = satisfiesVerdict(expected, outcome);
    expect({ name, outcome, isRight }).toEqual({ name, outcome, isRight: true });
    expect(raw.received.length).toBeLessThanOrEqual(1);
    await bob.agent.close();
    expect(world.clock.timersPending).toBe(0);
  });
});

describe.skipIf(!hasTortureData)('what becomes of single messages', () => {
  const octetsOf = (name: string): Buffer => asserted.find((one) => one.name === name)!.octets;

  test('a required extension is named in Unsupported, an unknown content type answered with Accept', async () => {
    const world = createWorld();
    await world.party(us);
    const raw = world.wire.rawEnd('192.0.2.200');
    raw.send(octetsOf('bext01'), us);
    raw.send(octetsOf('invut'), us);
    raw.send(octetsOf('intmeth'), us);
    await world.pass(20);
    expect(raw.received[0]).toContain('Unsupported: nothingSupportsThis, nothingSupportsThisEither\r\n');
    expect(raw.received[1]).toContain('Accept: application/sdp');
    expect(raw.received[2]).toContain('Allow: INVITE, ACK');
  });

  test('%00 and %00%00 are two users, and an escaped header stays in its binding', async () => {
    const world = createWorld();
    const bob = await world.party(us);
    const raw = world.wire.rawEnd('192.0.2.200');
    raw.send(octetsOf('escnull'), us);
    // Both carry the same branch: the second is a new request only when the first is forgotten.
    await world.pass(33_000);
    raw.send(octetsOf('regescrt'), us);
    await world.pass(20);
    const contacts = (user: string): string[] =>
      bob.agent.bindings('example.com', user).map(({ contact }) => contact);
    expect(contacts('null-\0-null')).toEqual(['sip:%00@host5.example.com', 'sip:%00%00@host5.example.com']);
    expect(contacts('user')).toEqual(['sip:user@example.com?Route=%3Csip:sip.example.com%3E']);
  });
});
