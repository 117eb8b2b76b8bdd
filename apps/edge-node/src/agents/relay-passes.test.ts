import { expect, test } from 'vitest';
import { makeRelayPass } from './relay-passes.ts';

test('a pass names its bearer and its end, and proves that its maker knew the secret', () => {
  const relays = { urls: ['turn:relay.example:3478?transport=udp'], secret: 'north', seconds: 600 };
  const pass = makeRelayPass(relays, 'ada', 1_000_500);
  // As `printf 1600:ada | openssl dgst -sha1 -hmac north -binary | base64` says.
  expect(pass).toEqual({
    urls: relays.urls,
    username: '1600:ada',
    credential: 'IMGjAD9sHzXwvZSGdUN1ISaq3YY=',
  });
  expect(makeRelayPass({ ...relays, secret: 'south' }, 'ada', 1_000_500).credential).not.toBe(
    pass.credential,
  );
});
