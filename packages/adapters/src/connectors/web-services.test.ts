/** Against real HTTP and HTTPS servers of this process, the hostile ones included. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpRequest, SoapRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import type { HttpSettings, SoapSettings } from '@seatgrid/core/connectors/connector.ts';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { openTestConnector, type TestConnectorOptions } from './test-connector.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function serving(answer: Answer, tls?: ServerOptions): Promise<string> {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    answer(request, response, body);
  };
  const server = tls ? createTlsServer(tls, handle) : createServer(handle);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const open = (settings: Partial<HttpSettings>, options?: TestConnectorOptions) =>
  openTestConnector({ kind: 'http', baseUrl: '', user: '', headers: {}, tls: null, ...settings }, options);
const get = (path: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  kind: 'http',
  method: 'GET',
  path,
  values: {},
  query: {},
  body: null,
  ...more,
});
const json = (response: ServerResponse, text: string) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);

describe('a web service', () => {
  it('answers JSON, whose numbers stay as they were written', async () => {
    const baseUrl = await serving((_, response) => json(response, '{"balance":1284.50,"id":90071992547409931,"open":true}'));
    const { document } = await open({ baseUrl }).reply(get('/customers/1'));
    expect(document).toEqual({ balance: '1284.50', id: '90071992547409931', open: true });
  }); // prettier-ignore

  it('is asked with values that stay where they are put', async () => {
    const baseUrl = await serving((request, response, body) =>
      json(response, JSON.stringify({ method: request.method, url: request.url, body, type: request.headers['content-type'] ?? null })),
    ); // prettier-ignore
    const connector = open({ baseUrl: `${baseUrl}/api/` });
    const hostile = '../admin?all=1#/"\r\n';
    const asked = await connector.reply(
      get('/customers/:number/balance', { values: { number: hostile }, query: { day: hostile } }),
    );
    expect(asked.document).toMatchObject({
      url: '/api/customers/..%2Fadmin%3Fall%3D1%23%2F%22%0D%0A/balance?day=..%2Fadmin%3Fall%3D1%23%2F%22%0D%0A',
    });
    const posted = await connector.reply(
      get('/notes', { method: 'POST', body: { kind: 'json', fields: { note: hostile, none: null } } }),
    );
    expect(posted.document).toMatchObject({ method: 'POST', body: JSON.stringify({ note: hostile, none: null }), type: 'application/json' }); // prettier-ignore
    const form = await connector.reply(
      get('/notes', { method: 'PUT', body: { kind: 'form', fields: { 'a&b': '1&c=2' } } }),
    );
    expect(form.document).toMatchObject({ body: 'a%26b=1%26c%3D2' });
    expect(await connector.failure(get('/customers/:number', { values: { number: '..' } }))).toBe('misasked');
    expect(await connector.failure(get('/customers/:number'))).toBe('misasked');
  });

  it('knows its user by Basic or Bearer, and headers of its own', async () => {
    const baseUrl = await serving((request, response) => json(response, JSON.stringify(request.headers)));
    const secrets = { password: 'pass:wörd' };
    const basic = await open({ baseUrl, user: 'bank', headers: { 'x-tenant': '7' } }, { secrets }).reply(
      get('/'),
    );
    expect(basic.document).toMatchObject({
      authorization: `Basic ${Buffer.from('bank:pass:wörd').toString('base64')}`,
      'x-tenant': '7',
    });
    const bearer = await open({ baseUrl }, { secrets: { password: 'token' } }).reply(get('/'));
    expect(bearer.document).toMatchObject({ authorization: 'Bearer token' });
  });

  it('refuses, does not admit, or says nothing that can be read: each told apart', async () => {
    const baseUrl = await serving((request, response) => {
      const status = Number(request.url!.slice(1));
      if (status === 200) json(response, '{"half":');
      else response.writeHead(status).end('no');
    });
    const connector = open({ baseUrl });
    const ask = (path: string) => connector.failure(get(path));
    expect([await ask('/404'), await ask('/500'), await ask('/401'), await ask('/200')]).toEqual([
      'refused',
      'refused',
      'not-admitted',
      'unreadable',
    ]);
  });

  it('is cut off at ten megabytes, announced or not', async () => {
    const baseUrl = await serving((request, response) => {
      const octets = Buffer.alloc(10 * 1024 * 1024, 'x');
      if (request.url === '/announced') response.writeHead(200, { 'content-length': octets.length });
      response.on('error', () => {}).end(octets);
    });
    const connector = open({ baseUrl });
    expect(await connector.failure(get('/announced'))).toBe('too-large');
    expect(await connector.failure(get('/flood'))).toBe('too-large');
  });

  it('is given up on time where it trickles', async () => {
    const baseUrl = await serving((_, response) => void response.writeHead(200).write('{'));
    expect(await open({ baseUrl }, { timeoutMs: 300 }).failure(get('/'))).toBe('timeout');
  });

  it('keeps its connection, and asks again where that had been closed meanwhile', async () => {
    const ports = new Set<number>();
    const baseUrl = await serving((request, response) => {
      ports.add(request.socket.remotePort!);
      json(response, '{}');
    });
    const connector = open({ baseUrl });
    for (let round = 0; round < 3; round++) await connector.reply(get('/'));
    expect(ports.size).toBe(1);
    (servers[0] as ReturnType<typeof createServer>).closeAllConnections();
    await connector.reply(get('/'));
    expect(ports.size).toBe(2);
  });
});

describe('the guard', () => {
  it('lets nobody inside by address, by name, or by another way to write either', async () => {
    const baseUrl = await serving((_, response) => json(response, '{}'));
    const port = new URL(baseUrl).port;
    for (const host of ['127.0.0.1', 'localhost', '127.1', '0x7f000001', '2130706433', '[::1]', '[::ffff:7f00:1]', '0.0.0.0']) {
      const connector = open({ baseUrl: `http://${host}:${port}` }, { innerHosts: [] });
      expect(await connector.failure(get('/')), host).toBe('inner-address');
    }
    for (const metadata of ['169.254.169.254', '[fd00:ec2::254]', '100.100.100.200'])
      expect(await open({ baseUrl: `http://${metadata}/` }, { innerHosts: ['127.0.0.1'] }).failure(get('/'))).toBe('inner-address');
  }); // prettier-ignore

  it('judges a redirect like the first address, and tells the other place nothing of us', async () => {
    const headers: unknown[] = [];
    const inner = await serving((request, response) => (headers.push(request.headers), json(response, '{}')));
    const innerPort = new URL(inner).port;
    const baseUrl = await serving((request, response) =>
      response.writeHead(302, { location: `http://127.0.0.2:${innerPort}${request.url}` }).end(),
    );
    const secrets = { password: 'secret' };
    const guarded = open({ baseUrl, headers: { 'x-key': 'k' } }, { secrets, innerHosts: ['127.0.0.1'] });
    expect(await guarded.failure(get('/latest/meta-data'))).toBe('inner-address');
    expect(headers).toEqual([]);

    const elsewhere = await serving((_, response) =>
      response.writeHead(307, { location: `${inner}/there` }).end(),
    );
    await open({ baseUrl: elsewhere, headers: { 'x-key': 'k' } }, { secrets }).reply(get('/'));
    expect(headers).toHaveLength(1);
    expect(headers[0]).not.toHaveProperty('authorization');
    expect(headers[0]).not.toHaveProperty('x-key');
  });

  it('ends a redirect that goes round, and one that leaves the web', async () => {
    const round = await serving((_, response) => response.writeHead(301, { location: '/again' }).end());
    expect(await open({ baseUrl: round }).failure(get('/'))).toBe('refused');
    const file = await serving((_, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    expect(await open({ baseUrl: file }).failure(get('/'))).toBe('misasked');
  });
});

describe('certificates', () => {
  it('must be vouched for, and a service that wants ours is shown it', async () => {
    const [server, client] = [makeCertificate('DNS:bank.example'), makeCertificate('DNS:seatgrid.example')];
    const baseUrl = await serving((_, response) => json(response, '{"in":true}'), {
      cert: server.certificate,
      key: server.key,
      ca: client.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const tls = {
      authority: server.certificate,
      certificate: client.certificate,
      serverName: 'bank.example',
    };
    const secrets = { clientKey: client.key };
    expect((await open({ baseUrl, tls }, { secrets }).reply(get('/'))).document).toEqual({ in: true });
    for (const [what, connector] of [
      ['without ours', open({ baseUrl, tls: { ...tls, certificate: '' } })],
      ['of another name', open({ baseUrl, tls: { ...tls, serverName: '' } }, { secrets })],
      ['vouched for by nobody', open({ baseUrl, tls: { ...tls, authority: '' } }, { secrets })],
    ] as const)
      expect(await connector.failure(get('/')), what).toBe('certificate');
  });
});

describe('a SOAP service', () => {
  const soap = (baseUrl: string, version: SoapSettings['version']) =>
    openTestConnector({ kind: 'soap', url: `${baseUrl}/balance`, version, namespace: 'urn:bank', user: '', tls: null }); // prettier-ignore
  const balanceOf = (number: string): SoapRequest => ({
    kind: 'soap',
    operation: 'GetBalance',
    action: 'urn:bank#GetBalance',
    fields: { Number: number },
  });

  const bank: Answer = (request, response, body) => {
    const number = /<Number>(.*)<\/Number>/s.exec(body)?.[1];
    const is12 = /2003\/05/.test(body);
    const type = is12 ? 'application/soap+xml' : 'text/xml';
    const s = is12 ? 'http://www.w3.org/2003/05/soap-envelope' : 'http://schemas.xmlsoap.org/soap/envelope/';
    const reason = is12 ? '<s:Reason><s:Text xml:lang="en">unknown number</s:Text></s:Reason>' : '<faultstring>unknown number</faultstring>'; // prettier-ignore
    const answer =
      number === '1001'
        ? `<b:GetBalanceResponse xmlns:b="urn:bank"><b:Name>林小姐</b:Name><b:Balance>1284.50</b:Balance><b:Note nil="true"/></b:GetBalanceResponse>`
        : `<s:Fault>${reason}</s:Fault>`;
    response
      .writeHead(number === '1001' ? 200 : 500, { 'content-type': `${type}; charset=utf-8` })
      .end(`<?xml version="1.0"?><s:Envelope xmlns:s="${s}"><s:Body>${answer}</s:Body></s:Envelope>`);
  };

  it.each(['1.1', '1.2'] as const)('answers an operation in version %s, and its faults are told', async (version) => {
    const asked: string[] = [];
    const baseUrl = await serving((request, response, body) => {
      asked.push(`${request.headers['soapaction'] ?? ''} ${request.headers['content-type']}`);
      bank(request, response, body);
    });
    const connector = soap(baseUrl, version);
    expect((await connector.reply(balanceOf('1001'))).document).toEqual({ Name: '林小姐', Balance: '1284.50', Note: null });
    expect(asked[0]).toContain('urn:bank#GetBalance');
    await expect(connector.reply(balanceOf('9'))).rejects.toThrow('unknown number');
    await expect(connector.reply(balanceOf('</Number><Number>1001'))).rejects.toThrow('unknown number');
  }); // prettier-ignore

  it('is believed no entities, and no page of a gateway', async () => {
    const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>';
    const xml = await serving((_, response) => response.writeHead(200, { 'content-type': 'text/xml' }).end(laughs));
    expect(await soap(xml, '1.1').failure(balanceOf('1'))).toBe('unreadable');
    const deep = await serving((_, response) => response.writeHead(200, { 'content-type': 'text/xml' }).end('<a>'.repeat(5_000)));
    expect(await soap(deep, '1.1').failure(balanceOf('1'))).toBe('unreadable');
    const gateway = await serving((_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway'));
    expect(await soap(gateway, '1.1').failure(balanceOf('1'))).toBe('refused');
  }); // prettier-ignore
});
