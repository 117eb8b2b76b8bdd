import { expect, test } from 'vitest';
import { parseMessage } from '../message/parse-message.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';
import { agreedBy, askedLines, judgeInterval, usualInterval, widened } from './session-interval.ts';

const head =
  'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@b.example>;tag=1\r\nTo: <sip:c@d.example>\r\nCall-ID: x\r\n' +
  'CSeq: 1 INVITE\r\nMax-Forwards: 70\r\n';
const read = (start: string, lines: string) =>
  parseMessage(Buffer.from(`${start}\r\n${head}${lines}Content-Length: 0\r\n\r\n`), {
    address: '192.0.2.1',
    port: 5060,
  });
const request = (lines: string) => read('INVITE sip:c@d.example SIP/2.0', lines) as SipRequest;
const answer = (lines: string, status = '200 OK') => read(`SIP/2.0 ${status}`, lines) as SipResponse;

const timer = 'Supported: timer\r\n';

// RFC 4028 §9, table 2: what the caller says, what we answer, and who refreshes.
test.each([
  ['says nothing', '', '1800;refresher=uas', 'us', 1_800],
  ['knows timers', timer, '1800;refresher=uac', 'them', 1_800],
  ['asks for less', `${timer}Session-Expires: 600\r\n`, '600;refresher=uac', 'them', 600],
  ['asks for more', `${timer}Session-Expires: 7200\r\n`, '1800;refresher=uac', 'them', 1_800],
  ['wants us to refresh', `${timer}x: 900;refresher=uas\r\n`, '900;refresher=uas', 'us', 900],
  ['wants to refresh', `${timer}Session-Expires: 900 ; refresher=UAC\r\n`, '900;refresher=uac', 'them', 900],
  ['has a proxy that asks', 'Session-Expires: 600\r\n', '600;refresher=uas', 'us', 600],
  ['has a proxy that asks for too little', 'Session-Expires: 60\r\n', '60;refresher=uas', 'us', 60],
  ['has a Min-SE above ours', `${timer}Session-Expires: 3600\r\nMin-SE: 2400\r\n`, '2400;refresher=uac', 'them', 2_400],
  ['says what nobody can read', `${timer}Session-Expires: soon\r\n`, '1800;refresher=uac', 'them', 1_800],
])('a caller who %s', (_, lines, field, refresher, intervalSeconds) => {
  const judged = judgeInterval(request(lines), usualInterval);
  expect(judged).toMatchObject({ isOk: true, terms: { intervalSeconds, refresher } });
  expect(judged.lines).toContain(`Session-Expires: ${field}\r\n`);
  expect(judged.lines.includes('Require: timer')).toBe(field.endsWith('uac'));
}); // prettier-ignore

test('too short for us, and the caller knows what that means: 422 and our least', () => {
  expect(judgeInterval(request(`${timer}Session-Expires: 60\r\n`), usualInterval)).toEqual({
    isOk: false,
    lines: 'Min-SE: 90\r\n',
  });
});

test.each(['us', 'them'] as const)(
  'a refresh that names nobody leaves the refresher as it was: %s',
  (who) => {
    const judged = judgeInterval(request(timer), usualInterval, who);
    expect(judged).toMatchObject({ terms: { refresher: who } });
  },
);

test.each([
  ['names them', 'Session-Expires: 600;refresher=uas\r\n', 'them', 600],
  ['names us', 'Session-Expires: 600;refresher=uac\r\n', 'us', 600],
  ['names nobody', 'Session-Expires: 600\r\n', 'us', 600],
  ['knows no timers: we keep watch alone', '', 'us', 1_800],
])('an answer that %s', (_, lines, refresher, intervalSeconds) => {
  expect(agreedBy(answer(lines), usualInterval)).toEqual({ refresher, intervalSeconds });
});

test('a 422 raises what we ask for, once for each Min-SE', () => {
  const wider = widened(usualInterval, answer('Min-SE: 3600\r\n', '422 Session Interval Too Small'))!;
  expect(askedLines(wider)).toBe('Session-Expires: 3600\r\nMin-SE: 3600\r\n');
  expect(widened(wider, answer('Min-SE: 3600\r\n', '422 Again'))).toBeUndefined();
  expect(widened(wider, answer('', '422 Without A Word'))).toBeUndefined();
});

test('a refresh names the refresher as it stands', () => {
  expect(askedLines(usualInterval, 'us')).toBe('Session-Expires: 1800;refresher=uac\r\n');
  expect(askedLines(usualInterval, 'them')).toBe('Session-Expires: 1800;refresher=uas\r\n');
});
