import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { expect, test } from 'vitest';
import { parseMessage } from '../message/parse-message.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';
import { writeResponse, type RequestDraft, type WrittenMessage } from '../message/write-message.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import { ClientTransaction } from './client-transaction.ts';
import { InviteClientTransaction } from './invite-client-transaction.ts';
import { InviteServerTransaction } from './invite-server-transaction.ts';
import { ServerTransaction } from './server-transaction.ts';
import { TimerQueue } from './timer-queue.ts';

/**
 * Each row is one life: inputs, and after each `→` the state and what was done since. `180`, `200`, `486`: a response (sent
 * by the user at a server, received at a client); `again`: the request again; `ACK`; `+n`: n milliseconds pass; `broken`:
 * the wire fails. Done: `>` sent, `!` told to the user, `forget` when it is over.
 */
type Row = readonly [name: string, protocol: 'udp' | 'tcp', life: string];

const inviteServer: Row[] = [
  ['100 after 200 ms of silence', 'udp', '+199 → proceeding, +1 → proceeding >100'],
  ['no 100 where the user was quicker', 'udp', '180 → proceeding >180, +200 → proceeding'],
  ['an INVITE again before any response is absorbed', 'udp', 'again → proceeding'],
  ['an INVITE again gets the last provisional', 'udp', '180 → proceeding >180, again → proceeding >180'],
  [
    'a refusal is repeated by timer G and given up by timer H',
    'udp',
    '486 → completed >486, +500 → completed >486, +1000 → completed >486, +2000 → completed >486, +4000 → completed >486, +4000 → completed >486, +20500 → terminated >486>486>486>486>486 forget',
  ],
  ['an INVITE again gets the refusal again', 'udp', '486 → completed >486, again → completed >486'],
  [
    'ACK ends the repeating, timer I the rest',
    'udp',
    '486 → completed >486, ACK → confirmed, +4999 → confirmed, +1 → terminated forget',
  ],
  [
    'an ACK again is absorbed',
    'udp',
    '486 → completed >486, ACK → confirmed, ACK → confirmed, again → confirmed',
  ],
  [
    'over TCP a refusal is not repeated, and timer I is zero',
    'tcp',
    '486 → completed >486, +31999 → completed, ACK → confirmed, +0 → terminated forget',
  ],
  [
    'over TCP too, an ACK that never comes ends it',
    'tcp',
    '486 → completed >486, +32000 → terminated forget',
  ],
  [
    'a 2xx moves to accepted (RFC 6026)',
    'udp',
    '200 → accepted >200, +31999 → accepted, +1 → terminated forget',
  ],
  [
    'in accepted an INVITE again is absorbed, a 2xx again goes out, and an ACK is the user’s',
    'udp',
    '200 → accepted >200, again → accepted, 200 → accepted >200, ACK → accepted !ack',
  ],
  ['impossible: a refusal after 2xx', 'udp', '200 → accepted >200, 486 → accepted'],
  ['impossible: a provisional after a refusal', 'udp', '486 → completed >486, 180 → completed'],
  ['impossible: a second refusal', 'udp', '486 → completed >486, 603 → completed'],
  ['impossible: an ACK before any answer', 'udp', 'ACK → proceeding !ack'],
];

const server: Row[] = [
  ['the request again before any response is absorbed', 'udp', 'again → trying'],
  ['a provisional is repeated on demand', 'udp', '180 → proceeding >180, again → proceeding >180'],
  [
    'a final is repeated on demand until timer J',
    'udp',
    '200 → completed >200, again → completed >200, +32000 → terminated forget, again → terminated',
  ],
  ['over TCP timer J is zero', 'tcp', '200 → completed >200, +0 → terminated forget'],
  ['impossible: a second final', 'udp', '200 → completed >200, 486 → completed'],
];

