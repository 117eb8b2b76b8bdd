/** The messages of RFC 4475 and RFC 5118 put on real sockets: over UDP, and over TCP whole, octet by octet, and glued in pairs. */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { describe, expect, test } from 'vitest';
import { sipTcpMessageTimeoutMs } from '../src/limits.ts';
import { createSipUserAgent } from '../src/sip/user-agent/create-sip-user-agent.ts';
import { until } from './real-clock.ts';
import {
  hasTortureData,
  satisfiesVerdict,
  tortureMessages,
  wireForm,
  type TortureOutcome,
} from './torture-data.ts';

const host = '127.0.0.72';
const asserted = tortureMessages('4475').filter(({ verdict }) => verdict !== 'not asserted');
/** A BYE of no dialog is processed like any other: RFC 3261 §15.1.2 has it answered with 481. */
const addressing = tortureMessages('5118')
  .map((one) => ({ ...one, octets: wireForm(one.octets) }))
  .map((one) => (one.octets.toString('latin1', 0, 4) === 'BYE ' ? { ...one, expected: '481' } : one));

/** What says of itself on a stream where it ends; the others end the connection. */
const uncuttable: ReadonlySet<string> = new Set(['clerr', 'ncl', 'mcl01', 'inv2543']);
/** RFC 3261 §20.14: over a stream Content-Length MUST be used, which a client of RFC 2543 did not know. */
const streamVerdicts: Readonly<Record<string, string>> = { inv2543: '400' };

/** `baddn` lacks its blank line, and `dblreq` is two requests where its trailing octets count. */
function onStream(name: string, octets: Buffer): Buffer {
  if (name === 'dblreq') return octets.subarray(0, octets.indexOf('\r\n\r\n') + 4);
  return name === 'baddn' ? Buffer.concat([octets, Buffer.from('\r\n')]) : octets;
}

describe.skipIf(!hasTortureData)('over UDP', () => {
  test.each([...asserted, ...addressing])('$name: $expected', async ({ name, octets, expected }) => {
    const node = await Node.open('udp', name);
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, host, resolve));
    let text = '';
    socket.on('message', (answer) => (text += answer.toString('latin1')));
    socket.send(octets, node.port, host);
    socket.send(marker, node.port, host);
    await until('the answer to what came after', () => text.includes(`Call-ID: ${markerCallId}`));
    expect(verdictOf(name, expected, node.outcomeIn(text, octets))).toBe('as expected');
    socket.close();
    await node.close();
  });
});

describe.skipIf(!hasTortureData)('over TCP', () => {
  const cuttable = [...asserted, ...addressing.map((one) => ({ ...one, octets: measured(one.octets) }))]
    .filter(({ name }) => !uncuttable.has(name))
    .map((one) => ({ ...one, octets: onStream(one.name, one.octets) }));

  /** Each before the next that is another transaction: some of the corpus share their identifiers. */
  const pairs = cuttable.map((first, index) => ({
    first,
    second: [...cuttable.slice(index + 1), ...cuttable].find(
      ({ octets }) =>
        callIdOf(octets) !== callIdOf(first.octets) && branchOf(octets) !== branchOf(first.octets),
    )!,
  }));

  test.each(cuttable)('an octet at a time, $name: $expected', async ({ name, octets, expected }) => {
    const node = await Node.open('tcp', name);
    const line = await node.dial();
    for (let at = 0; at < octets.length; at++) line.write(octets.subarray(at, at + 1));
    line.write(marker);
    await until('the answer to what came after', () => line.text().includes(`Call-ID: ${markerCallId}`));
    expect(verdictOf(name, expected, node.outcomeIn(line.text(), octets))).toBe('as expected');
    await node.close();
  });

  test.each(pairs)('glued in pairs: $first.name and $second.name', async ({ first, second }) => {
    const node = await Node.open('tcp', first.name, second.name);
    const line = await node.dial();
    line.write(Buffer.concat([first.octets, second.octets, marker]));
    await until('the answer to what came after', () => line.text().includes(`Call-ID: ${markerCallId}`));
    for (const { name, octets, expected } of [first, second])
      expect(verdictOf(name, expected, node.outcomeIn(line.text(), octets))).toBe('as expected');
    await node.close();
  });

  test.each(asserted.filter(({ name }) => uncuttable.has(name)))(
    '$name has no end on a stream: answered where it says to whom, and the connection closed',
    async ({ name, octets, expected }) => {
      const node = await Node.open('tcp', name);
      const line = await node.dial();
      line.write(octets);
      if (name === 'clerr') {
        // Beside the wait for a proof of who is there.
        await until('the wait for the rest', () => node.clock.timersPending === 2);
        node.clock.advance(sipTcpMessageTimeoutMs);
        await until('the connection to close', line.isClosed);
        expect(line.text()).toBe('');
      } else {
        await until('the connection to close', line.isClosed);
        const verdict = streamVerdicts[name] ?? expected;
        expect(verdictOf(name, verdict, node.outcomeIn(line.text(), octets))).toBe('as expected');
      }
      await node.close();
    },
  );
});

