/**
 * Many callers at the far end of a line, in a process of their own that the machine serves first: how late sound comes is then
 * the node's affair and not that of a test that is busy meanwhile. Run as a program it is that process.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { nodeFlags } from '../src/node-flags.ts';
import {
  TestPhone,
  type PhoneCall,
  type PhoneCallState,
  type RingOptions,
} from '@seatgrid/testkit/test-phone.ts';

export interface HeardBy {
  readonly from: string;
  readonly state: PhoneCallState['kind'];
  /** When each packet of sound came, and where its timestamp puts it. */
  readonly packets: readonly { readonly atMs: number; readonly timestamp: number }[];
}

export interface CrowdHeard {
  readonly callers: readonly HeardBy[];
  /** How late this far end itself was for its timers at most. */
  readonly ownLateMs: number;
}

type ToCrowd =
  | { readonly kind: 'ring'; readonly options: RingOptions }
  | { readonly kind: 'mark' }
  | { readonly kind: 'tell' }
  | { readonly kind: 'hang-up' };
type FromCrowd =
  | { readonly kind: 'ready' }
  | { readonly kind: 'talking' }
  | { readonly kind: 'marked' }
  | { readonly kind: 'failed'; readonly cause: string }
  | { readonly kind: 'heard'; readonly heard: readonly CrowdHeard[] };

export class CallerCrowd {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async open(address: string): Promise<CallerCrowd> {
    const child = fork(import.meta.filename, [address], { execArgv: nodeFlags });
    const crowd = new CallerCrowd(child);
    await crowd.#answer('ready');
    return crowd;
  }

  /** One more, until it is answered. */
  async ring(options: RingOptions): Promise<void> {
    this.#tell({ kind: 'ring', options });
    await this.#answer('talking');
  }

  /** From here on it is another piece of what they hear. Nothing is told yet: telling takes long enough to be heard itself. */
  async mark(): Promise<void> {
    this.#tell({ kind: 'mark' });
    await this.#answer('marked');
  }

  /** What each heard from one mark to the next, and since the last; callers in the order they rang. */
  async heard(): Promise<readonly CrowdHeard[]> {
    this.#tell({ kind: 'tell' });
    const { heard } = await this.#answer('heard');
    return heard;
  }

  hangUp(): void {
    this.#tell({ kind: 'hang-up' });
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.disconnect();
    await once(this.#child, 'exit');
  }

  #tell(message: ToCrowd): void {
    this.#child.send(message);
  }

  async #answer<Kind extends FromCrowd['kind']>(kind: Kind): Promise<Extract<FromCrowd, { kind: Kind }>> {
    const [answer] = (await once(this.#child, 'message')) as [FromCrowd];
    if (answer.kind !== kind)
      throw new Error(answer.kind === 'failed' ? answer.cause : `${answer.kind} instead of ${kind}`);
    return answer as Extract<FromCrowd, { kind: Kind }>;
  }
}

if (process.send !== undefined && process.argv[1] === import.meta.filename) await beCrowd(process.argv[2]!);

async function beCrowd(address: string): Promise<void> {
  try {
    setPriority(-15);
  } catch {
    // Only the privileged may: then how late it is itself says what it is worth.
  }
  const phone = await TestPhone.open({ address });
  const calls: { readonly from: string; readonly call: PhoneCall }[] = [];
  /** How many packets each had heard then, and how late this process was until then. */
  const marks: { readonly packets: readonly number[]; readonly ownLateMs: number }[] = [];
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const answer = (message: FromCrowd) => process.send!(message);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: ToCrowd) => {
    if (message.kind === 'ring') void ring(message.options);
    else if (message.kind === 'hang-up') for (const { call } of calls) call.hangUp();
    else {
      marks.push({ packets: calls.map(({ call }) => call.rtp.packets.length), ownLateMs: loop.max / 1e6 });
      loop.reset();
      answer(message.kind === 'mark' ? { kind: 'marked' } : { kind: 'heard', heard: pieces() });
    }
  });
  answer({ kind: 'ready' });

  async function ring(options: RingOptions): Promise<void> {
    try {
      const call = await phone.ring(options);
      await call.until(['talking'], 10_000);
      calls.push({ from: options.from, call });
      answer({ kind: 'talking' });
    } catch (error) {
      answer({ kind: 'failed', cause: (error as Error).message });
    }
  }

  function pieces(): CrowdHeard[] {
    return marks.slice(1).map((until, at) => ({
      ownLateMs: until.ownLateMs,
      callers: calls.map(({ from, call }, caller) => ({
        from,
        state: call.state.kind,
        packets: call.rtp.packets
          // The last of before, so that a pause over the border is one too.
          .slice(Math.max(0, marks[at]!.packets[caller]! - 1), until.packets[caller])
          .map(({ atMs, timestamp }) => ({ atMs, timestamp })),
      })),
    }));
  }
}
