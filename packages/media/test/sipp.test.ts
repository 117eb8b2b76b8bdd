import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestSecretOf } from '../src/sip/digest/digest-response.ts';
import { createSipUserAgent } from '../src/sip/user-agent/create-sip-user-agent.ts';
import type { DialogEnd, IncomingInvite, SipUserAgent } from '../src/sip/user-agent/sip-user-agent.ts';
import { realClock, realRandom, until } from './real-clock.ts';
import { sdpOf } from './sip-party.ts';
import { asTheScenarioSays, hasSipp, playScenario } from './sipp-runner.ts';

const ours = '127.0.0.72';
const theirs = '127.0.0.73';

describe.skipIf(!hasSipp)('with SIPp as the other side', () => {
  let agent: SipUserAgent;
  let invites: IncomingInvite[] = [];
  let ends: DialogEnd[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-sipp-'));

  beforeAll(async () => {
    const listener = { onReinvite: () => sdpOf(30_000), onEnded: (end: DialogEnd) => ends.push(end) };
    agent = createSipUserAgent({
      clock: realClock,
      random: realRandom,
      product: 'Seatgrid test',
      listen: [
        { protocol: 'udp', address: ours, port: 0 },
        { protocol: 'tcp', address: ours, port: 0 },
      ],
      handler: {
        trust: ({ method }) =>
          method === 'REGISTER' ? { kind: 'challenge', realm: 'acme' } : { kind: 'trusted', peer: 'sipp' },
        secret: (realm, username) => digestSecretOf({ username, realm, password: 'secret' }),
        onBindings() {},
        onInvite(invite) {
          invites.push(invite);
          invite.progress(180);
          if (invite.requestUser === 'ring') return;
          const dialog = invite.accept(sdpOf(30_000), listener);
          if (invite.requestUser === 'brief') dialog.bye({ cause: 16, text: 'over' });
        },
      },
    });
    await agent.start();
  });

  afterAll(async () => {
    await agent?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** `-nr` lets a scenario see what SIPp would absorb as a repetition. */
  async function sipp(scenario: string, ...more: string[]): Promise<void> {
    invites = [];
    ends = [];
    const port = agent.listening()[more.includes('t1') ? 1 : 0]!.port;
    const played = await playScenario(scenario, `${ours}:${port}`, ['-i', theirs, ...more]);
    expect(played).toEqual(asTheScenarioSays);
  }

  test.each(['u1', 't1'])('ten calls are answered and ended (%s)', async (transport) => {
    await sipp('uac-call', '-m', '10', '-r', '50', '-t', transport);
    expect(invites).toHaveLength(10);
    expect(ends).toEqual(Array.from({ length: 10 }, () => ({ by: 'remote' })));
  });

  test('a repeated INVITE is one call, each repetition gets the 180 again', async () => {
    await sipp('uac-repeated-invite', '-m', '3', '-nr');
    expect(invites).toHaveLength(3);
  });

  test('a caller who cancels gets 200 and 487', async () => {
    await sipp('uac-cancel', '-m', '3');
    expect(invites).toHaveLength(3);
  });

  test('a 200 is repeated until a late ACK', async () => {
    await sipp('uac-delayed-ack', '-m', '2', '-nr');
    expect(ends).toEqual([{ by: 'remote' }, { by: 'remote' }]);
  });

  test('our BYE waits for the ACK and reaches the caller', async () => {
    await sipp('uac-answered-by-bye', '-m', '2');
    expect(ends.map(({ by }) => by)).toEqual(['local', 'local']);
  });

  test('a phone registers by digest, bound to where its packets come from', async () => {
    await sipp('uac-register', '-m', '1');
    const bindings = agent.bindings('acme', '8001');
    expect(bindings.map(({ flow }) => flow.address)).toEqual([theirs]);
  });

  test('we call SIPp, which answers, and end the call', async () => {
    const port = 30_000 + Math.floor(Date.now() % 20_000);
    const options = ['-sn', 'uas', '-i', theirs, '-p', String(port), '-m', '1', '-nostdin', '-timeout', '15'];
    const child = spawn('sipp', options, { cwd: folder, stdio: 'ignore' });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const heard: string[] = [];
    agent.invite(
      {
        uri: `sip:service@${theirs}:${port}`,
        from: { user: '100', host: ours, displayName: '' },
        sdp: sdpOf(20_000),
        ringTimeoutMs: 10_000,
      },
      {
        onProgress: ({ status }) => heard.push(`progress ${status}`),
        onAnswered: ({ dialog }) => {
          heard.push('answered');
          dialog.bye();
        },
        onFailed: ({ status }) => heard.push(`failed ${status}`),
        onReinvite: () => 488,
        onEnded: ({ by }) => heard.push(`ended by ${by}`),
      },
    );
    expect(await exited).toBe(0);
    expect(heard).toEqual(['progress 180', 'answered', 'ended by local']);
  });

  test('afterwards no dialog is left', async () => {
    await until('the last dialog to go', () => agent.statistics().dialogs === 0);
    expect(agent.statistics().malformedIn).toBe(0);
  });
});
