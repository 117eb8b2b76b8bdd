import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { realClock, realRandom, until } from '../../../test/real-clock.ts';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { sipMessageBytesMax } from '../../limits.ts';
import { answerChallenge, chooseChallenge } from '../digest/digest-client.ts';
import { digestSecretOf } from '../digest/digest-response.ts';
import { createSipUserAgent } from '../user-agent/create-sip-user-agent.ts';
import type { IncomingInvite } from '../user-agent/sip-user-agent.ts';

const host = '127.0.0.74';
const realm = 'acme.example';
const identity = makeCertificate('DNS:acme.example');
const secret = digestSecretOf({ username: '1001', realm, password: 'right' });

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function node(protocol: 'ws' | 'wss') {
  const invites: IncomingInvite[] = [];
  const agent = createSipUserAgent({
    clock: realClock,
    random: realRandom,
    product: 'Seatgrid test',
    listen: [{ protocol, address: host, port: 0, tls: { identities: [identity] } }],
    handler: {
      trust: () => ({ kind: 'challenge', realm }),
      secret: (_realm, username) => (username === '1001' ? secret : undefined),
      onBindings() {},
      onInvite: (invite) => invites.push(invite),
    },
  });
  await agent.start();
  open.push(agent);
  return { agent, invites, url: `${protocol}://${host}:${agent.listening()[0]!.port}` };
}

/** What a page's SIP library does with a WebSocket, and no more. */
class WebPhone {
  readonly received: string[] = [];
  readonly socket: WebSocket;
  closed: number | undefined;

  constructor(url: string, protocols: string[] = ['sip']) {
    this.socket = new WebSocket(url, protocols, { rejectUnauthorized: false });
    this.socket.on('message', (data) => this.received.push((data as Buffer).toString()));
    this.socket.on('close', (code) => (this.closed = code));
    this.socket.on('error', () => (this.closed ??= 0));
    open.push({ close: () => this.socket.terminate() });
  }

  async opened(): Promise<this> {
    await until('the WebSocket to open', () => this.socket.readyState === WebSocket.OPEN);
    return this;
  }

  /** Sends, and awaits the answer to that number. */
  async ask(method: string, cseq: number, lines = '', body = ''): Promise<string> {
    const uri = method === 'REGISTER' ? `sip:${realm}` : `sip:2001@${realm}`;
    const to = method === 'REGISTER' ? `<sip:1001@${realm}>` : `<${uri}>`;
    const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
    this.socket.send(
      `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK${method}${cseq}\r\n` +
        `Max-Forwards: 69\r\nTo: ${to}\r\nFrom: <sip:1001@${realm}>;tag=page\r\nCall-ID: page-${method}\r\n` +
        `CSeq: ${cseq} ${method}\r\nContact: <sip:1001@df7jal23ls0d.invalid;transport=ws>\r\n${lines}${type}\r\n${body}`,
    );
    const isAnswer = (text: string): boolean =>
      text.includes(`CSeq: ${cseq} ${method}\r\n`) && !text.startsWith('SIP/2.0 100');
    await until(`the answer to ${method} ${cseq}`, () => this.received.some(isAnswer));
    return this.received.find(isAnswer)!;
  }

  async prove(method: string, body = ''): Promise<string> {
    const refusal = await this.ask(method, 1, '', body);
    const challenges = Array.from(refusal.matchAll(/WWW-Authenticate: (.*)\r\n/g), ([, value]) => value!);
    const uri = method === 'REGISTER' ? `sip:${realm}` : `sip:2001@${realm}`;
    const asked = { method, uri, cnonce: 'abc' };
    const proof = answerChallenge(chooseChallenge(challenges)!, asked, {
      username: '1001',
      password: 'right',
    });
    return this.ask(method, 2, `Authorization: ${proof}\r\n`, body);
  }
}

describe.each(['ws', 'wss'] as const)('%s', (protocol) => {
  test('a page registers, calls, and is called over the one connection it opened', async () => {
    const { agent, invites, url } = await node(protocol);
    const page = await new WebPhone(url).opened();
    expect(page.socket.protocol).toBe('sip');
    expect(await page.prove('REGISTER')).toContain('SIP/2.0 200 OK');
    const [binding] = agent.bindings(realm, '1001');
    expect(binding).toMatchObject({
      contact: 'sip:1001@df7jal23ls0d.invalid;transport=ws',
      flow: { protocol, address: '127.0.0.1' },
    });

    const offer =
      'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n';
    const answered = page.prove('INVITE', offer);
    await until('the call', () => invites.length === 1);
    expect(invites[0]!.sdp).toBe(offer);
    invites[0]!.accept(offer, { onReinvite: () => 488, onEnded() {} });
    const answer = await answered;
    expect(answer).toContain('SIP/2.0 200 OK');
    expect(answer).toMatch(new RegExp(`Contact: <sip:2001@${host}:\\d+;transport=ws>`));

    const asked = agent.request({
      method: 'NOTIFY',
      uri: binding!.contact,
      flow: binding!.flow,
      from: { user: '2001', host: realm, displayName: '' },
    });
    await until('the request to the page', () => page.received.some((text) => text.startsWith('NOTIFY')));
    const notify = page.received.find((text) => text.startsWith('NOTIFY'))!;
    expect(notify).toContain(`Via: SIP/2.0/${protocol.toUpperCase()} ${host}:`);
    const head = notify.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
    page.socket.send(`SIP/2.0 200 OK\r\n${head.join('\r\n')}\r\n\r\n`);
    expect((await asked).status).toBe(200);
  });

  test('the subprotocol is agreed on, or there is no connection (RFC 7118 §4.1)', async () => {
    const { url } = await node(protocol);
    const page = new WebPhone(url, ['chat']);
    await until('the refusal', () => page.closed !== undefined);
  });
});

test('a double CRLF is answered with a single one, a frame beyond the limit ends the connection', async () => {
  const { url } = await node('ws');
  const page = await new WebPhone(url).opened();
  page.socket.send('\r\n\r\n');
  await until('the pong', () => page.received[0] === '\r\n');
  page.socket.send('x'.repeat(sipMessageBytesMax + 1));
  await until('the connection to end', () => page.closed !== undefined);
});

test('a request to a page that has gone fails at once', async () => {
  const { agent, url } = await node('ws');
  const page = await new WebPhone(url).opened();
  await page.prove('REGISTER');
  const [binding] = agent.bindings(realm, '1001');
  page.socket.terminate();
  await until('the connection to end', () => page.closed !== undefined);
  const from = { user: 'x', host: realm, displayName: '' };
  const ask = () => agent.request({ method: 'OPTIONS', uri: binding!.contact, flow: binding!.flow, from });
  expect((await ask()).status).toBe(503);
});

test('what asks for a page instead of a WebSocket hears 426', async () => {
  const { url } = await node('ws');
  expect((await fetch(url.replace('ws:', 'http:'))).status).toBe(426);
});
