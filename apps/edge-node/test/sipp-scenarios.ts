/** Callers as SIPp plays them. */

const head = (to: string, extra = '') => `
INVITE sip:${to}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:13800138000@[local_ip]:[local_port]>;tag=[pid]x[call_number]
To: <sip:${to}@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:13800138000@[local_ip]:[local_port]>
Max-Forwards: 70
${extra}Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
`;

const inDialog = (method: string, to: string, cseq: number, body = 'Content-Length: 0\n\n') => `
${method} sip:${to}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:13800138000@[local_ip]:[local_port]>;tag=[pid]x[call_number]
To: <sip:${to}@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Contact: <sip:13800138000@[local_ip]:[local_port]>
Max-Forwards: 70
${body}`;

const send = (message: string, attributes = '') => `<send ${attributes}><![CDATA[${message}]]></send>`;
const optional = (...statuses: number[]) =>
  statuses.map((status) => `<recv response="${status}" optional="true"/>`).join('\n');
const scenario = (body: string) =>
  `<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="caller">\n${body}\n</scenario>`;

/** Calls, stays \`talkMs\`, hangs up. */
export const plainCaller = (to: string, talkMs: number) =>
  scenario(`
${send(head(to), 'retrans="500"')}
${optional(100, 180, 183)}
<recv response="200" rtd="true"/>
${send(inDialog('ACK', to, 1))}
<pause milliseconds="${talkMs}"/>
${send(inDialog('BYE', to, 2), 'retrans="500"')}
<recv response="200"/>`);

/** Presses a key by INFO once answered, and waits to be hung up on. */
export const infoCaller = (to: string, digit: string) =>
  scenario(`
${send(head(to), 'retrans="500"')}
${optional(100, 180, 183)}
<recv response="200"/>
${send(inDialog('ACK', to, 1))}
<pause milliseconds="300"/>
${send(
  inDialog(
    'INFO',
    to,
    2,
    `Content-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal=${digit}\nDuration=160\n`,
  ),
  'retrans="500"',
)}
<recv response="200"/>
<recv request="BYE" timeout="10000"/>
${send('\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n')}`);

/** Gives up while it rings. */
export const cancellingCaller = (to: string) =>
  scenario(`
${send(head(to), 'retrans="500"')}
${optional(100)}
<recv response="180"/>
<pause milliseconds="300"/>
<send retrans="500"><![CDATA[
CANCEL sip:${to}@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
From: <sip:13800138000@[local_ip]:[local_port]>;tag=[pid]x[call_number]
To: <sip:${to}@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 CANCEL
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
<recv response="487"/>
${send(inDialog('ACK', to, 1))}`);

const answered = (status: string, tag = '') => `
SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:]${tag}
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
`;

/** A carrier: rings, answers, and waits to be hung up on. */
export const answeringCarrier = scenario(`
<recv request="INVITE"/>
${send(`${answered('180 Ringing', ';tag=[pid]c[call_number]')}Content-Length: 0\n\n`)}
<pause milliseconds="200"/>
${send(
  `${answered('200 OK', ';tag=[pid]c[call_number]')}Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP4 [media_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
`,
  'retrans="500"',
)}
<recv request="ACK"/>
<recv request="BYE"/>
${send(`${answered('200 OK')}Content-Length: 0\n\n`)}`);

/** A carrier in trouble: refuses one call as its network tells it to. */
export const refusingCarrier = (status: string) =>
  scenario(`
<recv request="INVITE"/>
${send(`${answered('100 Trying')}Content-Length: 0\n\n`)}
${send(`${answered(status, ';tag=[pid]c[call_number]')}Content-Length: 0\n\n`, 'retrans="500"')}
<recv request="ACK"/>`);

/** Calls, and expects to be refused so. */
export const refusedCaller = (to: string, status: number) =>
  scenario(`
${send(head(to), 'retrans="500"')}
${optional(100)}
<recv response="${status}"/>
${send(inDialog('ACK', to, 1))}`);
