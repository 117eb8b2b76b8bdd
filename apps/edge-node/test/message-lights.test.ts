/** D-11: the light of a desk phone that messages wait, with baresip, which asks for it as phones do (RFC 3842). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Baresip, hasBaresip } from './baresip.ts';
import { newId, phonePassword, type FixtureTenant } from './fixture-config.ts';
import { nodeAddress } from './node-process.ts';
import { numberWith, TelephoneSide } from './telephone-side.ts';
import { agentHz, toneOf } from './tones.ts';
import { until } from './until.ts';

const number = '+864008000001';
let side: TelephoneSide;
let tenant: FixtureTenant;
let phone: Baresip | undefined;

if (!hasBaresip) console.warn('skipped: baresip is not installed, so no real phone asks for its light');

describe.skipIf(!hasBaresip)('with baresip', () => {
  beforeAll(async () => {
    side = await TelephoneSide.start((fixture) => {
      tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
      const id = newId<'mailbox'>();
      tenant.config.mailboxes.push({
        id,
        name: 'Agent 1',
        owner: { kind: 'agent', agentId: tenant.agents[0]!.id },
        number: null,
        greeting: [],
        pin: null,
        messageMaxMs: 60_000,
        messagesMax: 10,
        keptDays: null,
        mailTo: [],
        isSoundMailed: false,
      });
      numberWith(tenant, number, { kind: 'mailbox', mailboxId: id });
    });
  });
  afterAll(async () => {
    await phone?.close();
    await side?.close();
  });

  test('a phone is told how many messages wait when it asks, and again when one comes', async () => {
    phone = await Baresip.start({
      extension: '1001',
      domain: 'demo.seatgrid',
      proxy: `${nodeAddress}:${side.node.sipPort}`,
      password: phonePassword,
      toneHz: agentHz,
      address: '127.0.0.3',
      hasLight: true,
    });
    await phone.untilSaid(/Messages-Waiting: no\s+Voice-Message: 0\/0/, 30_000);
    const call = await side.ring(number);
    call.rtp.speak(new Int16Array(160));
    await call.until(['talking'], 5_000);
    call.press('#');
    const before = call.rtp.heard().length;
    await until('the tone', () => call.rtp.heard().length > before + 2_000);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    call.rtp.speak(toneOf(agentHz));
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    call.hangUp();
    await side.node.event('voice-message.left');
    await phone.untilSaid(/Messages-Waiting: yes\s+Voice-Message: 1\/0/, 20_000);
    expect(side.node.eventsOf('voice-message.left').length).toBe(1);
  });
});
