/** The supervisor's floor in a browser, driven as a person would, in English: by what stands on its buttons. */
import type { JSHandle, Locator, Page } from 'playwright-core';
import type { Ears, PageWithEars } from './ears-in-page.ts';
import { until } from './product.ts';

export class FloorPage {
  readonly page: Page;
  /** Nodes whose socket for supervisors was tried, in order. */
  readonly tried: string[] = [];
  #ears: JSHandle<Ears> | undefined;

  constructor(page: Page) {
    this.page = page;
    page.on('websocket', (socket) => {
      if (socket.url().endsWith('/supervise')) this.tried.push(new URL(socket.url()).host);
    });
  }

  /** What is said of the call one is part of. */
  get bar(): Locator {
    return this.page.getByRole('region', { name: 'Listening' });
  }

  /** The panel of an agent who talks. */
  async open(agent: string): Promise<void> {
    const listen = this.page.getByRole('button', { name: 'Listen', exact: true });
    if (await listen.isVisible()) return;
    await this.page
      .getByRole('button', { name: new RegExp(`^${agent}.*Talking`, 's') })
      .click({ timeout: 20_000 });
    await listen.waitFor();
  }

  async listen(agent: string): Promise<void> {
    await this.open(agent);
    await this.page.getByRole('button', { name: 'Listen', exact: true }).click();
  }

  async listenByPhone(agent: string, extension: string): Promise<void> {
    await this.open(agent);
    await this.page.getByRole('textbox', { name: 'Extension of the desk phone' }).fill(extension);
    await this.page.getByRole('button', { name: 'Listen by desk phone' }).click();
  }

  choose(mode: 'Listen' | 'Whisper' | 'Barge in'): Promise<void> {
    return this.bar.getByRole('radio', { name: mode }).click();
  }

  press(name: 'Leave' | 'End' | 'Take over' | 'Mute' | 'Unmute'): Promise<void> {
    return this.bar.getByRole('button', { name, exact: true }).click();
  }

  confirm(name: string): Promise<void> {
    return this.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  }

  /** In the bar. */
  says(words: RegExp): Promise<string> {
    return until(`the bar to say ${words}`, async () => {
      const said = await this.bar.innerText({ timeout: 1_000 }).catch(() => '');
      return words.test(said) && said;
    }, 40_000);
  } // prettier-ignore

  /** In the corner; read, and put away. */
  async isTold(words: string): Promise<void> {
    const toast = this.page.locator('.toast').filter({ hasText: words });
    await toast.first().waitFor({ timeout: 25_000 });
    await toast.first().getByRole('button', { name: 'Close' }).click();
    await toast.first().waitFor({ state: 'detached' });
  }

  /** To what comes in now. */
  async openEars(): Promise<void> {
    this.#ears = await until('sound in the browser', () =>
      this.page
        .evaluateHandle(() => (window as unknown as PageWithEars).seatgridEars([]))
        .catch(() => undefined),
    );
  }

  async listenFor(durationMs: number): Promise<Int16Array> {
    return Int16Array.from(await this.#ears!.evaluate((ears, forMs) => ears.listen(forMs), durationMs));
  }
}
