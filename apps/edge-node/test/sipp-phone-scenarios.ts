/** A desk phone as SIPp plays it: calls with its password, holds, asks on a second line, and sends the other side elsewhere. */

interface Line {
  /** Its Call-ID: SIPp takes what follows `///` for its own. */
  readonly callId: string;
  readonly tag: string;
  /** Where the other end's tag is kept. */
  readonly peerTag: string;
}

const first: Line = { callId: '[call_id]', tag: '[pid]a[call_number]', peerTag: 'firsttag' };
const second: Line = { callId: 'second///[call_id]', tag: '[pid]b[call_number]', peerTag: 'secondtag' };

const password = (secret: string) => `[authentication username=1001 password=${secret}]`;

const sdp = (direction: string) => `Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
a=${direction}
`;

const nothing = 'Content-Length: 0\n\n';

function request(
  line: Line,
  method: string,
  cseq: number,
  to: string,
  rest: string,
  isInDialog = true,
): string {
  const tag = isInDialog ? `;tag=[$${line.peerTag}]` : '';
  return `
${method} sip:${to}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:1001@demo.seatgrid>;tag=${line.tag}
To: <sip:${to}@demo.seatgrid>${tag}
Call-ID: ${line.callId}
CSeq: ${cseq} ${method}
Contact: <sip:1001@[local_ip]:[local_port]>
Max-Forwards: 70
${rest}`;
}

const send = (message: string, attributes = '') => `<send ${attributes}><![CDATA[${message}]]></send>`;
const again = 'retrans="500"';
const recv = (what: string, action = '') => {
  const kind = /^\d/.test(what) ? 'response' : 'request';
  return action === ''
    ? `<recv ${kind}="${what}"/>`
    : `<recv ${kind}="${what}"><action>${action}</action></recv>`;
};
const provisional = '<recv response="100" optional="true"/><recv response="180" optional="true"/>';
const ok = send(
  '\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n',
);
const says = (status: string) =>
  `<ereg regexp="SIP/2.0 ${status}" search_in="body" check_it="true" assign_to="found"/>`;
/** A NOTIFY that tells this status, and a BYE: each answered. */
const told = (status: string) => recv('NOTIFY', says(status)) + ok;
const released = recv('BYE') + ok;

/** Calls with its password, and is answered. */
const call = (line: Line, to: string, secret: string) => `
${send(request(line, 'INVITE', 1, to, sdp('sendrecv'), false), again)}
<recv response="401" auth="true"/>
${send(request(line, 'ACK', 1, to, nothing, false))}
${send(request(line, 'INVITE', 2, to, `${password(secret)}\n${sdp('sendrecv')}`, false), again)}
${provisional}
${recv('200', `<ereg regexp=";tag=([^;]*)" search_in="hdr" header="To:" check_it="true" assign_to="whole,${line.peerTag}"/>`)}
${send(request(line, 'ACK', 2, to, nothing))}`;

const hold = (line: Line, cseq: number, to: string) => `
${send(request(line, 'INVITE', cseq, to, sdp('sendonly')), again)}
<recv response="100" optional="true"/>
${recv('200')}
${send(request(line, 'ACK', cseq, to, nothing))}`;

const refer = (line: Line, cseq: number, to: string, target: string) =>
  send(
    request(
      line,
      'REFER',
      cseq,
      to,
      `Refer-To: <${target}>\nReferred-By: <sip:1001@demo.seatgrid>\n${nothing}`,
    ),
    again,
  ) + recv('202');

const scenario = (name: string, steps: readonly string[]) =>
  `<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="${name}">\n${steps.join('\n')}\n` +
  `<Reference variables="found,whole,firsttag,secondtag"/>\n</scenario>`;

const talk = (ms: number) => `<pause milliseconds="${ms}"/>`;
const unused =
  '<nop><action><assignstr assign_to="secondtag" value="none"/><assignstr assign_to="found" value="none"/></action></nop>';

/** Sends whom it has called on to `target`, and is told these statuses, the last of which ends it. */
export const blindTransfer = (to: string, target: string, secret: string, statuses: readonly string[]) =>
  scenario('blind transfer', [
    unused,
    call(first, to, secret),
    talk(300),
    refer(first, 3, to, `sip:${target}@demo.seatgrid`),
    ...statuses.map(told),
    released,
  ]);

/** Sends whom it has called to somebody who cannot be had, hears so, and talks on. */
export const vainTransfer = (to: string, target: string, secret: string, status: string) =>
  scenario('transfer in vain', [
    unused,
    call(first, to, secret),
    refer(first, 3, to, `sip:${target}@demo.seatgrid`),
    told('100'),
    told(status),
    talk(500),
    send(request(first, 'BYE', 4, to, nothing), again),
    recv('200'),
  ]);

/** Holds, asks somebody on the second line, and connects the two. */
export const attendedTransfer = (to: string, asked: string, secret: string) =>
  scenario('attended transfer', [
    unused,
    call(first, to, secret),
    hold(first, 3, to),
    call(second, asked, secret),
    talk(2_500),
    refer(
      first,
      4,
      to,
      `sip:${asked}@demo.seatgrid?Replaces=second%2F%2F%2F[call_id]%3Bto-tag%3D[$secondtag]%3Bfrom-tag%3D${second.tag}`,
    ),
    told('100'),
    released,
    told('200'),
    released,
  ]);
