/** A ladder as it is drawn: a column for the node and each party, and an arrow a message. */
import type { Ladder, LadderMessage } from '@seatgrid/contracts/nouns/ladder.ts';

export interface LadderColumn {
  /** `node`, or the party's leg; the address where nobody said whose it was. */
  readonly key: string;
  /** Where it was reached. */
  readonly address: string;
}

export interface Rung {
  readonly message: LadderMessage;
  readonly from: number;
  readonly to: number;
  /** `INVITE`, `180 Ringing`. */
  readonly label: string;
  /** Of its dialog's requests: `102 INVITE`. */
  readonly sequence: string;
  readonly kind: 'request' | 'provisional' | 'success' | 'failure';
  readonly sinceFirstMs: number;
  /** The same message went the same way before: somebody did not hear it. */
  readonly isRepeated: boolean;
}

export function drawLadder({ node, messages }: Ladder): { columns: LadderColumn[]; rungs: Rung[] } {
  const parties = new Map<string, string>();
  for (const message of messages) parties.set(partyOf(message), addressOf(message));
  const own = { key: 'node', address: addressOf(node) };
  const [first, ...others] = [...parties].map(([key, address]) => ({ key, address }));
  // Whoever began stands on the left, the node in the middle, whom it reached on the right.
  const columns = first ? [first, own, ...others] : [own];
  const place = new Map(columns.map(({ key }, index) => [key, index]));
  const seen = new Set<string>();
  const firstAtMs = messages[0]?.atMs ?? 0;
  const rungs = messages.map((message): Rung => {
    const party = place.get(partyOf(message))!;
    const ours = place.get('node')!;
    const [from, to] = message.direction === 'in' ? [party, ours] : [ours, party];
    const trail = `${message.direction} ${partyOf(message)} ${message.text}`;
    const isRepeated = seen.has(trail);
    seen.add(trail);
    const { label, kind } = startOf(message.text);
    const sequence = /^CSeq[ \t]*:[ \t]*(.+?)[ \t]*$/im.exec(message.text)?.[1] ?? '';
    return { message, from, to, label, kind, sequence, sinceFirstMs: message.atMs - firstAtMs, isRepeated };
  });
  return { columns, rungs };
}

function partyOf(message: LadderMessage): string {
  return message.leg === '' ? addressOf(message) : message.leg;
}

function addressOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function startOf(text: string): { readonly label: string; readonly kind: Rung['kind'] } {
  const end = text.indexOf('\r\n');
  const line = end < 0 ? text : text.slice(0, end);
  const status = /^SIP\/2\.0 ((\d)\d\d.*)$/.exec(line);
  if (!status) return { label: line.split(' ')[0]!, kind: 'request' };
  const kind = status[2] === '1' ? 'provisional' : status[2] === '2' ? 'success' : 'failure';
  return { label: status[1]!, kind };
}
