/** A real desk phone (baresip) that registers over TLS and calls, and IPv6 over every protocol. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { digestSecretOf } from '../src/sip/digest/digest-response.ts';
import type { SipProtocol } from '../src/sip/transport/sip-transport.ts';
import { createSipUserAgent } from '../src/sip/user-agent/create-sip-user-agent.ts';
import type { IncomingInvite, SipUserAgent } from '../src/sip/user-agent/sip-user-agent.ts';
import { realClock, realRandom, until } from './real-clock.ts';
import { sdpOf } from './sip-party.ts';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';

const hasBaresip = spawnSync('baresip', ['-h']).error === undefined;
const realm = 'acme.example';
const secret = digestSecretOf({ username: '1001', realm, password: 'right' });

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function node(protocol: SipProtocol, address: string, trust: 'challenge' | 'trusted') {
  const invites: IncomingInvite[] = [];
  const identity = makeCertificate(`IP:${address}`);
  const agent: SipUserAgent = createSipUserAgent({
    clock: realClock,
    random: realRandom,
    product: 'Seatgrid test',
    listen: [
      { protocol, address, port: 0, tls: { identities: [identity], authorities: identity.certificate } },
    ],
    handler: {
      trust: () =>
        trust === 'challenge' ? { kind: 'challenge', realm } : { kind: 'trusted', peer: 'the other node' },
      secret: (_realm, username) => (username === '1001' ? secret : undefined),
      onBindings() {},
      onInvite: (invite) => invites.push(invite),
    },
  });
  await agent.start();
  open.push(agent);
  return { agent, invites, port: agent.listening()[0]!.port };
}

test.skipIf(!hasBaresip)(
  'baresip registers over TLS, is called, and hangs up when told',
  async () => {
    const [host, phoneAddress] = ['127.0.0.76', '127.0.0.77'];
    const { agent, port } = await node('tls', host, 'challenge');
    const folder = mkdtempSync(join(tmpdir(), 'seatgrid-baresip-'));
    const config = [
      `sip_listen ${phoneAddress}:0`,
      'sip_verify_server no',
      `net_interface ${phoneAddress}`,
      'audio_source aubridge,nowhere',
      'audio_player aubridge,nowhere',
      'audio_alert aubridge,nowhere',
      'module_path /usr/lib/baresip/modules',
      'module g711.so',
      'module aubridge.so',
      'module_app account.so',
      'module_app menu.so',
    ];
    writeFileSync(join(folder, 'config'), `${config.join('\n')}\n`);
    writeFileSync(join(folder, 'contacts'), '');
    writeFileSync(
      join(folder, 'accounts'),
      `<sip:1001@${realm};transport=tls>;auth_user=1001;auth_pass=right;answermode=auto;regint=60;audio_codecs=PCMU/8000/1;` +
        `outbound="sip:${host}:${port};transport=tls"\n`,
    );
    const phone = spawn('baresip', ['-f', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOME: folder },
    });
    open.push({
      close: () => {
        phone.kill('SIGKILL');
        rmSync(folder, { recursive: true });
      },
    });
    let said = '';
    for (const stream of [phone.stdout, phone.stderr]) stream.on('data', (chunk) => (said += chunk));
    await until('the registration', () => agent.bindings(realm, '1001').length === 1, 20_000).catch(
      (error) => {
        throw new Error(`${(error as Error).message}\n${said}`);
      },
    );
    const [binding] = agent.bindings(realm, '1001');
    expect(binding!.flow.protocol).toBe('tls');

    const heard: string[] = [];
    agent.invite(
      {
        uri: binding!.contact,
        flow: binding!.flow,
        from: { user: '2001', host: realm, displayName: '' },
        sdp: sdpOf(40_002),
        ringTimeoutMs: 20_000,
      },
      {
        onProgress() {},
        onAnswered: ({ dialog, sdp }) => {
          heard.push(sdp.includes('m=audio') ? 'answered' : 'answered without sound');
          dialog.bye();
        },
        onFailed: ({ status }) => heard.push(`failed ${status}`),
        onReinvite: () => 488,
        onEnded: () => heard.push('ended'),
      },
    );
    await until('the call to end', () => heard.includes('ended') || heard.length > 1, 20_000);
    expect(heard).toEqual(['answered', 'ended']);
    await until('baresip to hear of it', () => agent.statistics().dialogs === 0, 10_000);
  },
  60_000,
);

test.each(['udp', 'tcp', 'tls'] as const)(
  '%s over IPv6: two nodes call each other, and name themselves in brackets',
  async (protocol) => {
    const [here, there] = [await node(protocol, '::1', 'trusted'), await node(protocol, '::1', 'trusted')];
    const trace: string[] = [];
    const heard: string[] = [];
    // The identity of each is its own: over TLS one node calls itself.
    const callee = protocol === 'tls' ? here : there;
    here.agent.invite(
      {
        uri: `sip:2001@[::1]:${callee.port};transport=${protocol}`,
        from: { user: '1001', host: '', displayName: '' },
        sdp: sdpOf(40_002),
        ringTimeoutMs: 10_000,
      },
      {
        onProgress() {},
        onAnswered: ({ dialog }) => {
          heard.push('answered');
          dialog.bye();
        },
        onFailed: ({ status, reason }) => heard.push(`failed ${status} ${reason}`),
        onReinvite: () => 488,
        onEnded: () => heard.push('ended'),
      },
    );
    await until('the call', () => callee.invites.length === 1 || heard.length > 0);
    expect(heard).toEqual([]);
    const [invite] = callee.invites;
    expect(invite!.flow).toMatchObject({ protocol, address: '::1' });
    expect(invite!.header('Via')).toMatch(
      new RegExp(`^SIP/2.0/${protocol.toUpperCase()} \\[::1\\]:${here.port};`),
    );
    expect(invite!.header('Contact')).toContain(`<sip:1001@[::1]:${here.port}`);
    expect(invite!.from.host).toBe('::1');
    invite!.accept(sdpOf(40_004), { onReinvite: () => 488, onEnded: () => trace.push('they ended') });
    await until('the end on both sides', () => trace.length === 1 && heard.length === 2);
    expect(heard).toEqual(['answered', 'ended']);
  },
);