function verdictOf(name: string, expected: string, outcome: TortureOutcome): string {
  return satisfiesVerdict(expected, outcome) ? 'as expected' : `${name}: ${outcome} instead of ${expected}`;
}

function callIdOf(octets: Buffer): string {
  return /\r\n(?:Call-ID|i)\s*:\s*([^\r\n]*)/i.exec(octets.toString('latin1'))?.[1] ?? '';
}

function branchOf(octets: Buffer): string {
  return /;branch\s*=\s*([^;,\s]*)/i.exec(octets.toString('latin1'))?.[1] ?? '';
}

/** RFC 5118's messages with the length a stream needs. */
function measured(octets: Buffer): Buffer {
  const bodyBytes = octets.length - octets.indexOf('\r\n\r\n') - 4;
  return Buffer.from(
    octets.toString('latin1').replace('\r\n\r\n', `\r\nContent-Length: ${bodyBytes}\r\n\r\n`),
    'latin1',
  );
}

/** What is sent after a message: with its answer, everything said to the message has been said. */
const markerCallId = 'what-came-after';
const marker = Buffer.from(
  `OPTIONS sip:${host} SIP/2.0\r\nVia: SIP/2.0/TCP ${host};branch=z9hG4bKafter;rport\r\nFrom: <sip:a@a>;tag=1\r\n` +
    `To: <sip:b@b>\r\nCall-ID: ${markerCallId}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`,
);

class Node {
  readonly clock = new VirtualClock();
  readonly #invited = new Set<string>();
  readonly #agent;

  static async open(protocol: 'udp' | 'tcp', ...names: readonly string[]): Promise<Node> {
    const node = new Node(protocol, names.includes('regaut01'));
    await node.#agent.start();
    return node;
  }

  private constructor(protocol: 'udp' | 'tcp', isProofWanted: boolean) {
    this.#agent = createSipUserAgent({
      clock: this.clock,
      random: createSeededRandom(1),
      product: 'Seatgrid test',
      listen: [{ protocol, address: host, port: 0 }],
      handler: {
        trust: ({ method }) =>
          isProofWanted && method === 'REGISTER'
            ? { kind: 'challenge', realm: 'example.com' }
            : { kind: 'trusted', peer: 'corpus' },
        secret: () => undefined,
        onBindings() {},
        onInvite: (invite) => this.#invited.add(invite.sipCallId),
        onRequest: () => 200,
      },
    });
  }

  get port(): number {
    return this.#agent.listening()[0]!.port;
  }

  async dial() {
    const socket = connect({ port: this.port, host, noDelay: true });
    let text = '';
    let isClosed = false;
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('close', () => (isClosed = true));
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    return {
      write: (octets: Buffer) => socket.write(octets),
      text: () => text,
      isClosed: () => isClosed,
    };
  }

  outcomeIn(text: string, octets: Buffer): TortureOutcome {
    const callId = callIdOf(octets);
    if (this.#invited.has(callId)) return 'call';
    for (const answer of text.split(/(?=SIP\/2\.0 \d{3} )/)) {
      const isTheirs = callId === '' ? !answer.includes('Call-ID:') : answer.includes(`: ${callId}\r\n`);
      if (isTheirs && answer !== '') return Number(answer.slice(8, 11));
    }
    return 'silence';
  }

  async close(): Promise<void> {
    await this.#agent.close();
    await until('the last timer to go', () => this.clock.timersPending === 0);
  }
}
