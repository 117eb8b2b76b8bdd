import { expect, test } from 'vitest';
import type { Ladder, LadderMessage } from '@seatgrid/contracts/nouns/ladder.ts';
import { drawLadder } from './ladder-rungs.ts';

const message = (leg: string, direction: 'in' | 'out', text: string, atMs = 0): LadderMessage => ({
  atMs, direction, protocol: 'udp', address: leg === '' ? '2001:db8::1' : '192.0.2.7', port: 5060, leg, sipCallId: leg, text: `${text}\r\nCSeq: 1 INVITE\r\n\r\n`,
}); // prettier-ignore
const ladderOf = (messages: LadderMessage[]): Ladder => ({
  callId: 'x' as Ladder['callId'],
  node: { address: '192.0.2.1', port: 5060 },
  messages,
  leftOut: 0,
});

test('whoever began stands on the left, the node in the middle, whom it reached on the right', () => {
  const { columns, rungs } = drawLadder(
    ladderOf([
      message('caller', 'in', 'INVITE sip:1 SIP/2.0', 100),
      message('caller', 'out', 'SIP/2.0 180 Ringing', 120),
      message('agent-1', 'out', 'INVITE sip:2 SIP/2.0', 130),
      message('agent-1', 'in', 'SIP/2.0 486 Busy Here', 140),
      message('', 'in', 'SIP/2.0 200 OK', 150),
    ]),
  );
  expect(columns.map(({ key }) => key)).toEqual(['caller', 'node', 'agent-1', '[2001:db8::1]:5060']);
  expect(rungs.map(({ from, to, label, kind, sinceFirstMs }) => [from, to, label, kind, sinceFirstMs])).toEqual([
    [0, 1, 'INVITE', 'request', 0],
    [1, 0, '180 Ringing', 'provisional', 20],
    [1, 2, 'INVITE', 'request', 30],
    [2, 1, '486 Busy Here', 'failure', 40],
    [3, 1, '200 OK', 'success', 50],
  ]);
  expect(rungs[0]!.sequence).toBe('1 INVITE');
}); // prettier-ignore

test('a message sent again is marked, the same words the other way are not; an empty ladder is the node alone', () => {
  const ok = 'SIP/2.0 200 OK';
  const { rungs } = drawLadder(
    ladderOf([message('a', 'out', ok), message('a', 'out', ok), message('a', 'in', ok)]),
  );
  expect(rungs.map(({ isRepeated }) => isRepeated)).toEqual([false, true, false]);
  expect(drawLadder(ladderOf([])).columns.map(({ key }) => key)).toEqual(['node']);
});
