/** One number a flow, rung by a test phone: what tests of steps share. */
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { FixtureConfig, newId, plainRule, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { callerHz, toneOf } from './tones.ts';
import { until } from './until.ts';

type Steps = Readonly<Record<StepKey, FlowStep>>;

export class FlowCalls {
  readonly fixture = new FixtureConfig();
  readonly tenant: FixtureTenant;
  readonly #numbers = new Map<string, string>();
  readonly #placed: PhoneCall[] = [];
  #node: NodeProcess | undefined;
  #phone: TestPhone | undefined;

  constructor(agents = 1) {
    this.fixture.trunk({ sources: ['127.0.0.2'] });
    this.tenant = this.fixture.tenant({ slug: 'demo', number: '+8640080099999', agents });
  }

  get node(): NodeProcess {
    return this.#node!;
  }

  /** A number whose calls walk these steps, from the first on. */
  flow(name: string, steps: Steps): void {
    const { id: flowId } = this.fixture.flow(this.tenant, Object.keys(steps)[0]!, steps);
    const number = `+864009${String(this.#numbers.size + 1).padStart(6, '0')}`;
    this.#numbers.set(name, number);
    const did = { id: newId<'did'>(), number, siteId: null };
    this.tenant.config.dids.push(did);
    this.tenant.config.rules.push({
      ...plainRule,
      id: newId<'inbound-rule'>(),
      name,
      didIds: [did.id],
      onDuty: { kind: 'flow', flowId },
      offDuty: { kind: 'flow', flowId },
    });
  }

  async open(): Promise<void> {
    this.#node = await NodeProcess.start(this.fixture);
    this.#phone = await TestPhone.open({ address: '127.0.0.2' });
  }

  async close(): Promise<void> {
    await this.#phone?.close();
    await this.#node?.close();
  }

  async ring(name: string, from = '13800138000'): Promise<PhoneCall> {
    const number = this.#numbers.get(name)!;
    const call = await this.#phone!.ring({ host: nodeAddress, port: this.node.sipPort, number, from });
    call.rtp.speak(toneOf(callerHz));
    this.#placed.push(call);
    return call;
  }

  /** Everybody hangs up, and the journal has caught up with what callers saw. */
  async settled(): Promise<void> {
    for (const call of this.#placed.splice(0)) call.hangUp();
    await this.node.written();
    const count = (kind: 'call.started' | 'call.ended') => this.node.eventsOf(kind).length;
    await until('every call to be over', () => count('call.started') === count('call.ended'));
  }

  /** The steps of the call begun last, each as `key:outcome`. */
  walked(): string[] {
    const { callId } = this.node.eventsOf('call.started').at(-1)!.facts;
    return this.node
      .eventsOf('flow.step')
      .filter(({ facts }) => facts.callId === callId)
      .map(({ facts }) => `${facts.stepKey}:${facts.outcome}`);
  }
}
