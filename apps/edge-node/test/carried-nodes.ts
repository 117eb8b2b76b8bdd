/** Nodes of a true centre with a carrier between them (Kamailio) that knows numbers alone, by which one brings its callers to another. */
import type { Floor, FloorCall } from '@seatgrid/contracts/realtime/floor.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { Kamailio } from './kamailio.ts';
import { transitScript, type TransitFacts } from './kamailio-scripts.ts';
import type { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

export const carrierAddress = '127.0.0.14';

export const keyed = (variable: string, next: string): FlowStep => ({
  kind: 'gather',
  prompt: [],
  variable,
  length: { kind: 'fixed', digits: 2 },
  timeoutMs: 20_000,
  next,
});

/** As long as it may take to notice by the link that a node is gone, with room. */
const standsMaxMs = 40_000;

interface Inspected {
  readonly tenants: readonly { readonly floor: Pick<Floor, 'calls'> }[];
}

export class CarriedNodes {
  readonly all: CentredNodes;
  readonly carrier: Kamailio;

  private constructor(all: CentredNodes, carrier: Kamailio) {
    this.all = all;
    this.carrier = carrier;
  }

  /** Home and host; `numbers` lead to the host, which has them reserved, but a mute one. */
  static async start(
    agents: number,
    numbers: readonly string[],
    facts: Omit<TransitFacts, 'numbers'> = {},
  ): Promise<CarriedNodes> {
    const all = await CentredNodes.start(['127.0.0.1', '127.0.0.12'], agents);
    const { address, process } = all.nodes[1]!;
    const toHost = Object.fromEntries(numbers.map((number) => [number, `${address}:${process.sipPort}`]));
    const carrier = await Kamailio.start({
      address: carrierAddress,
      certificate: makeCertificate(`IP:${carrierAddress}`),
      script: () => transitScript({ ...facts, numbers: toHost }),
    });
    for (const { nodeId } of all.nodes)
      await all.platform.call('POST /api/platform/trunks', {
        body: {
          nodeId,
          name: 'Carrier',
          sources: [carrierAddress],
          target: { host: carrierAddress, port: carrier.ports.plain, protocol: 'udp' },
          account: null,
          isProbed: false,
          channelsMax: 30,
          inboundChannelsMax: null,
          outboundChannelsMax: null,
        },
      });
    const scene = new CarriedNodes(all, carrier);
    await all.platform.call('PUT /api/platform/nodes/:id/public-numbers', {
      params: { id: scene.host.nodeId },
      body: { use: 'always', numbers: numbers.filter((number) => number !== facts.mute?.number) },
    });
    await all.isEverywhere();
    return scene;
  }

  get home(): CentredNode {
    return this.all.nodes[0]!;
  }

  get host(): CentredNode {
    return this.all.nodes[1]!;
  }

  /** A caller of the home who has keyed an account. */
  async called(number: string, from?: string): Promise<{ call: PhoneCall; callId: CallId }> {
    const { all, home } = this;
    const before = new Set(home.process.eventsOf('call.started').map(({ facts }) => facts.callId));
    const call = await until('the number to be taken', async () => {
      const one = await all.ring(home, number, from);
      return one.until(['talking'], 10_000).then(
        () => one,
        () => undefined,
      );
    });
    const { facts } = await home.process.event('call.started', ({ callId }) => !before.has(callId));
    call.rtp.sendDigits('47');
    return { call, callId: facts.callId };
  }

  /** Which numbers the home has dialled for it. */
  dialled(callId: string): string[] {
    return this.home.process
      .eventsOf('leg.dialled')
      .flatMap(({ facts }) => (facts.callId === callId ? [facts.number] : []));
  }

  standsAt({ process }: CentredNode, callId: string, fits: (call: FloorCall) => boolean): Promise<unknown> {
    return until(
      'the call to stand there',
      async () => {
        const { tenants } = (await (await fetch(`${process.ready.localApi}/inspect`)).json()) as Inspected;
        return tenants.some(({ floor }) => floor.calls.some((one) => one.callId === callId && fits(one)));
      },
      standsMaxMs,
    );
  }

  async close(): Promise<void> {
    await this.carrier.close();
    await this.all.close();
  }
}

export async function heardAtBothEnds(call: PhoneCall, desk: TestDesk): Promise<void> {
  await until('the agent to be heard', async () => whoIsHeard(await call.rtp.listen(300)).includes(agentHz));
  await until('the caller to be heard', async () => whoIsHeard(await desk.listen(300)).includes(callerHz));
}
