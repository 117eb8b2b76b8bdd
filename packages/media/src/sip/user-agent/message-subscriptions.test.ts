import { expect, test } from 'vitest';
import { bodyOf, fieldOf } from '../../../test/raw-peer.ts';
import { createWorld } from '../../../test/sip-party.ts';
import { sipExpiresSecondsMax, sipMessageSubscriptionsPerUserMax } from '../../limits.ts';
import { answerChallenge, chooseChallenge } from '../digest/digest-client.ts';
import { digestSecretOf } from '../digest/digest-response.ts';

const node = '192.0.2.2';
const phoneAddress = '192.0.2.50';
const realm = 'acme';
const light = 'Event: message-summary\r\n';

interface Asked {
  readonly cseq: number;
  readonly lines?: string;
  readonly toTag?: string;
  readonly callId?: string;
  readonly proof?: string;
}

function subscribe({ cseq, lines = light, toTag, callId = 'one', proof = '' }: Asked): string {
  return (
    `SUBSCRIBE sip:8001@${realm} SIP/2.0\r\nVia: SIP/2.0/UDP ${phoneAddress};branch=z9hG4bK${callId}${cseq}${proof.length}\r\n` +
    `Max-Forwards: 70\r\nFrom: <sip:8001@${realm}>;tag=${callId}\r\nTo: <sip:8001@${realm}>${toTag ? `;tag=${toTag}` : ''}\r\n` +
    `Call-ID: ${callId}@phone\r\nCSeq: ${cseq} SUBSCRIBE\r\nContact: <sip:8001@${phoneAddress}>\r\n${lines}${proof}Content-Length: 0\r\n\r\n`
  );
}

async function phoneAndNode() {
  const world = createWorld();
  const waiting = { fresh: 2, heard: 3 };
  const asked: string[] = [];
  const bob = await world.party(node, {
    trust: () => ({ kind: 'challenge', realm }),
    secret: (_realm, username) =>
      username === 'nobody' ? undefined : digestSecretOf({ username, realm, password: 'secret' }),
    messageSummary: ({ username }) => {
      asked.push(username);
      return username === '8001' ? waiting : undefined;
    },
  });
  const end = world.wire.rawEnd(phoneAddress);
  /** Challenged, proven, and what came of it. */
  async function send(parts: Asked, username = '8001'): Promise<string> {
    end.send(subscribe(parts), node);
    await world.pass(20);
    const challenge = chooseChallenge([fieldOf(end.received.at(-1)!, 'WWW-Authenticate')])!;
    const credentials = { username, password: 'secret' };
    const proof = answerChallenge(
      challenge,
      { method: 'SUBSCRIBE', uri: `sip:8001@${realm}`, cnonce: 'c' },
      credentials,
    );
    end.send(subscribe({ ...parts, cseq: parts.cseq + 1, proof: `Authorization: ${proof}\r\n` }), node);
    await world.pass(20);
    return end.received.findLast((text) => text.startsWith('SIP/2.0'))!;
  }
  const notifies = () => end.received.filter((text) => text.startsWith('NOTIFY '));
  const states = () => notifies().map((text) => fieldOf(text, 'Subscription-State'));
  async function heard(status = 200): Promise<void> {
    const request = notifies().at(-1)!;
    const same = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(
      (name) => `${name}: ${fieldOf(request, name)}\r\n`,
    );
    end.send(`SIP/2.0 ${status} Said\r\n${same.join('')}Content-Length: 0\r\n\r\n`, node);
    await world.pass(20);
  }
  const tagOf = (answer: string) => /;tag=(\w+)/.exec(fieldOf(answer, 'To'))![1]!;
  return { world, bob, end, waiting, asked, send, notifies, states, heard, tagOf };
}

