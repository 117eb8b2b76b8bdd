/** linphonec as desk phone: it registers, calls and is called, presses keys, holds, and passes a call on. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loudness, toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { phonePassword } from './fixture-config.ts';
import { hasLinphone, Linphone } from './linphone.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide } from './telephone-side.ts';
import { agentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

if (!hasLinphone) console.warn('SKIPPED: linphonec is not on this machine (apt-get install -y linphone-cli)');
const deskHz = 520;

describe.skipIf(!hasLinphone)('linphonec', () => {
  let side: TelephoneSide;
  let colleague: RegisteredPhone;
  let phone: Linphone;

  beforeAll(async () => {
    side = await TelephoneSide.start((fixture) => {
      fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    });
    colleague = await RegisteredPhone.open(side.node, { extension: '1002', domain: 'demo.seatgrid' });
    colleague.rtp.speak(toneOf(agentHz));
    expect(await colleague.register()).toBe(200);
    phone = await Linphone.start({
      extension: '1001',
      domain: 'demo.seatgrid',
      proxy: `127.0.0.1:${side.node.sipPort}`,
      password: phonePassword,
      toneHz: deskHz,
    });
    await phone.untilRegistered();
  });

  afterEach(async () => {
    phone.type('terminate all');
    colleague.hangUp();
    await side.settle();
  });
  afterAll(async () => {
    await phone?.close();
    await colleague?.close();
    await side?.close();
  });

  async function untilHeardOutside(hz: number): Promise<void> {
    const { rtp } = await until('the outside to be rung', () => side.outsideLeg, 15_000);
    await until(`${hz} Hz outside`, async () => toneAmplitude(await rtp.listen(300), hz) > 0.15);
  }

  test('calls out: both hear each other, its key arrives once, and its hold gives the other music', async () => {
    phone.type('call 13911112222');
    await untilHeardOutside(deskHz);
    const { rtp } = side.outsideLeg!;
    phone.type('5');
    await rtp.until(() => rtp.digits.length > 0, 5_000, 'the key');
    await rtp.listen(1_000);
    expect(rtp.digits).toEqual(['5']);
    phone.type('pause');
    await phone.untilSaid(/is now paused/);
    await until('music instead of the phone', async () => {
      const sound = await rtp.listen(500);
      return toneAmplitude(sound, deskHz) < 0.01 && loudness(sound) > 0.005;
    });
    phone.type('resume');
    await untilHeardOutside(deskHz);
    await rtp.listen(1_000);
    phone.type('terminate');
    const heard = await until('what the phone heard', () => {
      const samples = phone.heard();
      return samples.length > 8_000 && samples;
    });
    expect(toneAmplitude(heard.subarray(-4_000), outsideHz)).toBeGreaterThan(0.15);
  });

  test('is called, answers, and passes the caller on to the outside by REFER', async () => {
    colleague.dial('1001');
    await phone.untilSaid(/Receiving new incoming call/);
    phone.type('answer');
    await colleague.untilTalking();
    await until(
      'the phone at the colleague',
      async () => toneAmplitude(await colleague.rtp.listen(300), deskHz) > 0.15,
    );
    phone.type('transfer sip:13911112222@demo.seatgrid');
    await untilHeardOutside(agentHz);
    await until('the outside at the colleague', async () =>
      whoIsHeard(await colleague.rtp.listen(300)).includes(outsideHz),
    );
  });
});
