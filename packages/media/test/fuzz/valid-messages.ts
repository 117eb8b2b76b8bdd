/** Valid SIP, one of each kind that the stack reads more of than its head: where anomalies and fuzzing begin. */

const offer =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0 8 101\r\n' +
  'a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n' +
  'm=video 20002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n';

function message(method: string, lines: readonly string[], body = '', type = 'application/sdp'): string {
  const content = body === '' ? [] : [`Content-Type: ${type}`];
  return [
    `${method} sip:bob@192.0.2.2:5060;transport=udp SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.200:5060;branch=z9hG4bK776asdhds;rport, SIP/2.0/TCP [2001:db8::9:1]:5061;received=10.0.0.1;branch=z9hG4bK1',
    'Max-Forwards: 70',
    'From: "Alice \\"A\\"" <sip:alice@example.com;user=phone>;tag=1928301774',
    'To: Bob <sip:bob@example.com>',
    'Call-ID: a84b4c76e66710@192.0.2.200',
    `CSeq: 314159 ${method}`,
    'Contact: <sip:alice@192.0.2.200:5062;transport=udp>;expires=600;q=0.5',
    ...lines,
    ...content,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

const digest =
  'Digest username="1001", realm="example.com", nonce="abc.def", uri="sip:example.com", response="0123456789abcdef0123456789abcdef",' +
  ' algorithm=MD5, qop=auth, nc=00000001, cnonce="xyz", opaque="o"';

export const validMessages: readonly string[] = [
  message(
    'INVITE',
    [
      'Allow: INVITE, ACK, BYE',
      'Supported: 100rel, timer',
      'Session-Expires: 1800;refresher=uac',
      'Min-SE: 90',
    ],
    offer,
  ),
  message(
    'INVITE',
    [
      'Record-Route: <sip:p1.example.com;lr>, <sip:[2001:db8::1]:5070;lr>',
      'P-Asserted-Identity: "A" <sip:+4930123@example.com>, <tel:+4930123>',
      'History-Info: <sip:x@y?Reason=SIP%3Bcause%3D302>;index=1',
      'Replaces: 425928@bobster.example.org;to-tag=7743;from-tag=6472',
      'Privacy: id',
      'Content-Disposition: session;handling=optional',
      'Accept: application/sdp, text/*;q=0.5',
    ],
    `--b1\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b1\r\nContent-Type: application/sdp\r\n\r\n${offer}\r\n--b1--\r\n`,
    'multipart/mixed;boundary="b1"',
  ),
  message('REGISTER', ['Expires: 3600', `Authorization: ${digest}`, 'User-Agent: Desk Phone 9']),
  message('OPTIONS', ['Accept: application/sdp', 'Require: timer', 'Proxy-Require: foo']),
  message('INFO', [], 'Signal=5\r\nDuration=160\r\n', 'application/dtmf-relay'),
  message('REFER', [
    'Refer-To: "C" <sip:carol@example.com?Replaces=12345%40192.168.118.3%3Bto-tag%3D12345%3Bfrom-tag%3D5FFE-3994>',
    'Referred-By: <sip:x@y>',
  ]),
  message('BYE', ['Reason: Q.850;cause=16;text="Normal call clearing", SIP;cause=200']),
  message(
    'MESSAGE',
    ['Date: Thu, 21 Feb 2002 13:02:03 GMT', 'Subject: hi'],
    'how are you',
    'text/plain;charset="utf-8"',
  ),
  message('SUBSCRIBE', ['Event: presence;id=1', 'Expires: 0']),
  message('PRACK', ['RAck: 776656 1 INVITE']),
  message('UPDATE', ['Session-Expires: 90'], offer),
  message('CANCEL', ['Route: <sip:p2.example.com;lr>']),
  message('ACK', []),
  message(
    'NOTIFY',
    ['Subscription-State: active;expires=60', 'Event: refer'],
    'SIP/2.0 200 OK\r\n',
    'message/sipfrag;version=2.0',
  ),
];

export const validResponses: readonly string[] = [
  '100 Trying',
  '183 Session Progress',
  '200 OK',
  '401 Unauthorized',
].map((status) =>
  message(
    'INVITE',
    [`WWW-Authenticate: ${digest}`, 'Retry-After: 5 (busy)', 'RSeq: 1', 'Require: 100rel'],
    offer,
  ).replace(/^.*\r\n/, `SIP/2.0 ${status}\r\n`),
);

export const validSdp: readonly string[] = [
  offer,
  'v=0\r\no=- 3 4 IN IP6 2001:db8::9\r\ns=call\r\nc=IN IP6 2001:db8::9\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 8 0\r\n' +
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:32\r\na=rtcp:4001 IN IP6 2001:db8::9\r\n' +
    'a=rtcp-mux\r\na=recvonly\r\n',
  'v=0\r\no=- 5 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 126\r\nc=IN IP4 0.0.0.0\r\n' +
    'a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 00:11:22\r\na=setup:actpass\r\na=mid:0\r\n' +
    'a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n' +
    'a=rtpmap:126 telephone-event/8000\r\na=rtcp-fb:111 transport-cc\r\na=extmap:1 urn:x\r\n',
];
