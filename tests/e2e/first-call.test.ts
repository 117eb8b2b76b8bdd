/**
 * The first real call: a caller rings the number, hears the menu, presses a key, waits; an agent's browser rings and answers;
 * both hear each other; the call stands in its tenant's records with path, timeline and recording, and in nobody else's.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeSound } from '@seatgrid/testkit/describe-sound.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { AgentPage } from './agent-page.ts';
import { agentTones, openBrowser, openPage, signInAt } from './browser.ts';
import { latencies, onsetsIn } from './latency.ts';
import { loginOf, numberOf, openCaller, sessionOf, theProduct, until, untilRecorded, type CallRecord, type Product } from './product.ts'; // prettier-ignore

const callerTones = { steady: 440, mark: 1_700 } as const;
const from = '+8613911110001';
const notes = '洗衣机漏水，已约上门';
const tone = (frequencyHz: number) => makeTone({ frequencyHz, durationMs: 1_000 });

describe('a call from menu to record', () => {
  let product: Product;
  let browser: Browser;
  let agent: AgentPage;
  let phone: TestPhone;
  let call: PhoneCall;
  let record: CallRecord;

  beforeAll(async () => {
    product = await theProduct();
    browser = await openBrowser();
    const page = await openPage(browser, product.report.addresses!.tenantPortal);
    await signInAt(page, loginOf(product, 'lotus', 'agent', '1001'));
    agent = new AgentPage(page);
    await agent.signInToPhone('browser');
    await agent.goReady();
    phone = await openCaller();
  });

  afterAll(async () => {
    await phone?.close();
    await browser?.close();
  });

  test('the caller hears a menu that speaks', async () => {
    call = await phone.ring({ ...product.sip, number: numberOf(product, 'lotus'), from });
    await call.until(['talking'], 10_000);
    const menu = describeSound(await call.rtp.listen(5_000));
    expect(menu.isLikeSpeech).toBe(true);
  });

  test('pressing 1 rings the agent’s browser, with who and why', async () => {
    call.rtp.speak(tone(callerTones.steady));
    call.press('1');
    const shown = await agent.untilRinging();
    expect(shown.replace(/[\s-]/g, '')).toContain('13911110001');
    expect(shown).toContain('service');
    expect(shown).toContain('售后服务');
  });

  test('they hear each other', async () => {
    await agent.answer();
    await agent.openEars(Object.values(callerTones));
    await until('the caller’s tone in the browser', async () => (await agent.heard(callerTones.steady)).amplitude > 0.1);
    const heard = await call.rtp.listen(2_000);
    expect(toneAmplitude(heard, agentTones.steady)).toBeGreaterThan(0.05);
    expect(toneAmplitude(heard, callerTones.steady)).toBeLessThan(0.01);
  }); // prettier-ignore

  test('mouth to ear is measured each way', async () => {
    const aWhile = (ms: number) => {
      const endsAtMs = performance.now() + ms;
      return call.rtp.until(() => performance.now() >= endsAtMs, ms + 1_000, 'a while');
    };
    const byCaller: number[] = [];
    const byAgent: number[] = [];
    const mouth = await agent.openMouth(agentTones.steady);
    call.rtp.startListening();
    for (let round = 0; round < 6; round++) {
      byCaller.push(performance.timeOrigin + performance.now());
      call.rtp.speak(tone(callerTones.mark));
      byAgent.push(await mouth.evaluate((each, hz) => each.say(hz), agentTones.mark));
      await aWhile(400);
      call.rtp.speak(tone(callerTones.steady));
      await mouth.evaluate((each, hz) => each.say(hz), agentTones.steady);
      await aWhile(500);
    }
    const toAgent = latencies(byCaller, (await agent.heard(callerTones.mark)).onsets);
    const toCaller = latencies(byAgent, onsetsIn(call.rtp, agentTones.mark));
    await mouth.evaluate((each) => each.close());
    const tell = (values: readonly number[]) => `${values.map((ms) => ms.toFixed(0)).join(' ')} ms`;
    console.log(`mouth to ear: caller to browser ${tell(toAgent)}; browser to caller ${tell(toCaller)}`);
    expect(toAgent.length).toBeGreaterThan(3);
    expect(toCaller.length).toBeGreaterThan(3);
    // The figure is what is printed; the bound only tells a path that stores sound from one that carries it.
    expect(Math.min(...toAgent)).toBeLessThan(1_000);
    expect(Math.min(...toCaller)).toBeLessThan(1_000);
  });

  test('hold plays music to the caller, and silence to the agent', async () => {
    call.rtp.speak(tone(callerTones.steady));
    await agent.press('hold');
    await until('no agent at the caller', async () => toneAmplitude(await call.rtp.listen(500), agentTones.steady) < 0.01);
    expect(describeSound(await call.rtp.listen(1_500)).levelDb).toBeGreaterThan(-50);
    await agent.press('retrieve');
    await until('the agent at the caller again', async () => toneAmplitude(await call.rtp.listen(500), agentTones.steady) > 0.05);
  }); // prettier-ignore

  test('the agent ends the call, wraps it up, and is ready again', async () => {
    await agent.press('end');
    const ended = await call.until(['ended'], 5_000);
    expect(ended.end.by).toBe('remote');
    await agent.wrapUp(2, notes);
    await until('ready again', async () => /示闲/.test(await agent.stateWord()));
  });

  test('the call stands in its tenant’s records: path, disposition, who hung up, timeline', async () => {
    const supervisor = await sessionOf(product, 'lotus', 'supervisor');
    record = await until('the wrapped-up record', async () => {
      const found = await untilRecorded(supervisor, from);
      return found.dispositionCode !== null && found.recordingId !== null && found;
    });
    expect(record).toMatchObject({
      direction: 'inbound',
      fromNumber: from,
      toNumber: numberOf(product, 'lotus'),
      endReason: { party: 'agent', code: 'hung-up' },
      queueName: 'service',
      agentName: '林晓',
      path: ['售后服务'],
      dispositionCode: '102',
      notes,
    });
    expect(record.billableSeconds).toBe(Math.ceil((record.endedAtMs! - record.answeredAtMs!) / 1_000));
    const { timeline } = await supervisor.api.call('GET /api/calls/:id', { params: { id: record.id } });
    const kinds = timeline.map(({ facts }) => facts.kind);
    for (const kind of ['call.started', 'call.answered', 'flow.step', 'queue.entered', 'reservation.made', 'call.bridged', 'call.held', 'call.retrieved', 'call.ended', 'interaction.closed'] as const)
      expect(kinds, kind).toContain(kind);
    expect(timeline.map(({ sequence }) => sequence)).toEqual(timeline.map(({ sequence }) => sequence).sort((a, b) => a - b));
  }); // prettier-ignore

  test('the recording plays: the caller left, the agent right', async () => {
    const page = await openPage(browser, product.report.addresses!.tenantPortal);
    await signInAt(page, loginOf(product, 'lotus', 'supervisor'));
    const channels = await page.evaluate(async (id) => {
      const response = await fetch(`/api/recordings/${id}/audio`, { headers: { 'x-seatgrid': '1' } });
      if (!response.ok) throw new Error(`the recording answered ${response.status}`);
      const sound = await new AudioContext({ sampleRate: 8_000 }).decodeAudioData(
        await response.arrayBuffer(),
      );
      return [0, 1].map((at) =>
        Array.from(sound.getChannelData(at), (sample) => Math.round(sample * 0x7fff)),
      );
    }, record.recordingId!);
    const [left, right] = channels.map((channel) => Int16Array.from(channel)) as [Int16Array, Int16Array];
    expect(left.length).toBe(right.length);
    expect(Math.abs(left.length / 8 - record.talkMs)).toBeLessThan(1_500);
    // One second in, both had begun to talk; the hold came later.
    const second = (channel: Int16Array) => channel.subarray(8_000, 16_000);
    expect(toneAmplitude(second(left), callerTones.steady)).toBeGreaterThan(0.05);
    expect(toneAmplitude(second(left), agentTones.steady)).toBeLessThan(0.01);
    expect(toneAmplitude(second(right), agentTones.steady)).toBeGreaterThan(0.05);
    expect(toneAmplitude(second(right), callerTones.steady)).toBeLessThan(0.01);
    await page.context().close();
  });

  test('the other tenant sees nothing of it', async () => {
    const stranger = await sessionOf(product, 'harbor', 'administrator');
    const { items } = await stranger.api.call('GET /api/calls', { query: { number: from } });
    expect(items).toEqual([]);
    await expect(stranger.api.call('GET /api/calls/:id', { params: { id: record.id } })).rejects.toMatchObject({ status: 404 });
    await expect(
      stranger.api.call('GET /api/recordings/:id/audio', { params: { id: record.recordingId! }, query: {} }),
    ).rejects.toMatchObject({ status: 404 });
  }); // prettier-ignore

  test('an agent of the same tenant may not play recordings: 404', async () => {
    const colleague = await sessionOf(product, 'lotus', 'agent', '1002');
    await expect(
      colleague.api.call('GET /api/recordings/:id/audio', { params: { id: record.recordingId! }, query: {} }),
    ).rejects.toMatchObject({ status: 404 });
  });
});
