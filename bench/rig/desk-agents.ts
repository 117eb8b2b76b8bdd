/** Agents who take calls on desk phones: phones registered for SIPp to answer, desks signed in and ready. */
import { WebSocket } from 'ws';
import { createSipUserAgent } from '@seatgrid/media/sip/user-agent/create-sip-user-agent.ts';
import type { DeskCommand, DeskToNode, NodeToDesk } from '@seatgrid/contracts/desk/desk-messages.ts';
import { systemRandom } from '@seatgrid/testkit/system-random.ts';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import {
  phonePassword,
  type FixtureConfig,
  type FixtureTenant,
} from '../../apps/edge-node/test/fixture-config.ts';
import type { NodeUnderTest } from './node-under-test.ts';

/** Registers every extension from one socket, then leaves that socket's address to SIPp. */
export async function registerPhones(node: NodeUnderTest, tenant: FixtureTenant, phones: { readonly address: string; readonly port: number }): Promise<void> {
  const domain = `${tenant.config.tenant.slug}.seatgrid`;
  let username = '';
  const agent = createSipUserAgent({
    clock: wallClock,
    random: systemRandom,
    product: 'bench phone',
    listen: [{ protocol: 'udp', address: phones.address, port: phones.port }],
    handler: {
      trust: () => ({ kind: 'silence' }),
      secret: () => undefined,
      onBindings: () => undefined,
      onInvite: (invite) => invite.reject(480),
      ownCredentials: () => ({ username, password: phonePassword }),
    },
  });
  await agent.start();
  for (const { extension } of tenant.agents) {
    username = extension;
    const { status } = await agent.request({
      method: 'REGISTER',
      uri: `sip:${domain}`,
      flow: { protocol: 'udp', address: node.address, port: node.sipPort },
      from: { user: extension, host: domain, displayName: '' },
      headers: { Contact: `<sip:${extension}@${phones.address}:${phones.port}>`, Expires: '3600' },
    });
    if (status !== 200) throw new Error(`phone ${extension} was refused with ${status}`);
  }
  await agent.close();
} // prettier-ignore

export async function signInAll(node: NodeUnderTest, fixture: FixtureConfig, tenant: FixtureTenant): Promise<readonly BenchDesk[]> {
  const desks: BenchDesk[] = [];
  for (const agent of tenant.agents) {
    const desk = await BenchDesk.open(node.deskUrl, await fixture.deskToken(tenant.config.tenant.id, agent.id));
    await desk.command({ kind: 'sign-in', device: 'phone' });
    await desk.command({ kind: 'ready' });
    desks.push(desk);
  }
  return desks;
} // prettier-ignore

const statePrefix = Buffer.from('{"kind":"state"');

/** A desk that does what it must and draws nothing. */
export class BenchDesk {
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, (message: NodeToDesk) => void>();
  #lastId = 0;
  octetsIn = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      this.octetsIn += data.length;
      // States are many and long; only replies are read.
      if (data.subarray(0, statePrefix.length).equals(statePrefix)) return;
      const message = JSON.parse(data.toString()) as NodeToDesk;
      if (message.kind === 'reply' || message.kind === 'refusal') this.#replies.get(message.id)?.(message);
    });
  }

  static open(url: string, token: string): Promise<BenchDesk> {
    const socket = new WebSocket(url);
    const beat = setInterval(() => socket.readyState === 1 && socket.send('{"kind":"beat"}'), 2_000);
    socket.once('close', () => clearInterval(beat));
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => {
        const desk = new BenchDesk(socket);
        desk.#send({ kind: 'hello', token });
        resolve(desk);
      });
    });
  }

  command(command: DeskCommand): Promise<void> {
    const id = ++this.#lastId;
    this.#send({ kind: 'command', id, command });
    return new Promise((resolve, reject) => {
      this.#replies.set(id, (message) => {
        if (message.kind === 'refusal')
          reject(new Error(`${command.kind}: ${message.code} ${message.detail}`));
        else resolve();
      });
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #send(message: DeskToNode): void {
    this.#socket.send(JSON.stringify(message));
  }
}
