/**
 * What the far side says, in the words of other makes. Whoever has only ever heard its own writer is compiled for that, and
 * thrown away at the first telephone that names a field in one letter, folds a line or knows no session timers; so only one
 * message in four leaves as it was written. All of them mean the same (RFC 3261 §7.3).
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { openTransport } from '@seatgrid/media/sip/transport/open-transport.ts';
import type { SipListen, SipTransport } from '@seatgrid/media/sip/transport/sip-transport.ts';

export function openManyVoiced(listen: SipListen, clock: Clock, onSaidAgain: () => void): SipTransport {
  const own = openTransport(listen, clock);
  const said = new WeakSet<Buffer>();
  let sent = 0;
  return {
    ...own,
    send(octets, flow, onFailure) {
      // What is not answered is said again, as another make: then the node understood it no better than nothing.
      if (said.has(octets)) onSaidAgain();
      said.add(octets);
      own.send(inOtherWords(octets, sent++), flow, onFailure);
    },
  };
}

/** A message with the fields that may be missing left out, and those that stay as one of the makes writes them. */
export function inOtherWords(octets: Buffer, turn: number): Buffer {
  const rewrite = makes[(turn % (makes.length + 1)) - 1];
  if (!rewrite) return octets;
  const text = octets.toString('latin1');
  const headEnd = text.indexOf('\r\n\r\n');
  const [startLine, ...fields] = text.slice(0, headEnd).split('\r\n');
  const head = [startLine, ...rewrite(fields.filter((field) => !dispensable.test(field)))].join('\r\n');
  return Buffer.from(head + text.slice(headEnd), 'latin1');
}

const dispensable = /^(?:User-Agent|Server|Supported|Allow|Accept|Require|Session-Expires|Min-SE):/;

const makes: readonly ((fields: string[]) => string[])[] = [
  (fields) => [
    ...fields.map((field) => field.replace(/;rport$/, '')),
    'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE',
    'X-Line: 1',
  ],
  (fields) => fields.map((field) => field.replace(/^[^:]+/, (name) => letters[name] ?? name.toLowerCase())),
  (fields) => [
    ...fields.map((field) => `${field.replace(': ', ':  ')} `),
    'Organization: One\r\n and another',
  ],
];

/** RFC 3261 §7.3.3. */
const letters: Readonly<Record<string, string>> = {
  Via: 'v',
  From: 'f',
  To: 't',
  'Call-ID': 'i',
  Contact: 'm',
  'Content-Type': 'c',
  'Content-Length': 'l',
};
