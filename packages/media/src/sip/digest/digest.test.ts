import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { describe, expect, test } from 'vitest';
import { sipNonceLifeMs } from '../../limits.ts';
import { answerChallenge, chooseChallenge } from './digest-client.ts';
import { digestResponse, digestSecretOf } from './digest-response.ts';
import { DigestServer } from './digest-server.ts';

describe('RFC 7616 §3.9.1', () => {
  const realm = 'http-auth@example.org';
  const { md5, sha256 } = digestSecretOf({ username: 'Mufasa', realm, password: 'Circle of Life' });
  const common = {
    method: 'GET',
    uri: '/dir/index.html',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    qop: 'auth',
    nc: '00000001',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  } as const;
  test.each([
    ['MD5', md5, '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', sha256, '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('%s', (algorithm, secret, response) => {
    expect(digestResponse({ ...common, algorithm, secret })).toBe(response);
  });
});

describe('a server', () => {
  const realm = 'acme';
  const secret = digestSecretOf({ username: 'alice', realm, password: 'right' });
  const secretOf = (username: string) => (username === 'alice' ? secret : undefined);

  function desk(noncesMax?: number) {
    const clock = new VirtualClock();
    const server = new DigestServer(clock, createSeededRandom(3), noncesMax);
    const judge = (credentials: string, method = 'REGISTER', source = '192.0.2.1') =>
      server.judge({ realm, source, method, credentials: [credentials], secretOf }).kind;
    const prove = (index: 0 | 1 = 0, username = 'alice', password = 'right') => {
      const challenge = chooseChallenge([
        server.challenge({ realm, source: '192.0.2.1', cause: 'first' })[index]!,
      ])!;
      return answerChallenge(
        challenge,
        { method: 'REGISTER', uri: 'sip:acme', cnonce: 'xyz' },
        { username, password },
      );
    };
    return { clock, server, judge, prove };
  }

  test('takes no algorithm it did not offer', () => {
    const { server, prove } = desk();
    const judged = (index: 0 | 1) =>
      server.judge({
        realm,
        source: '192.0.2.1',
        method: 'REGISTER',
        algorithms: ['SHA-256'],
        credentials: [prove(index)],
        secretOf,
      }).kind;
    expect([judged(0), judged(1)]).toEqual(['improper', 'proven']);
  });

  test('offers MD5, for older phones, before SHA-256, and takes either', () => {
    const { server, judge, prove } = desk();
    expect(
      server
        .challenge({ realm, source: '192.0.2.1', cause: 'first' })
        .map((text) => chooseChallenge([text])!.algorithm),
    ).toEqual(['MD5', 'SHA-256']);
    expect([judge(prove(0)), judge(prove(1))]).toEqual(['proven', 'proven']);
  });

  test.each([
    ['a wrong password', 'alice', 'wrong'],
    ['a name nobody has', 'bob', 'right'],
  ])('%s is wrong', (_name, username, password) => {
    const { judge, prove } = desk();
    expect(judge(prove(0, username, password))).toBe('wrong');
  });

  test('a proof for another method is wrong', () => {
    const { judge, prove } = desk();
    expect(judge(prove(), 'INVITE')).toBe('wrong');
  });

  test('a proof serves once; its next count serves again', () => {
    const { judge, prove } = desk();
    const first = prove();
    expect([judge(first), judge(first)]).toEqual(['proven', 'stale']);
    const nonce = /nonce="([^"]+)"/.exec(first)![1]!;
    const response = digestResponse({
      algorithm: 'MD5',
      secret: secret.md5,
      method: 'REGISTER',
      uri: 'sip:acme',
      nonce,
      qop: 'auth',
      nc: '00000002',
      cnonce: 'xyz',
    });
    const second = first
      .replace(/response="\w+"/, `response="${response}"`)
      .replace('nc=00000001', 'nc=00000002');
    expect(judge(second)).toBe('proven');
    expect(judge(first)).toBe('stale');
  });

  test('a nonce too old, of another realm, or of another server is stale', () => {
    const { clock, judge, prove } = desk();
    const old = prove();
    clock.advance(sipNonceLifeMs + 1);
    expect(judge(old)).toBe('stale');
    expect(judge(prove().replace(/nonce="(.)/, 'nonce="0$1'))).toBe('stale');
  });

  test.each([
    'Basic abc',
    'Digest',
    'Digest realm="other", username="alice"',
    'Digest realm="acme',
    'NTLM x="y"',
  ])('"%s" counts as nothing offered', (credentials) => expect(desk().judge(credentials)).toBe('missing'));

  test.each([
    ['without qop', ', qop=auth', ''],
    ['without a count', ', nc=00000001', ''],
    ['without a name', 'username="alice", ', ''],
    ['with qop=auth-int, which was not offered', 'qop=auth', 'qop=auth-int'],
    ['with an algorithm that was not offered', 'algorithm=MD5', 'algorithm=SHA-512-256'],
    ['with a session algorithm', 'algorithm=MD5', 'algorithm=MD5-sess'],
    ['with a count of no hex digits', 'nc=00000001', 'nc=0000000g'],
  ])('credentials %s are improper, and no guess', (_name, part, instead) => {
    const { judge, prove } = desk();
    expect(judge(prove().replace(part, instead))).toBe('improper');
  });

  test('a nonce serves whom it was given to: nobody fails, or succeeds, in the name of another address', () => {
    const { judge, prove } = desk();
    expect(judge(prove(0, 'alice', 'wrong'), 'REGISTER', '192.0.2.2')).toBe('stale');
    expect(judge(prove(), 'REGISTER', '192.0.2.2')).toBe('stale');
    expect(judge(prove())).toBe('proven');
  });

  test('counts that had to be forgotten take their nonces with them: nothing is ever played again', () => {
    const { clock, judge, prove } = desk(100);
    const first = prove();
    expect(judge(first)).toBe('proven');
    for (let count = 0; count < 300; count++) {
      clock.advance(1);
      if (judge(prove()) !== 'proven') throw new Error(`proof ${count} was refused`);
    }
    expect(judge(first)).toBe('stale');
  });

  test('a name nobody has takes as long to refuse as a wrong password', () => {
    const { judge, prove } = desk();
    const spent = { alice: [] as number[], nobody: [] as number[] };
    for (let round = 0; round < 400; round++) {
      for (const username of ['alice', 'nobody'] as const) {
        const proof = prove(0, username, 'wrong');
        const startMs = performance.now();
        judge(proof);
        spent[username].push(performance.now() - startMs);
      }
    }
    const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
    const ratio = median(spent.nobody) / median(spent.alice);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });
});

test('a client passes over algorithms it does not know, and answers a challenge without qop the old way', () => {
  const known = chooseChallenge([
    'Digest realm="r", nonce="n", algorithm=SHA-512-256, qop="auth"',
    'Digest realm="r", nonce="n", algorithm=MD5, opaque="o"',
  ])!;
  expect(known).toMatchObject({ algorithm: 'MD5', qop: '' });
  const credentials = { username: 'u', password: 'p' };
  const proof = answerChallenge(known, { method: 'INVITE', uri: 'sip:x', cnonce: 'c' }, credentials);
  expect(proof).not.toContain('qop');
  expect(proof).toContain('opaque="o"');
});
