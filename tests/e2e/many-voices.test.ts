/**
 * More than two on a call, in real browsers: the agent consults a colleague and brings all together (E-12), a supervisor listens from
 * the floor, whispers, and barges in after the agent's word (H-17 to H-19). Who is heard is measured by tone, at each of them.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestPhone, PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { AgentPage } from './agent-page.ts';
import { agentTones, openBrowser, openPage, signInAt } from './browser.ts';
import { loginOf, numberOf, openCaller, sessionOf, theProduct, until, untilRecorded, type Product } from './product.ts'; // prettier-ignore

const tones = { caller: 440, agent: agentTones.steady, colleague: 900, supervisor: 1_150 } as const;
const from = '+8613911110061';

describe('more than two voices', () => {
  let product: Product;
  let browser: Browser;
  let agent: AgentPage;
  let colleague: AgentPage;
  let supervisor: AgentPage;
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

  test('a supervisor listens unnoticed, whispers to the agent alone, and joins after the agent’s word', async () => {
    const page = await openPage(browser, product.report.addresses!.tenantPortal);
    supervisor = new AgentPage(page);
    await signInAt(page, loginOf(product, 'lotus', 'supervisor'), '/floor');
    const agentName = loginOf(product, 'lotus', 'agent', '1001').name;
    await page
      .getByRole('button', { name: new RegExp(agentName) })
      .first()
      .click();
    const before = await agent.page.locator('section.panel').innerText();
    await page.getByRole('button', { name: '监听', exact: true }).click();
    await page.getByRole('region', { name: '监听' }).waitFor();
    await supervisor.openEars([tones.caller, tones.agent]);
    await supervisor.openMouth(tones.supervisor);
    for (const hz of [tones.caller, tones.agent])
      await until(`${hz} at the supervisor`, async () => (await supervisor.heard(hz)).amplitude > 0.03);
    await callerHears([tones.agent]);
    const plain = (text: string) => text.replaceAll(/\d+:\d+(:\d+)?/g, '');
    expect(plain(await agent.page.locator('section.panel').innerText())).toBe(plain(before));

    await agent.openEars([tones.supervisor]);
    const mode = (name: string) => page.locator('.watch').getByRole('radio', { name, exact: true }).click();
    await mode('指导');
    await until(
      'the whisper at the agent',
      async () => (await agent.heard(tones.supervisor)).amplitude > 0.03,
    );
    await callerHears([tones.agent]);

    await mode('强插');
    const allow = agent.page.getByRole('button', { name: '已告知客户，现在加入' });
    await allow.waitFor();
    await callerHears([tones.agent]);
    await allow.click();
    await callerHears([tones.agent, tones.supervisor]);
    await page.getByRole('button', { name: '退出', exact: true }).click();
    await callerHears([tones.agent]);
  });

  test('the record tells who listened, and how', async () => {
    await agent.press('end');
    const session = await sessionOf(product, 'lotus', 'supervisor');
    const record = await untilRecorded(session, from);
    const { timeline } = await session.api.call('GET /api/calls/:id', { params: { id: record.id } });
    const kinds = timeline.map(({ facts }) => ('mode' in facts ? facts.mode : facts.kind));
    const told = kinds.filter((kind) => /consult|inspection|whisper|barge/.test(kind));
    expect(told).toEqual([
      'consult.began',
      'consult.ended',
      'inspection.began',
      'whisper',
      'barge-notice',
      'barge',
      'inspection.ended',
    ]);
  });
});
