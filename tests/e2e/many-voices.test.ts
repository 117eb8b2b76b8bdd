/**
 * More than two on a call, in real browsers: the agent consults a colleague and brings all together (E-12). Who is heard is
 * measured by tone.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestPhone, PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { AgentPage } from './agent-page.ts';
import { agentTones, openBrowser, openPage, signInAt } from './browser.ts';
import { loginOf, numberOf, openCaller, sessionOf, theProduct, until, untilRecorded, type Product } from './product.ts'; // prettier-ignore

const tones = { caller: 440, agent: agentTones.steady, colleague: 900 } as const;
const from = '+8613911110061';

describe('more than two voices', () => {
  let product: Product;
  let browser: Browser;
  let agent: AgentPage;
  let colleague: AgentPage;
  let phone: TestPhone;
  let call: PhoneCall;

  const seat = async (extension: string) => {
    const page = await openPage(browser, product.report.addresses!.tenantPortal);
    await signInAt(page, loginOf(product, 'lotus', 'agent', extension));
    const one = new AgentPage(page);
    await one.signInToPhone('browser');
    await one.goReady();
    return one;
  };

  /** Which of the tones the caller hears by now. */
  const callerHears = (expected: readonly number[]) =>
    until(`${expected.join(' and ') || 'nobody'} at the caller`, async () => {
      const samples = await call.rtp.listen(500);
      const heard = Object.values(tones).filter((hz) => toneAmplitude(samples, hz) > 0.03);
      return heard.join() === expected.join();
    });

  beforeAll(async () => {
    product = await theProduct();
    browser = await openBrowser();
    agent = await seat('1001');
    phone = await openCaller();
    call = await phone.ring({ ...product.sip, number: numberOf(product, 'lotus'), from });
    await call.until(['talking'], 10_000);
    call.rtp.speak(makeTone({ frequencyHz: tones.caller, durationMs: 1_000 }));
    await call.rtp.listen(1_500);
    call.press('1');
    await agent.untilRinging();
    await agent.answer();
    await callerHears([tones.agent]);
  });

  afterAll(async () => {
    call?.hangUp();
    await phone?.close();
    await browser?.close();
  });

  test('consulting, the customer hears neither; brought together, the customer hears both', async () => {
    colleague = await seat('1002');
    await agent.consult('1002');
    expect(await colleague.untilRinging()).toMatch(/咨询|諮詢/);
    await colleague.answer();
    await colleague.openEars([tones.agent]);
    await colleague.openMouth(tones.colleague);
    await until(
      'the agent at the colleague',
      async () => (await colleague.heard(tones.agent)).amplitude > 0.05,
    );
    await callerHears([]);
    await agent.press('conference');
    await callerHears([tones.agent, tones.colleague]);
    await agent.page.getByRole('region', { name: '通话各方' }).waitFor();
    await colleague.press('end');
    await callerHears([tones.agent]);
  });

  test('the record tells of the consultation', async () => {
    await agent.press('end');
    const session = await sessionOf(product, 'lotus', 'supervisor');
    const record = await untilRecorded(session, from);
    const { timeline } = await session.api.call('GET /api/calls/:id', { params: { id: record.id } });
    const told = timeline.map(({ facts }) => facts.kind).filter((kind) => kind.startsWith('consult'));
    expect(told).toEqual(['consult.began', 'consult.ended']);
  });
});