test('a phone that has proven itself is told at once, again when it changes, and no more when it says so', async () => {
  const { world, bob, end, waiting, send, notifies, states, heard, tagOf } = await phoneAndNode();
  const answer = await send({ cseq: 1, lines: `${light}Expires: 600\r\n` });
  expect(answer).toContain('SIP/2.0 200 ');
  expect(fieldOf(answer, 'Expires')).toBe('600');
  expect(states()).toEqual(['active;expires=600']);
  const [first] = notifies();
  expect(fieldOf(first!, 'Event')).toBe('message-summary');
  expect(fieldOf(first!, 'Content-Type')).toBe('application/simple-message-summary');
  expect(bodyOf(first!)).toBe('Messages-Waiting: yes\r\nVoice-Message: 2/3 (0/0)\r\n');
  // While one is on its way, what changes is told after it, and once.
  waiting.fresh = 1;
  bob.agent.messagesChanged(realm, '8001');
  waiting.fresh = 0;
  bob.agent.messagesChanged(realm, '8001');
  await world.pass(20);
  expect(notifies().length).toBe(1);
  await heard();
  expect(bodyOf(notifies()[1]!)).toBe('Messages-Waiting: no\r\nVoice-Message: 0/3 (0/0)\r\n');
  await heard();
  bob.agent.messagesChanged(realm, '8002');
  await world.pass(20);
  expect(notifies().length).toBe(2);
  end.send(subscribe({ cseq: 9, lines: `${light}Expires: 0\r\n`, toTag: tagOf(answer) }), node);
  await world.pass(20);
  expect(states().at(-1)).toBe('terminated;reason=timeout');
  await heard();
  expect(bob.agent.statistics().dialogs).toBe(0);
  bob.agent.messagesChanged(realm, '8001');
  await world.pass(20);
  expect(notifies().length).toBe(3);
});

test('it lasts as long as asked, is kept by asking again, and ends by itself or with a phone that is gone', async () => {
  const { world, bob, end, send, notifies, states, heard, tagOf } = await phoneAndNode();
  const answer = await send({ cseq: 1, lines: `${light}Expires: 100\r\n` });
  await heard();
  await world.pass(80_000);
  end.send(subscribe({ cseq: 5, lines: `${light}Expires: 100\r\n`, toTag: tagOf(answer) }), node);
  await world.pass(20);
  await heard();
  expect(states()).toEqual(['active;expires=100', 'active;expires=100']);
  await world.pass(81_000);
  expect(notifies().length).toBe(2);
  await world.pass(20_000);
  expect(states().at(-1)).toBe('terminated;reason=timeout');
  await heard();
  expect(bob.agent.statistics().dialogs).toBe(0);
  await send({ cseq: 1, callId: 'two' });
  expect(states().at(-1)).toBe('active;expires=3600');
  await heard(481);
  expect(bob.agent.statistics().dialogs).toBe(0);
});

test.each([
  ['Event: presence\r\n', 489],
  ['', 489],
  [`${light}Accept: text/plain\r\n`, 406],
  [`${light}Expires: 5\r\n`, 423],
  [`${light}Require: nonsense\r\n`, 420],
])('with "%s" it is refused with %i, and nothing stays', async (lines, status) => {
  const { bob, send, notifies } = await phoneAndNode();
  expect(await send({ cseq: 1, lines })).toContain(`SIP/2.0 ${status} `);
  expect([notifies(), bob.agent.statistics().dialogs]).toEqual([[], 0]);
});

test('a phone without a box is told there is none, too many subscriptions are refused, too long ones shortened', async () => {
  const { bob, send, asked } = await phoneAndNode();
  expect(await send({ cseq: 1, callId: 'other' }, '8002')).toContain('SIP/2.0 404 ');
  expect(
    fieldOf(await send({ cseq: 1, callId: 'long', lines: `${light}Expires: 999999\r\n` }), 'Expires'),
  ).toBe(String(sipExpiresSecondsMax));
  for (let at = 1; at < sipMessageSubscriptionsPerUserMax; at++)
    expect(await send({ cseq: 1, callId: `c${at}` })).toContain('SIP/2.0 200 ');
  expect(await send({ cseq: 1, callId: 'last' })).toContain('SIP/2.0 480 ');
  expect(bob.agent.statistics().dialogs).toBe(sipMessageSubscriptionsPerUserMax);
  expect(new Set(asked)).toEqual(new Set(['8001', '8002']));
});

test('who has proven nothing is asked for proof, and nothing is looked up for it', async () => {
  const { world, bob, end, asked } = await phoneAndNode();
  for (let at = 0; at < 20; at++) end.send(subscribe({ cseq: 1, callId: `stranger${at}` }), node);
  await world.pass(20);
  expect(new Set(end.received.map((text) => text.slice(8, 11)))).toEqual(new Set(['401']));
  expect([asked, bob.agent.statistics().dialogs]).toEqual([[], 0]);
});
