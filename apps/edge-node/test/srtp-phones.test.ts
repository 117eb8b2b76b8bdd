/** SRTP with a real desk phone (baresip, over libre): as caller and as called, in a secure profile and beside a plain one. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { Baresip, hasBaresip } from './baresip.ts';
import { phonePassword, type FixtureTenant, type Mutable } from './fixture-config.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide } from './telephone-side.ts';
import { agentHz, outsideHz, toneOf } from './tones.ts';
import { until } from './until.ts';

if (!hasBaresip) console.warn('SKIPPED: baresip is not on this machine (apt-get install -y baresip)');
const deskHz = 520;

describe.skipIf(!hasBaresip)('a phone that must have SRTP', () => {
  let side: TelephoneSide;
  let tenant: FixtureTenant;
  let colleague: RegisteredPhone;
  let baresip: Baresip | null = null;

  beforeAll(async () => {
    side = await TelephoneSide.start((fixture) => {
      tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
      const [first] = tenant.config.phoneSecrets;
      (first as Mutable<NonNullable<typeof first>>).srtp = 'require';
    });
    colleague = await RegisteredPhone.open(side.node, { extension: '1002', domain: 'demo.seatgrid' });
    colleague.rtp.speak(toneOf(agentHz));
    expect(await colleague.register()).toBe(200);
  });

  afterEach(async () => {
    colleague.hangUp();
    await side.settle();
    await baresip?.close();
    baresip = null;
  });
  afterAll(async () => {
    await colleague?.close();
    await side?.close();
  });

  async function openPhone(mediaEncryption?: 'srtp' | 'srtp-mand'): Promise<Baresip> {
    baresip = await Baresip.start({
      extension: '1001',
      domain: 'demo.seatgrid',
      proxy: `127.0.0.1:${side.node.sipPort}`,
      password: phonePassword,
      toneHz: deskHz,
      address: '127.0.0.1',
      ...(mediaEncryption ? { mediaEncryption } : {}),
    });
    await baresip.untilSaid(/200 OK/);
    return baresip;
  }

  /** Whole only when its call is over. */
  async function expectHeard(phone: Baresip, hz: number): Promise<void> {
    const heard = await until('what the phone heard', () => {
      const { samples } = phone.heard();
      return samples.length > 8_000 && samples;
    });
    expect(toneAmplitude(heard.subarray(-8_000), hz)).toBeGreaterThan(0.05);
  }

  test.each(['srtp', 'srtp-mand'] as const)('calls out with %s: both hear each other', async (encryption) => {
    const phone = await openPhone(encryption);
    phone.command('dial', '13911112222');
    const outside = await until('the outside to be rung', () => side.outsideLeg, 15_000);
    await until(
      'the phone’s tone outside',
      async () => toneAmplitude(await outside.rtp.listen(300), deskHz) > 0.05,
    );
    await outside.rtp.listen(1_500);
    phone.command('hangup');
    await expectHeard(phone, outsideHz);
    expect(phone.said).toMatch(/srtp/i);
  });

  test('is rung in a secure profile: both hear each other', async () => {
    const phone = await openPhone('srtp-mand');
    colleague.dial('1001');
    await colleague.untilTalking();
    await until(
      'the phone’s tone at the colleague',
      async () => toneAmplitude(await colleague.rtp.listen(300), deskHz) > 0.05,
    );
    await colleague.rtp.listen(1_500);
    colleague.hangUp();
    await expectHeard(phone, agentHz);
  });

  test('is refused without keys', async () => {
    const phone = await openPhone();
    phone.command('dial', '13911112222');
    await phone.untilSaid(/488/);
    expect(side.outsideLeg).toBeNull();
  });
});