const inviteClient: Row[] = [
  [
    'timer A doubles, timer B ends it',
    'udp',
    '+0 → calling >INVITE, +500 → calling >INVITE, +1000 → calling >INVITE, +2000 → calling >INVITE, +4000 → calling >INVITE, +8000 → calling >INVITE, +16000 → calling >INVITE, +500 → terminated forget !timeout',
  ],
  [
    'over TCP nothing is repeated',
    'tcp',
    '+0 → calling >INVITE, +31999 → calling, +1 → terminated forget !timeout',
  ],
  [
    'a provisional stops the repeating, and nothing ends it then',
    'udp',
    '+0 → calling >INVITE, 180 → proceeding !180, +100000 → proceeding, 183 → proceeding !183',
  ],
  [
    'a 2xx from calling',
    'udp',
    '+0 → calling >INVITE, 200 → accepted !200, +31999 → accepted, +1 → terminated forget',
  ],
  [
    'in accepted every 2xx is told, and nothing else',
    'udp',
    '+0 → calling >INVITE, 200 → accepted !200, 200 → accepted !200, 486 → accepted, 180 → accepted',
  ],
  [
    'a refusal is acknowledged, again when it comes again, and timer D ends it',
    'udp',
    '+0 → calling >INVITE, 180 → proceeding !180, 486 → completed >ACK !486, 486 → completed >ACK, 180 → completed, +32000 → terminated forget',
  ],
  [
    'over TCP timer D is zero',
    'tcp',
    '+0 → calling >INVITE, 486 → completed >ACK !486, +0 → terminated forget',
  ],
  ['a wire that fails', 'udp', '+0 → calling >INVITE, broken → terminated forget !broken, 200 → terminated'],
  [
    'a wire that fails after an answer means nothing',
    'udp',
    '+0 → calling >INVITE, 180 → proceeding !180, broken → proceeding',
  ],
];

const client: Row[] = [
  [
    'timer E doubles up to T2, timer F ends it',
    'udp',
    '+0 → trying >OPTIONS, +500 → trying >OPTIONS, +1000 → trying >OPTIONS, +2000 → trying >OPTIONS, +4000 → trying >OPTIONS, +4000 → trying >OPTIONS, +20500 → terminated >OPTIONS>OPTIONS>OPTIONS>OPTIONS>OPTIONS forget !timeout',
  ],
  [
    'once proceeding, timer E is T2',
    'udp',
    '+0 → trying >OPTIONS, 100 → proceeding !100, +500 → proceeding >OPTIONS, +3999 → proceeding, +1 → proceeding >OPTIONS',
  ],
  [
    'a final stops everything, timer K ends it',
    'udp',
    '+0 → trying >OPTIONS, 200 → completed !200, 200 → completed, +4999 → completed, +1 → terminated forget',
  ],
  ['over TCP timer K is zero', 'tcp', '+0 → trying >OPTIONS, 404 → completed !404, +0 → terminated forget'],
  ['a wire that fails', 'tcp', '+0 → trying >OPTIONS, broken → terminated forget !broken'],
];

test.each(inviteServer)('INVITE server: %s (%s)', (_name, protocol, life) =>
  expect(live('invite-server', protocol, life)).toBe(life),
);
test.each(server)('server: %s (%s)', (_name, protocol, life) =>
  expect(live('server', protocol, life)).toBe(life),
);
test.each(inviteClient)('INVITE client: %s (%s)', (_name, protocol, life) =>
  expect(live('invite-client', protocol, life)).toBe(life),
);
test.each(client)('client: %s (%s)', (_name, protocol, life) =>
  expect(live('client', protocol, life)).toBe(life),
);

test('timers wake in the order of their deadlines, whatever their delays, and one cancelled never', () => {
  const clock = new VirtualClock();
  const timers = new TimerQueue(clock);
  const woken: string[] = [];
  const at = (delayMs: number) => timers.set(delayMs, () => woken.push(`${delayMs}`));
  at(500);
  const never = at(200);
  at(32_000);
  clock.advance(100);
  at(200);
  at(500);
  timers.cancel(never);
  timers.cancel(never);
  clock.advance(40_000);
  expect(woken).toEqual(['200', '500', '500', '32000']);
  expect([timers.size, clock.timersPending]).toEqual([0, 0]);
});

