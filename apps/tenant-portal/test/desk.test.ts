/**
 * The agent's desk in a real browser, against a node whose every word the test says and a real WebRTC peer in its place:
 * it rings, answers with sound, follows the node, and gives each key and button its command.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DeskCommand, DeskState } from '@seatgrid/contracts/desk/desk-messages.ts';
import { PeerConnection } from 'node-datachannel';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { deskState, furnish, interaction, dispositions } from './demo-world.ts';
import { FakeCentre } from './fake-centre.ts';

const appFolder = fileURLToPath(new URL('..', import.meta.url));
const buildFolder = `${appFolder}.svelte-kit/desk-test/build`;
const browserPath = process.env['SEATGRID_CHROMIUM'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(browserPath);
if (!hasBrowser)
  console.warn(`skipped: the desk in a browser (no Chromium at ${browserPath}; set SEATGRID_CHROMIUM)`);

/** A node's end of the desk socket: remembers commands, answers them, holds the state the test gives it. */
class FakeNode {
  readonly commands: DeskCommand[] = [];
  readonly peers: PeerConnection[] = [];
  state: DeskState;
  refuseNext: string | undefined;
  #sockets = new Set<WebSocket>();

  constructor(centre: FakeCentre, state: DeskState) {
    this.state = state;
    centre.ondesk = (message, socket) => void this.#hear(message, socket);
  }

  tell(over: Partial<Record<keyof DeskState, unknown>>): void {
    this.state = { ...this.state, atMs: Date.now(), ...over } as DeskState;
    for (const socket of this.#sockets) socket.send(JSON.stringify({ kind: 'state', state: this.state }));
  }

  hangUpLinks(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#sockets.clear();
  }

  async #hear(message: Record<string, unknown>, socket: WebSocket): Promise<void> {
    if (message['kind'] === 'hello') {
      this.#sockets.add(socket);
      socket.send(JSON.stringify({ kind: 'state', state: this.state }));
    }
    if (message['kind'] === 'beat') socket.send(JSON.stringify({ kind: 'beat', atMs: Date.now() }));
    if (message['kind'] !== 'command') return;
    const command = message['command'] as DeskCommand;
    this.commands.push(command);
    if (this.refuseNext !== undefined) {
      socket.send(
        JSON.stringify({ kind: 'refusal', id: message['id'], ok: false, code: this.refuseNext, detail: '' }),
      );
      this.refuseNext = undefined;
      return;
    }
    const answer = 'offer' in command && command.offer !== null ? await this.#takeOffer(command.offer) : null;
    socket.send(JSON.stringify({ kind: 'reply', id: message['id'], ok: true, answer, callId: null }));
  }

  #takeOffer(offer: string): Promise<string> {
    const peer = new PeerConnection('node', { iceServers: [] });
    this.peers.push(peer);
    return new Promise((resolve) => {
      peer.onGatheringStateChange((state) => {
        if (state === 'complete') resolve(peer.localDescription()?.sdp ?? '');
      });
      peer.setRemoteDescription(offer, 'offer');
    });
  }
}

