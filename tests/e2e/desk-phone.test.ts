/** B-07: a real desk phone (baresip) registers, takes a queue's call with its agent signed in on it, and calls out over the trunk. */
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import type { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Baresip, hasBaresip } from '../../apps/edge-node/test/baresip.ts';
import type { TestDesk } from '../../apps/edge-node/test/test-desk.ts';
import { awaitConfigured } from '../../scripts/seatgrid/house/await-configured.ts';
import { closeDesk, openDesk } from './desk-socket.ts';
import {
  numberOf,
  openCaller,
  sessionOf,
  theProduct,
  until,
  untilRecorded,
  type Product,
} from './product.ts';

if (!hasBaresip) console.warn('SKIPPED: baresip is not on this machine (apt-get install -y baresip)');

describe.skipIf(!hasBaresip)('baresip as desk phone 1001 of harbor', () => {
  let product: Product;
  let desk: TestDesk;
  let baresip: Baresip;

  beforeAll(async () => {
    product = await theProduct();
    const { domain, proxy, password } = product.report.phones.find((phone) => phone.tenant === 'harbor' && phone.extension === '1001')!; // prettier-ignore
    baresip = await Baresip.start({
      extension: '1001',
      domain,
      proxy,
      password,
      toneHz: 520,
      address: '127.0.0.1',
    });
    desk = await openDesk(product, 'harbor', '1001');
  });

  afterAll(async () => {
    await closeDesk(desk);
    await baresip?.close();
  });

  test('it registers, and the desk sees it', async () => {
    await until('the desk to see the phone', () => desk.state!.isPhoneRegistered);
  });

  test('the other tenant’s extension 1001 does not: equal extensions never meet', async () => {
    const other = await openDesk(product, 'lotus', '1001');
    expect(other.state!.isPhoneRegistered).toBe(false);
    await closeDesk(other);
  });

  test('a queue’s call rings it; caller and phone hear each other; the caller’s keys get there', async () => {
    await desk.done({ kind: 'sign-in', device: 'phone' });
    await desk.done({ kind: 'ready' });
    const phone = await openCaller();
    const call = await phone.ring({
      ...product.sip,
      number: numberOf(product, 'harbor'),
      from: '+12125550201',
    });
    await call.until(['talking'], 10_000);
    call.rtp.speak(makeTone({ frequencyHz: 440, durationMs: 1_000 }));
    await call.rtp.listen(2_500);
    call.press('0');
    await desk.untilInteraction('talking', 20_000);
    await until(
      'the phone’s tone at the caller',
      async () => toneAmplitude(await call.rtp.listen(400), 520) > 0.1,
    );
    await call.rtp.listen(1_500);
    call.hangUp();
    await desk.untilPresence('wrapping', 5_000);
    const heard = await until('what the phone heard', () => {
      const { samples } = baresip.heard();
      return samples.length > 8_000 && samples;
    });
    expect(toneAmplitude(heard.subarray(-8_000), 440)).toBeGreaterThan(0.05);
    const record = await untilRecorded(await sessionOf(product, 'harbor', 'supervisor'), '+12125550201');
    expect(record).toMatchObject({
      agentName: 'Grace Miller',
      endReason: { party: 'caller', code: 'hung-up' },
    });
    await phone.close();
  });

  test('it calls an outside number over the trunk', async () => {
    let outside: TestRtpPeer | undefined;
    let called = '';
    const phone = await TestPhone.open({
      onRung(invite, rtp) {
        called = invite.requestUser;
        invite.accept(rtp.sdp(), { onReinvite: () => rtp.sdp(), onEnded: () => undefined });
        rtp.connect(invite.sdp);
        rtp.speak(makeTone({ frequencyHz: 880, durationMs: 1_000 }));
        outside = rtp;
      },
    });
    const { api } = await sessionOf(product, null, 'operator');
    const trunk = (await api.call('GET /api/platform/trunks')).items.find((one) => one.name === 'demo')!;
    const { id, nodeId: _nodeId, ...rest } = trunk;
    const lead = async (target: typeof trunk.target) => {
      await api.call('PUT /api/platform/trunks/:id', {
        params: { id },
        body: { ...rest, target },
      });
      await awaitConfigured(api, 15_000);
    };
    await lead({ host: '127.0.0.1', port: phone.sipPort, protocol: 'udp' });
    try {
      baresip.command('dial', '+12125550300');
      await until('the outside phone to be rung', () => outside);
      expect(called).toMatch(/12125550300$/);
      expect(toneAmplitude(await outside!.listen(1_000), 520)).toBeGreaterThan(0.1);
      baresip.command('hangup');
      const record = await untilRecorded(await sessionOf(product, 'harbor', 'supervisor'), '2125550300');
      expect(record).toMatchObject({ direction: 'outbound', agentName: 'Grace Miller' });
    } finally {
      await lead(trunk.target);
      await phone.close();
    }
  });
});
