/** An agent's desk in a browser, driven as a person would: by what stands on its buttons. */
import type { JSHandle, Page } from 'playwright-core';
import type { Ears, Mouth, PageWithEars } from './ears-in-page.ts';
import { until } from './product.ts';

/** What stands on a button, in the three languages. */
const names = {
  microphone: /^(Turn the microphone on|打开麦克风|打開麥克風)$/,
  signIn: /^(Sign in|签入|簽入)$/,
  signOut: /^(Sign out of the phone|签出|簽出)$/,
  answer: /^(Answer|接听|接聽)/,
  hold: /^(Hold|保持|保留)/,
  retrieve: /^(Retrieve|接回)/,
  end: /^(End|挂断|掛斷)/,
  consult: /^(Consult|咨询|諮詢)/,
  conference: /^(Three-way|三方通话|三方通話)/,
  finish: /^(Finish|完成)/,
} as const; // prettier-ignore

export class AgentPage {
  readonly page: Page;
  #ears: JSHandle<Ears> | undefined;

  constructor(page: Page) {
    this.page = page;
  }

  async signInToPhone(device: 'browser' | 'phone'): Promise<void> {
    const { page } = this;
    const cards = page.locator('input[name="device"]');
    await cards.first().or(page.locator('button.more')).waitFor({ state: 'attached' });
    if ((await cards.count()) === 0) await this.signOutOfPhone();
    await page.locator(`input[name="device"][value="${device}"]`).check({ force: true });
    if (device === 'browser') await page.getByRole('button', { name: names.microphone }).click();
    await page.getByRole('button', { name: names.signIn }).click();
    await page.locator('input[name="device"]').first().waitFor({ state: 'detached' });
  }

  /** A window before this one may have left the agent signed in. */
  async signOutOfPhone(): Promise<void> {
    await this.page.locator('button.more').click();
    await this.page.getByRole('menuitem', { name: names.signOut }).click();
    await this.page.locator('input[name="device"]').first().waitFor({ state: 'attached' });
  }

  /** Ready, whatever it takes: the state's own button switches. */
  async goReady(): Promise<void> {
    await this.page.keyboard.press('Alt+r');
    await until('ready', async () => /^(Ready|示闲|示閒|Ringing|振铃|響鈴)$/.test(await this.stateWord()));
  }

  stateWord(): Promise<string> {
    return this.page.locator('button.state strong').innerText();
  }

  async untilRinging(deadlineMs = 20_000): Promise<string> {
    await this.button('answer').waitFor();
    await until('the answer button', () => this.button('answer').isEnabled(), deadlineMs);
    return this.page.locator('section.panel').innerText();
  }

  /** Presses Answer; resolves when sound is connected. */
  async answer(): Promise<void> {
    await this.button('answer').click();
    await until('the end button', () => this.button('end').isEnabled());
  }

  press(name: 'hold' | 'retrieve' | 'conference' | 'end'): Promise<void> {
    return this.button(name).click();
  }

  /** Asks a colleague by extension, found in the dialog that the key opens. */
  async consult(extension: string): Promise<void> {
    await this.page.keyboard.press('Alt+c');
    await this.page.getByRole('option').filter({ hasText: extension }).click();
    await this.page.locator('button[type="submit"][form="transfer"]').click();
  }

  async wrapUp(code: number, notes: string): Promise<void> {
    const { page } = this;
    await page.locator('.wrap-up textarea').fill(notes);
    await page.locator('.wrap-up textarea').blur();
    await page.keyboard.press(String(code));
    await until('the finish button', () => page.getByRole('button', { name: names.finish }).isEnabled());
    await page.getByRole('button', { name: names.finish }).click();
  }

  /** Starts listening to what comes in, as soon as something does. */
  async openEars(tones: readonly number[]): Promise<void> {
    this.#ears = await until('sound in the browser', () =>
      this.page
        .evaluateHandle((wanted) => (window as unknown as PageWithEars).seatgridEars(wanted), tones)
        .catch(() => undefined),
    );
  }

  heard(hz: number): Promise<ReturnType<Ears['heard']>> {
    return this.#ears!.evaluate((ears, tone) => ears.heard(tone), hz);
  }

  /** Speaks tones instead of the microphone, at instants that are known. */
  openMouth(hz: number): Promise<JSHandle<Mouth>> {
    return this.page.evaluateHandle((tone) => (window as unknown as PageWithEars).seatgridMouth(tone), hz);
  }

  private button(name: keyof typeof names) {
    return this.page.getByRole('toolbar').getByRole('button', { name: names[name] });
  }
}