describe.skipIf(!hasBrowser)('the desk', () => {
  let browser: Browser;
  let centre: FakeCentre;
  let node: FakeNode;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    execFileSync('npx', ['vite', 'build'], {
      cwd: appFolder,
      env: { ...process.env, SEATGRID_BUILD_NAME: 'desk-test' },
      stdio: 'pipe',
    });
    browser = await chromium.launch({
      executablePath: browserPath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        '--autoplay-policy=no-user-gesture-required',
      ],
    });
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
  });

  beforeEach(async () => {
    faults = [];
    centre = new FakeCentre(buildFolder);
    furnish(centre, { role: 'agent', locale: 'en' });
    const url = await centre.listen();
    node = new FakeNode(centre, deskState(Date.now()));
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(8_000);
    page.on('pageerror', (fault) => faults.push(fault.message));
    await page.goto(`${url}/desk`);
    await page.getByText('Waiting for the next call').waitFor();
  }, 30_000);
  afterEach(async () => {
    await page.close();
    for (const peer of node.peers) peer.close();
    await centre.close();
    expect(faults).toEqual([]);
  });

  const ring = (over = {}) =>
    node.tell({
      presence: {
        state: 'reserved',
        sinceMs: Date.now(),
        device: 'browser',
        pauseReasonId: null,
        pauseCause: null,
      },
      interaction: interaction(Date.now(), {
        sinceMs: Date.now(),
        ringEndsAtMs: Date.now() + 20_000,
        ...over,
      }),
    });
  const talk = (over = {}) =>
    node.tell({
      presence: {
        state: 'talking',
        sinceMs: Date.now(),
        device: 'browser',
        pauseReasonId: null,
        pauseCause: null,
      },
      interaction: interaction(Date.now(), {
        state: 'talking',
        sinceMs: Date.now(),
        answeredAtMs: Date.now(),
        ringEndsAtMs: null,
        ...over,
      }),
    });
  const command = async (kind: DeskCommand['kind']) => {
    await expect.poll(() => node.commands.some((each) => each.kind === kind), { timeout: 8_000 }).toBe(true);
    return node.commands.find((each) => each.kind === kind);
  };

  test('tells who calls and why before the first word', async () => {
    ring();
    const panel = page.getByRole('region', { name: 'Call', exact: true });
    await panel.getByText('Customer calling').waitFor();
    for (const text of ['+86 138 1234 5678', 'Support', 'Existing policy', '8830021745', 'English', '1:23']) {
      await panel.getByText(text, { exact: false }).first().waitFor();
    }
    await panel.getByText(/s left to answer/).waitFor();
  });

  test('answers by Alt+A with a leg that connects, and ends by Alt+E', async () => {
    ring();
    await page.getByText('Customer calling').waitFor();
    await page.keyboard.press('Alt+a');
    const answer = await command('answer');
    expect(answer).toMatchObject({ kind: 'answer', offer: expect.stringContaining('m=audio') });
    talk();
    await expect.poll(() => node.peers[0]?.state(), { timeout: 8_000 }).toBe('connected');
    await page.getByText('Two-way call').waitFor();
    await page.getByText('Sound is connecting…').waitFor({ state: 'detached' });
    await page.keyboard.press('Alt+e');
    await command('end');
    expect(node.commands.filter((each) => each.kind === 'answer' || each.kind === 'reconnect')).toHaveLength(
      1,
    );
  });

  test('answers by itself after the alert where the agent is set so', async () => {
    ring({ isAutoAnswer: true });
    expect(await command('answer')).toMatchObject({ offer: expect.stringContaining('m=audio') });
  });

  test('does not ring or answer in a tab that does not carry the phone, and can take over', async () => {
    node.tell({ isPhoneOwner: false });
    ring({ isAutoAnswer: true });
    await page.getByRole('button', { name: 'Take the phone over here' }).click();
    await command('take-over');
    expect(node.commands.map((each) => each.kind)).toEqual(['take-over']);
    node.tell({ isPhoneOwner: true });
    await command('answer');
  });

  test('brings the sound back after a reload in the middle of a call', async () => {
    talk();
    await command('reconnect');
    await expect.poll(() => node.peers[0]?.state(), { timeout: 8_000 }).toBe('connected');
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await expect
      .poll(() => node.commands.filter((each) => each.kind === 'reconnect').length, { timeout: 8_000 })
      .toBe(2);
    await expect.poll(() => node.peers[1]?.state(), { timeout: 8_000 }).toBe('connected');
  });

  test('offers the leg again, not at once, when the node refuses it', async () => {
    node.refuseNext = 'media-refused';
    const begunMs = Date.now();
    talk();
    await expect.poll(() => node.peers.length, { timeout: 8_000 }).toBe(1);
    expect(Date.now() - begunMs).toBeGreaterThan(1_500);
    expect(node.commands.map((each) => each.kind)).toEqual(['reconnect', 'reconnect']);
  });

  test('gives hold, mute, digits and transfer to the node, which decides', async () => {
    talk();
    await command('reconnect');
    await page.keyboard.press('Alt+h');
    expect(await command('hold')).toMatchObject({ isHeld: true });
    await page.keyboard.press('Alt+m');
    expect(await command('mute')).toMatchObject({ isMuted: true });
    // Not muted yet: only the node's word makes it so.
    await expect
      .poll(() => page.getByRole('button', { name: 'Mute' }).getAttribute('aria-pressed'))
      .toBe('false');
    talk({ isMuted: true });
    await page.getByRole('button', { name: 'Unmute' }).waitFor();
    await page.getByRole('button', { name: 'Keypad' }).click();
    await page.keyboard.press('5');
    expect(await command('digits')).toMatchObject({ digits: '5' });
    await page.keyboard.press('Alt+t');
    await page.getByRole('option', { name: /Wang Jun/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Transfer' }).click();
    expect(await command('transfer')).toMatchObject({ target: { kind: 'agent' } });
  });

  test('B-02: a caller is passed to automatic service at their own site, or at one that is chosen', async () => {
    const sites = ['Shanghai', 'Chengdu'].map((name, index) => ({
      id: `0199aa00-0000-7000-8000-00000000070${index}`,
      name,
    }));
    centre.answers.set('GET /api/desk/sites', () => ({ body: { items: sites } }));
    const flow = { id: '0199aa00-0000-7000-8000-000000000710', name: 'Survey' };
    talk();
    node.tell({ flows: [flow] });
    await command('reconnect');
    const passed = async (site: string) => {
      node.commands.length = 0;
      await page.keyboard.press('Alt+t');
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: 'Automatic service' }).check();
      await dialog.getByRole('option', { name: 'Survey' }).click();
      await dialog.getByLabel('Runs at').selectOption({ label: site });
      await dialog.getByRole('button', { name: 'Transfer' }).click();
      const { target } = (await command('transfer')) as DeskCommand & { kind: 'transfer' };
      await dialog.waitFor({ state: 'hidden' });
      return target;
    };
    expect(await passed('Chengdu')).toEqual({ kind: 'flow', flowId: flow.id, siteId: sites[1]!.id });
    expect(await passed('The caller’s own site')).toEqual({ kind: 'flow', flowId: flow.id });
  });

  test('keeps the number after hang-up and wraps up by number key and notes', async () => {
    node.tell({
      presence: {
        state: 'wrapping',
        sinceMs: Date.now(),
        device: 'browser',
        pauseReasonId: null,
        pauseCause: null,
      },
      interaction: interaction(Date.now(), {
        state: 'ended',
        answeredAtMs: Date.now() - 9_000,
        endedAtMs: Date.now(),
        endReason: { party: 'caller', code: 'hung-up' },
        ringEndsAtMs: null,
        wrapEndsAtMs: Date.now() + 30_000,
      }),
    });
    await page.getByText('The other side hung up').waitFor();
    await page.keyboard.press('2');
    await page.getByRole('option', { name: /Order changed/, selected: true }).waitFor();
    await page.getByRole('textbox', { name: 'Notes' }).fill('wants the blue one');
    await page.keyboard.press('Control+Enter');
    expect(await command('finish-wrap-up')).toMatchObject({
      dispositionId: dispositions[1]?.id,
      notes: 'wants the blue one',
    });
    node.tell({
      presence: {
        state: 'ready',
        sinceMs: Date.now(),
        device: 'browser',
        pauseReasonId: null,
        pauseCause: null,
      },
      interaction: null,
    });
    await page.getByRole('button', { name: /138 1234 5678/ }).waitFor();
  });

  test('says in words what the node refuses', async () => {
    node.refuseNext = 'wrong-state';
    await page.keyboard.press('Alt+r');
    await page.getByText('That does not fit what is happening now.').waitFor();
  });

  test('says that the link is lost, as of when, and comes back by itself', async () => {
    node.hangUpLinks();
    await page.getByText(/The link to your node is lost/).waitFor();
    await page.getByText(/The link to your node is lost/).waitFor({ state: 'detached' });
  });

  test('B-12: its node is gone: it offers the others by itself, and one click signs the agent in there', async () => {
    const elsewhere = new FakeCentre(buildFolder);
    try {
      await elsewhere.listen();
      const desks = [{ nodeName: 'Harbour 2', deskUrl: elsewhere.deskUrl }];
      const pass = { token: 'token', deskUrl: centre.deskUrl, desks };
      centre.answers.set('POST /api/desk-token', () => ({ body: pass }));
      const offline = { state: 'offline', sinceMs: Date.now(), device: null, pauseReasonId: null, pauseCause: null };
      const other = new FakeNode(elsewhere, deskState(Date.now(), { presence: offline }));
      centre.isNodeGone = true;
      node.hangUpLinks();
      await page.getByRole('button', { name: 'Work at Harbour 2' }).click();
      await expect.poll(() => other.commands, { timeout: 8_000 }).toEqual([{ kind: 'sign-in', device: 'browser' }]);
    } finally {
      await elsewhere.close();
    }
  }); // prettier-ignore

  test('has no serious accessibility fault, ringing or talking', async () => {
    const faultsOf = async () => {
      await page.addScriptTag({ path: fileURLToPath(import.meta.resolve('axe-core')) });
      return page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: {
            run(): Promise<{ violations: { id: string; impact: string; nodes: { target: string[] }[] }[] }>;
          };
        };
        const { violations } = await axe.run();
        return violations
          .filter((each) => ['serious', 'critical'].includes(each.impact))
          .map((each) => `${each.id}: ${each.nodes.map((one) => one.target.join(' ')).join(', ')}`);
      });
    };
    ring();
    await page.getByText('Customer calling').waitFor();
    expect(await faultsOf()).toEqual([]);
    talk();
    await page.getByText('Two-way call').waitFor();
    expect(await faultsOf()).toEqual([]);
  });
});