test('a thousand timers by chance: each wakes once at its time, or was cancelled', () => {
  const clock = new VirtualClock();
  const timers = new TimerQueue(clock);
  const random = createSeededRandom(7);
  const [expected, woken] = [new Set<number>(), new Map<number, number>()];
  for (let index = 0; index < 1_000; index++) {
    const [a, b] = random.bytes(2) as unknown as [number, number];
    const dueMs = clock.nowMs() + (a % 7) * 100;
    const timer = timers.set((a % 7) * 100, () => woken.set(index, clock.nowMs() - dueMs));
    if (b < 100) timers.cancel(timer);
    else expected.add(index);
    if (b % 5 === 0) clock.advance(b);
  }
  clock.advance(1_000);
  expect(new Set(woken.keys())).toEqual(expected);
  expect(new Set(woken.values())).toEqual(new Set([0]));
});

/** Lives through the inputs of `life`, and writes down what came of each in the same words. */
function live(
  kind: 'invite-server' | 'server' | 'invite-client' | 'client',
  protocol: 'udp' | 'tcp',
  life: string,
): string {
  const clock = new VirtualClock();
  let done = '';
  let fail: ((cause: Error) => void) | undefined;
  const note = (text: string): void => {
    done += done === '' || (text.startsWith('>') && done.endsWith(text)) ? text : ` ${text}`;
  };
  const flow: SipFlow = { protocol, address: '192.0.2.1', port: 5060 };
  const network = {
    timers: new TimerQueue(clock),
    send(message: WrittenMessage, _flow: SipFlow, onFailure?: (cause: Error) => void) {
      fail = onFailure ?? fail;
      const [first = '', second = ''] = message.startLine.split(' ');
      note(`>${first.startsWith('SIP/') ? second : first}`);
    },
    forget: () => note('forget'),
  };
  const listener = {
    onResponse: (response: SipResponse) => note(`!${response.status}`),
    onTimeout: () => note('!timeout'),
    onTransportFailure: () => note('!broken'),
  };
  const method = kind.startsWith('invite') ? 'INVITE' : 'OPTIONS';
  const request = requestOf(method);
  const draft: RequestDraft = {
    method,
    uri: 'sip:bob@192.0.2.1',
    via: 'SIP/2.0/UDP a.example;branch=z9hG4bK1',
    from: '<sip:a@a>;tag=1',
    to: '<sip:b@b>',
    callId: 'c',
    cseq: 1,
    maxForwards: 70,
  };
  const machine =
    kind === 'invite-server'
      ? new InviteServerTransaction(network, 'k', request, flow)
      : kind === 'server'
        ? new ServerTransaction(network, 'k', flow)
        : kind === 'invite-client'
          ? new InviteClientTransaction(network, 'k', draft, flow, listener)
          : new ClientTransaction(network, 'k', draft, flow, listener);
  if (machine.kind === 'client' || machine.kind === 'invite-client') machine.start();

  const step = (input: string): void => {
    if (input.startsWith('+')) clock.advance(Number(input.slice(1)));
    else if (input === 'broken') fail?.(new Error('broken'));
    else if (machine.kind === 'client' || machine.kind === 'invite-client') {
      machine.onResponse(responseOf(request, Number(input)));
    } else if (input === 'again') machine.onRetransmission();
    else if (input === 'ACK' && machine.kind === 'invite-server') {
      if (!machine.onAck()) note('!ack');
    } else {
      const status = Number(input);
      machine.respond(status, writeResponse(request, { status, toTag: 't' }));
    }
  };
  return life
    .split(', ')
    .map((part) => {
      const [input = ''] = part.split(' → ');
      step(input);
      const text = `${input} → ${machine.state}${done === '' ? '' : ` ${done}`}`;
      done = '';
      return text;
    })
    .join(', ');
}

function requestOf(method: string): SipRequest {
  const text =
    `${method} sip:bob@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nFrom: <sip:a@a>;tag=1\r\n` +
    `To: <sip:b@b>\r\nCall-ID: c\r\nCSeq: 1 ${method}\r\n\r\n`;
  const request = parseMessage(Buffer.from(text), { address: '192.0.2.1', port: 5060 });
  if (request.kind !== 'request') throw new Error('not a request');
  return request;
}

function responseOf(request: SipRequest, status: number): SipResponse {
  const text = writeResponse(request, { status, toTag: 't' }).octets.toString();
  const response = parseMessage(Buffer.from(text), { address: '192.0.2.1', port: 5060 });
  if (response.kind !== 'response') throw new Error('not a response');
  return response;
}
