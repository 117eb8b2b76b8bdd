import { parseMessage } from '@seatgrid/media/sip/message/parse-message.ts';
import { expect, test } from 'vitest';
import { inOtherWords } from './other-words.ts';

const source = { protocol: 'udp', address: '127.0.0.1', port: 5061 } as const;
const body = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 0\r\n';
const written =
  'INVITE sip:+10002@127.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK1;rport\r\n' +
  'Max-Forwards: 70\r\nFrom: "Line" <sip:line1@127.0.0.1>;tag=f\r\nTo: <sip:+10002@127.0.0.1>\r\nCall-ID: c1\r\n' +
  'CSeq: 1 INVITE\r\nContact: <sip:line1@127.0.0.1:5061>\r\nSupported: timer\r\nSession-Expires: 1800\r\n' +
  `Content-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const inTurn = [0, 1, 2, 3].map((turn) => inOtherWords(Buffer.from(written), turn).toString());

test('each make writes a message in its own way, and all of them mean the same', () => {
  expect(new Set(inTurn).size).toBe(4);
  const facts = inTurn.map((text) => {
    const read = parseMessage(Buffer.from(text), source);
    if (read.kind !== 'request') throw new Error(`${read.kind}: ${text}`);
    const { method, uriText, callId, cseq, fromTag, bodyText } = read;
    const [from, contact, type] = ['From', 'Contact', 'Content-Type'].map((name) => read.field(name));
    return { method, uriText, callId, cseq, fromTag, bodyText, from, contact, type };
  });
  expect(facts[0]).toMatchObject({ method: 'INVITE', callId: 'c1', cseq: 1, fromTag: 'f', bodyText: body });
  for (const other of facts) expect(other).toEqual(facts[0]);
});

test('the first says it as it was written; the others know no session timers, and have forms of their own', () => {
  expect(inTurn[0]).toBe(written);
  for (const text of inTurn.slice(1)) expect(text).not.toMatch(/Session-Expires|Supported/);
  expect(inTurn[1]).toMatch(/branch=z9hG4bK1\r\n[^]*\r\nX-Line: 1\r\n/);
  expect(inTurn[2]).toMatch(/\r\nv: [^]*\r\nmax-forwards: [^]*\r\nl: \d+\r\n/);
  expect(inTurn[3]).toMatch(/\r\nCSeq: {2}1 INVITE \r\n[^]*\r\nOrganization: One\r\n and another\r\n/);
});
