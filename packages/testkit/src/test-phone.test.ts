import { expect, onTestFinished, test } from 'vitest';
import { TestPhone } from './test-phone.ts';
import { findTones } from './tone-finder.ts';
import { makeTone } from './tone-maker.ts';

const tone = (frequencyHz: number) => makeTone({ frequencyHz, durationMs: 1_000 });

test.each(['udp', 'tcp'] as const)(
  'two phones talk over %s: each hears the other’s tone and keys',
  async (protocol) => {
    const callee = await TestPhone.open({
      protocol,
      onRung(invite, rtp) {
        invite.progress(180);
        invite.accept(rtp.sdp(), { onReinvite: () => 488, onEnded: () => undefined });
        rtp.connect(invite.sdp);
        rtp.speak(tone(700));
        keys = rtp.digits;
      },
    });
    let keys: readonly string[] = [];
    const caller = await TestPhone.open({ protocol });
    onTestFinished(async () => {
      await Promise.all([caller.close(), callee.close()]);
    });
    const call = await caller.ring({ host: '127.0.0.1', port: callee.sipPort, number: '1001', from: '2002' });
    await call.until(['talking'], 5_000);
    expect(findTones(await call.rtp.listen(500), { frequenciesHz: [700, 440] })).toEqual([700]);
    call.press('17#');
    await call.rtp.until(() => keys.length === 3, 5_000, 'the keys');
    expect(keys).toEqual(['1', '7', '#']);
    call.hangUp();
    await expect(call.until(['ended'], 1_000)).resolves.toMatchObject({ end: { by: 'local' } });
    expect(caller.ladder.map(({ startLine }) => startLine.split(' ')[0])).toContain('ACK');
  },
);

test('a phone that takes no calls refuses with 480', async () => {
  const callee = await TestPhone.open();
  const caller = await TestPhone.open();
  onTestFinished(async () => {
    await Promise.all([caller.close(), callee.close()]);
  });
  const call = await caller.ring({ host: '127.0.0.1', port: callee.sipPort, number: '1001', from: '2002' });
  await expect(call.until(['failed'], 5_000)).resolves.toMatchObject({ status: 480 });
  await expect(call.until(['talking'], 1_000)).rejects.toThrow('refused: 480');
});
