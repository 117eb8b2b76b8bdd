/** Desk phones that speak but one codec (baresip): G.722 and Opus, among themselves in wideband, and with a trunk of G.711. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { Baresip, hasBaresip } from './baresip.ts';
import { phonePassword } from './fixture-config.ts';
import { TelephoneSide } from './telephone-side.ts';
import { outsideHz } from './tones.ts';
import { until } from './until.ts';

if (!hasBaresip) console.warn('SKIPPED: baresip is not on this machine (apt-get install -y baresip)');
const deskHz = 520;
/** No telephone of G.711 could carry it. */
const wideHz = 5_200;

describe.skipIf(!hasBaresip).each(['G722', 'opus'] as const)('phones of %s', (codec) => {
  let side: TelephoneSide;
  const phones: Baresip[] = [];

  beforeAll(async () => {
    side = await TelephoneSide.start((fixture) => {
      fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    });
  });

  afterEach(async () => {
    await Promise.all(phones.splice(0).map((phone) => phone.close()));
    await side.settle();
  });
  afterAll(() => side?.close());

  async function openPhone(extension: string, toneHz: number): Promise<Baresip> {
    const phone = await Baresip.start({
      extension,
      domain: 'demo.seatgrid',
      proxy: `127.0.0.1:${side.node.sipPort}`,
      password: phonePassword,
      toneHz,
      address: '127.0.0.1',
      codec,
    });
    phones.push(phone);
    await phone.untilSaid(/200 OK/);
    return phone;
  }

  /** How loud the tone was in the last seconds of its call, which is over. */
  async function heardAt(phone: Baresip, hz: number): Promise<number> {
    const { samples, rateHz } = await until('what the phone heard', () => {
      const sound = phone.heard();
      return sound.samples.length > sound.rateHz && sound;
    });
    return toneAmplitude(samples.subarray(-rateHz / 2), hz, rateHz);
  }

  test('one calls out by a trunk of G.711: each hears the other at the level that was spoken', async () => {
    const phone = await openPhone('1001', deskHz);
    phone.command('dial', '13911112222');
    const outside = await until('the outside to be rung', () => side.outsideLeg, 15_000);
    await until(
      'the phone’s tone outside',
      async () => toneAmplitude(await outside.rtp.listen(300), deskHz) > 0.2,
    );
    phone.command('sndcode', '5');
    await outside.rtp.until(() => outside.rtp.digits.length > 0, 5_000, 'the key');
    // Longer than another would take.
    await outside.rtp.listen(1_500);
    expect(outside.rtp.digits).toEqual(['5']);
    phone.command('hangup');
    expect(await heardAt(phone, outsideHz)).toBeGreaterThan(0.2);
  });

  test('one calls the other: what only wideband can carry is heard', async () => {
    const caller = await openPhone('1001', wideHz);
    const called = await openPhone('1002', wideHz);
    caller.command('dial', '1002');
    for (const phone of [caller, called])
      await until('two seconds of talk', () => phone.heardSeconds() > 2, 15_000);
    caller.command('hangup');
    expect(await heardAt(called, wideHz)).toBeGreaterThan(0.1);
    expect(await heardAt(caller, wideHz)).toBeGreaterThan(0.1);
  });
});
