/** Attacks that were published against SIP stacks, one test each: none has an effect here. */
import { expect, test } from 'vitest';
import { createWorld, sdpOf, type World } from '../../../test/sip-party.ts';
import { sipCseqMax, sipStrangerRequestsBurst } from '../../limits.ts';
import { digestSecretOf } from '../digest/digest-response.ts';
import type { SipHandler } from './sip-user-agent.ts';

const us = '192.0.2.2';
const attacker = '192.0.2.66';
const realm = 'acme';
const secret = digestSecretOf({ username: '1001', realm, password: 'right' });

/** As a node's door has it: a trunk by its address, phones by proof, silence for others. */
const door: Partial<SipHandler> = {
  trust: ({ flow, fromUser }) => {
    if (flow.address === '192.0.2.200') return { kind: 'trusted', peer: 'trunk' };
    return /^\d+$/.test(fromUser) ? { kind: 'challenge', realm } : { kind: 'silence' };
  },
  secret: (_realm, username) => (username === '1001' ? secret : undefined),
};

function message(
  method: string,
  changes: { lines?: string; body?: string; user?: string; branch?: string } = {},
): string {
  const { lines = '', body = '', user = 'alice', branch = method } = changes;
  const cseq = lines.includes('CSeq:') ? '' : `CSeq: 1 ${method}\r\n`;
  return (
    `${method} sip:bob@${us} SIP/2.0\r\nVia: SIP/2.0/UDP ${attacker};branch=z9hG4bK${branch}\r\nMax-Forwards: 70\r\n` +
    `From: <sip:${user}@${realm}>;tag=f\r\nTo: <sip:bob@${realm}>\r\nCall-ID: ${branch}@x\r\n${cseq}${lines}` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

async function trunkAndNode(handler: Partial<SipHandler> = {}) {
  const world = createWorld();
  const node = await world.party(us, { ...door, ...handler });
  const trunk = world.wire.rawEnd('192.0.2.200');
  const stranger = world.wire.rawEnd(attacker);
  return { world, node, trunk, stranger };
}

const statusesOf = (received: readonly string[]): string[] => received.map((text) => text.slice(8, 11));

async function isServed(world: World, trunk: ReturnType<World['wire']['rawEnd']>): Promise<void> {
  await world.pass(50);
  trunk.received.length = 0;
  trunk.send(message('OPTIONS', { branch: 'still-there' }), us);
  await world.pass(50);
  expect(statusesOf(trunk.received)).toEqual(['200']);
}

test('a huge CSeq is refused, and the largest one allowed moves nothing', async () => {
  const { world, node, trunk } = await trunkAndNode();
  for (const [index, cseq] of ['4294967296', '99999999999999999999', '-1', '1e9'].entries())
    trunk.send(message('INVITE', { branch: `huge${index}`, lines: `CSeq: ${cseq} INVITE\r\n` }), us);
  await world.pass(50);
  expect(statusesOf(trunk.received)).toEqual(['400', '400', '400', '400']);
  trunk.send(
    message('INVITE', { branch: 'largest', lines: `CSeq: ${sipCseqMax} INVITE\r\nContact: <sip:a@h>\r\n` }),
    us,
  );
  await world.pass(50);
  expect(node.invites).toHaveLength(1);
  node.invites[0]!.reject(486);
  await isServed(world, trunk);
});

test.each([
  ['ten thousand parts', '--b\r\n\r\nx\r\n'.repeat(5_000)],
  ['parts within parts', '--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n'.repeat(1_000)],
  ['a part without end', `--b\r\nContent-Type: application/sdp${' '.repeat(50_000)}`],
  ['only boundaries', '--b\r\n'.repeat(10_000)],
])('a multipart bomb of %s is refused like any body we cannot read', async (_name, body) => {
  const { world, node, trunk } = await trunkAndNode();
  trunk.send(
    message('INVITE', { lines: 'Content-Type: multipart/mixed;boundary=b\r\nContact: <sip:a@h>\r\n', body }),
    us,
  );
  await world.pass(50);
  expect(statusesOf(trunk.received)).toEqual(['415']);
  expect(node.invites).toEqual([]);
  await isServed(world, trunk);
});

test('many Accept fields are read once, and beyond the limit refused', async () => {
  const { world, node, trunk } = await trunkAndNode();
  trunk.send(
    message('INVITE', { branch: 'some', lines: `${'Accept: a/b\r\n'.repeat(200)}Contact: <sip:a@h>\r\n` }),
    us,
  );
  trunk.send(
    message('INVITE', { branch: 'many', lines: `${'Accept: a/b\r\n'.repeat(3_000)}Contact: <sip:a@h>\r\n` }),
    us,
  );
  await world.pass(50);
  expect(statusesOf(trunk.received)).toEqual(['406', '400']);
  expect(node.invites).toEqual([]);
  await isServed(world, trunk);
});

test('bad fmtp lines reach the caller of the stack as text, and nothing breaks on the way', async () => {
  const { world, node, trunk } = await trunkAndNode();
  const body = `${sdpOf(20_000)}a=fmtp:0 ${'x=;'.repeat(2_000)}\r\na=fmtp:\r\na=fmtp:999999999999 \0\r\n`;
  trunk.send(
    message('INVITE', { lines: 'Content-Type: application/sdp\r\nContact: <sip:a@h>\r\n', body }),
    us,
  );
  await world.pass(50);
  expect(node.invites[0]!.sdp).toBe(body);
  node.invites[0]!.reject(488);
  await isServed(world, trunk);
});

test.each([
  ['a blank before the colon', 'P-Asserted-Identity : <sip:ceo@acme>\r\n', 'P-Asserted-Identity'],
  ['a bare LF', 'Subject: x\nP-Asserted-Identity: <sip:ceo@acme>\r\n', undefined],
  ['a bare CR', 'Subject: x\rP-Asserted-Identity: <sip:ceo@acme>\r\n', undefined],
  ['a second length', 'l: 5\r\n', undefined],
  ['a blank within the name', 'P-Asserted -Identity: <sip:ceo@acme>\r\n', undefined],
  ['no name at all', ': <sip:ceo@acme>\r\n', undefined],
])(
  'a header smuggled by %s is the one header it spells, or the message is refused',
  async (_name, lines, header) => {
    const { world, node, trunk } = await trunkAndNode();
    trunk.send(message('INVITE', { lines: `${lines}Contact: <sip:a@h>\r\n` }), us);
    await world.pass(50);
    if (header === undefined) expect([statusesOf(trunk.received), node.invites.length]).toEqual([['400'], 0]);
    else expect(node.invites[0]!.header(header)).toBe('<sip:ceo@acme>');
  },
);

test('a From tag off by one belongs to no dialog: its BYE and re-INVITE end and move nothing', async () => {
  const world = createWorld();
  const [alice, bob] = [await world.party('192.0.2.10'), await world.party(us)];
  alice.call(us);
  await world.pass(50);
  bob.accept();
  await world.pass(50);
  const ack = world.wire.sent.find(({ text }) => text.startsWith('ACK'))!.text;
  const thief = world.wire.rawEnd(attacker);
  for (const method of ['BYE', 'INVITE', 'INFO', 'UPDATE']) {
    const forged = ack
      .replaceAll(/\bACK\b/g, method)
      .replace(/branch=z9hG4bK\w+/, `branch=z9hG4bKforged${method}`)
      .replace(/(From:.*tag=\w+)\w/, (_all, most: string) => `${most}_`)
      .replace(/CSeq: \d+/, 'CSeq: 77');
    thief.send(forged, us);
  }
  await world.pass(200);
  expect([alice.ends, bob.ends]).toEqual([[], []]);
  alice.dialog.bye();
  await world.pass(50);
  expect(bob.ends).toEqual([{ by: 'remote' }]);
});

test('a foreign realm that challenges us learns no digest, however often it asks', async () => {
  const { world, node } = await trunkAndNode({
    ownCredentials: () => ({ username: 'us', password: 'secret', realm: 'our carrier' }),
  });
  const stranger = world.wire.rawEnd(attacker);
  const asked = node.agent.request({
    method: 'OPTIONS',
    uri: `sip:${attacker}:5060`,
    from: { user: 'us', host: us, displayName: '' },
  });
  await world.pass(50);
  const [request = ''] = stranger.received;
  const head = request.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
  stranger.send(
    `SIP/2.0 401 Unauthorized\r\n${head.join('\r\n')}\r\nWWW-Authenticate: Digest realm="evil", nonce="n", qop="auth"\r\nContent-Length: 0\r\n\r\n`,
    us,
  );
  await world.pass(50);
  expect((await asked).status).toBe(401);
  expect(world.wire.sent.some(({ text }) => text.includes('response='))).toBe(false);
});

test('a flood of REGISTER is met with a bounded number of challenges, keeps nothing, and hinders nobody else', async () => {
  const { world, node, trunk, stranger } = await trunkAndNode();
  for (let count = 0; count < 20_000; count++)
    stranger.send(
      message('REGISTER', { user: String(1_000 + (count % 9_000)), branch: `flood${count}` }),
      us,
    );
  await world.pass(50);
  expect(stranger.received.length).toBeLessThanOrEqual(sipStrangerRequestsBurst);
  expect(node.agent.statistics().transactions).toBeLessThanOrEqual(sipStrangerRequestsBurst);
  expect(node.agent.statistics().unheard).toBeGreaterThanOrEqual(20_000 - sipStrangerRequestsBurst);
  await isServed(world, trunk);
  await world.pass(33_000);
  expect(node.agent.statistics().transactions).toBe(0);
});

test('MESSAGE and SUBSCRIBE of nobody in particular hear nothing, and of a phone a challenge; neither reaches the node', async () => {
  const handed: string[] = [];
  const { world, stranger } = await trunkAndNode({
    onRequest: ({ method }) => {
      handed.push(method);
      return 200;
    },
  });
  for (const method of ['MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'BYE', 'CANCEL'])
    stranger.send(message(method), us);
  await world.pass(300);
  expect(stranger.received).toEqual([]);
  for (const method of ['MESSAGE', 'SUBSCRIBE'])
    stranger.send(message(method, { user: '1001', branch: `phone${method}` }), us);
  await world.pass(300);
  expect(statusesOf(stranger.received)).toEqual(['401', '401']);
  expect(handed).toEqual([]);
});
