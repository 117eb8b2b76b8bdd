/** B-12: Kamailio in front of two nodes, by the configuration shipped for it: a node killed, come back, and drained, under calls. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { FixtureConfig } from './fixture-config.ts';
import { hasKamailio, Kamailio } from './kamailio.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { callerHz, toneOf } from './tones.ts';
import { until } from './until.ts';

if (!hasKamailio) console.warn('SKIPPED: kamailio is not installed (Debian: kamailio)');

const shipped = new URL('../../../infra/kamailio/nodes.cfg', import.meta.url);
const number = '+864008000000';

describe.skipIf(!hasKamailio)('Kamailio in front of two nodes', () => {
  const address = '127.0.0.13';
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-kamailio-nodes-'));
  const nodes: NodeProcess[] = [];
  let kamailio: Kamailio;
  let phone: TestPhone;
  let callers = 0;

  beforeAll(async () => {
    for (let index = 0; index < 2; index++) {
      const fixture = new FixtureConfig();
      const tenant = fixture.tenant({ slug: 'demo', number, agents: 1 });
      fixture.trunk({ sources: [address] });
      fixture.route(tenant, { kind: 'queue', queueId: fixture.queue(tenant).id });
      nodes.push(await NodeProcess.start(fixture));
    }
    const list = join(folder, 'nodes.list');
    writeFileSync(list, nodes.map(({ sipPort }) => `1 sip:${nodeAddress}:${sipPort}\n`).join(''));
    const script = readFileSync(shipped, 'utf8').replace('/etc/kamailio/nodes.list', list);
    kamailio = await Kamailio.start({
      address,
      certificate: makeCertificate(`IP:${address}`),
      script: () => script,
    });
    phone = await TestPhone.open({ address: '127.0.0.2' });
  }, 60_000);
  afterAll(async () => {
    await phone?.close();
    await kamailio?.close();
    for (const node of nodes) await node.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const numberOf = (caller: number) => `138001380${String(caller).padStart(2, '0')}`;

  async function ring(): Promise<PhoneCall> {
    const from = numberOf(callers++);
    const call = await phone.ring({ host: address, port: kamailio.ports.plain, number, from });
    call.rtp.speak(toneOf(callerHz));
    return call;
  }

  const answered = async () => {
    const call = await ring();
    await call.until(['talking'], 5_000);
    return call;
  };
  const taken = (node: NodeProcess) => node.eventsOf('call.started').length;

  test('calls are spread over both; one is killed under them, and new calls are served by the other within five seconds', async () => {
    const [lost, other] = nodes as [NodeProcess, NodeProcess];
    const calls = [];
    for (let index = 0; index < 6; index++) calls.push(await answered());
    await until('both to have three', () => taken(lost) === 3 && taken(other) === 3);
    await lost.kill();
    // The very next ones, of which half meet the dead node, and those a while after.
    for (let index = 0; index < 4; index++) calls.push(await answered());
    await until('the other to have them', () => taken(other) === 7);
    // Those at the other never noticed.
    const heard = calls.filter(({ state }) => state.kind === 'talking').map(({ rtp }) => rtp.packets.length);
    expect(heard.length).toBeGreaterThanOrEqual(7);

    await lost.boot();
    await until('the one that came back to be led calls again', async () => {
      (await answered()).hangUp();
      return taken(lost) > 3;
    }, 20_000);
    for (const call of calls) if (call.state.kind === 'talking') call.hangUp();
  }, 60_000); // prettier-ignore

  test('a drained node answers 503, to calls and to OPTIONS: new ones go to the other, those it has go on', async () => {
    const [drained, other] = nodes as [NodeProcess, NodeProcess];
    const before = taken(drained);
    const callersBefore = callers;
    const running: PhoneCall[] = [];
    await until('a call at the node', async () => {
      running.push(await answered());
      return taken(drained) > before;
    });
    drained.fixture.isDraining = true;
    drained.fixture.generation++;
    drained.writeConfig();
    drained.reload();
    await until('the node to be told', () => /read again/.test(drained.stderr));
    // What a node has taken is seen when its journal has it.
    const isCounted = (_: unknown, index: number) =>
      nodes.some((node) => node.eventsOf('call.started').some(({ facts }) => facts.fromNumber === numberOf(callersBefore + index))); // prettier-ignore
    await until('every call to be counted', () => running.every(isCounted));
    const [atDrained, atOther] = [taken(drained), taken(other)];
    for (let index = 0; index < 4; index++) running.push(await answered());
    await until('the other to have them', () => taken(other) === atOther + 4);
    expect(taken(drained)).toBe(atDrained);
    expect(running.every(({ state }) => state.kind === 'talking')).toBe(true);
    for (const call of running) call.hangUp();
  }, 60_000);
});
