/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */
/**
 * Runs extensions apart from whoever asks: in threads of their own that are begun when the first is asked for and ended when nobody
 * has asked for a while. Each tenant has one run at a time, so that no tenant's functions keep another's waiting; a run that does
 * not end by itself ends with its thread.
 */
import { Worker } from 'node:worker_threads';
import { extensionRunsWaitingMax, extensionValuesCharsMax } from '@seatgrid/core/extensions/limits.ts';
import type { Extension } from '@seatgrid/core/extensions/extension.ts';
import { ProcessorShares } from '@seatgrid/core/extensions/processor-shares.ts';
import type { ExtensionFaultCode, ExtensionRun } from '@seatgrid/core/extensions/run-extension.ts';
import { outputValues, plainInputs, type NamedValues } from '@seatgrid/core/extensions/typed-values.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { failure } from '@seatgrid/core/kernel/result.ts';
import { sandboxIdleMs, sandboxRunWallMsMax, sandboxStackMegabytes, sandboxThreadsMax } from '../limits.ts';
import type { SandboxOutcome, SandboxRun } from './sandbox.ts';

export type RunnableExtension = Pick<Extension, 'inputs' | 'outputs' | 'source'>;

export interface ExtensionAsked {
  readonly tenantId: string;
  readonly extension: RunnableExtension;
  readonly given: NamedValues;
  /** Aborted when nobody waits any longer. */
  readonly signal?: AbortSignal;
}

export interface ExtensionRunnerOptions {
  readonly clock: Clock;
  readonly shares?: ProcessorShares;
}

interface Waiting {
  readonly tenantId: string;
  readonly run: SandboxRun;
  readonly settle: (outcome: SandboxOutcome) => void;
}

interface Thread {
  readonly worker: Worker;
  now: Waiting | null;
  isReady: boolean;
  cancel: Cancel;
}

export class ExtensionRunner {
  readonly #clock: Clock;
  readonly #shares: ProcessorShares;
  readonly #threads = new Set<Thread>();
  #waiting: Waiting[] = [];
  #isClosed = false;

  constructor({ clock, shares = new ProcessorShares() }: ExtensionRunnerOptions) {
    this.#clock = clock;
    this.#shares = shares;
  }

  /** Threads there are now. */
  get threads(): number {
    return this.#threads.size;
  }

  /** Never rejects. */
  async run({ tenantId, extension, given, signal }: ExtensionAsked): Promise<ExtensionRun> {
    const input = plainInputs(extension.inputs, given);
    if (!input.ok) return unrun('bad-input', input.failure);
    const text = JSON.stringify(input.value);
    if (text.length > extensionValuesCharsMax) return unrun('bad-input', 'it was given more than it may be');
    const queued = this.#waiting.filter((one) => one.tenantId === tenantId).length;
    if (this.#isClosed || queued >= extensionRunsWaitingMax)
      return unrun('busy', 'too many runs of extensions wait already');
    if (!this.#shares.has(tenantId, this.#clock.nowMs()))
      return unrun('busy', 'the extensions had more than their share of the processor');
    const outcome = await this.#inTurn(tenantId, { source: extension.source, input: text }, signal);
    const { isSpoiled: _, result, ...cost } = outcome;
    if (!result.ok) return { ...cost, result };
    const values = outputValues(extension.outputs, JSON.parse(result.value) as unknown);
    if (values.ok) return { ...cost, result: values };
    return { ...cost, result: failure({ code: 'bad-output', line: null, detail: values.failure }) };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const one of this.#waiting.splice(0)) one.settle(unrunOutcome('busy', 'it is being shut down'));
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #inTurn(tenantId: string, run: SandboxRun, signal: AbortSignal | undefined): Promise<SandboxOutcome> {
    return new Promise((resolve) => {
      const settle = (outcome: SandboxOutcome) => {
        signal?.removeEventListener('abort', forget);
        resolve(outcome);
      };
      const waiting: Waiting = { tenantId, run, settle };
      const forget = () => {
        if (!this.#waiting.includes(waiting)) return;
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        resolve(unrunOutcome('busy', 'nobody waits for it any longer'));
      };
      signal?.addEventListener('abort', forget);
      this.#waiting.push(waiting);
      this.#next();
    });
  }

  /** As long as a thread is free, or may be begun, for a tenant who has none. */
  #next(): void {
    const busy = new Set([...this.#threads].flatMap(({ now }) => (now ? [now.tenantId] : [])));
    const first = this.#waiting.find(({ tenantId }) => !busy.has(tenantId));
    if (!first) return;
    const free = [...this.#threads].find(({ now }) => now === null);
    if (!free && this.#threads.size >= sandboxThreadsMax) return;
    this.#waiting = this.#waiting.filter((one) => one !== first);
    this.#begin(free ?? this.#open(), first);
    this.#next();
  }

  #open(): Thread {
    const worker = new Worker(new URL('./runtime/sandbox-thread.ts', import.meta.url), {
      env: {},
      resourceLimits: { stackSizeMb: sandboxStackMegabytes },
    });
    // A process that has nothing else to do need not stay for it.
    worker.unref();
    const thread: Thread = { worker, now: null, isReady: false, cancel: () => {} };
    this.#threads.add(thread);
    worker.on('message', (told: 'ready' | SandboxOutcome) => {
      if (told !== 'ready') return this.#told(thread, told);
      thread.isReady = true;
      this.#send(thread);
    });
    worker.on('error', (error) => this.#lost(thread, unrunOutcome('broken', String(error))));
    worker.on('exit', () => this.#lost(thread, unrunOutcome('broken', 'the sandbox’s thread ended')));
    return thread;
  }

  #begin(thread: Thread, waiting: Waiting): void {
    thread.cancel();
    thread.now = waiting;
    if (thread.isReady) this.#send(thread);
  }

  /** The time counts from when the thread can run it. */
  #send(thread: Thread): void {
    if (!thread.now) return;
    thread.worker.postMessage(thread.now.run);
    thread.cancel = this.#clock.after(sandboxRunWallMsMax, () => {
      const detail = 'did not end by itself, and its thread was ended';
      this.#lost(thread, { ...unrunOutcome('endless', detail), processorMs: sandboxRunWallMsMax });
    });
  }

  #told(thread: Thread, outcome: SandboxOutcome): void {
    if (outcome.isSpoiled) return this.#lost(thread, outcome);
    thread.cancel();
    this.#settle(thread, outcome);
    thread.cancel = this.#clock.after(sandboxIdleMs, () => this.#end(thread));
    this.#next();
  }

  #lost(thread: Thread, outcome: SandboxOutcome): void {
    this.#end(thread);
    this.#settle(thread, outcome);
    this.#next();
  }

  #settle(thread: Thread, outcome: SandboxOutcome): void {
    const waiting = thread.now;
    thread.now = null;
    if (!waiting) return;
    this.#shares.took(waiting.tenantId, outcome.processorMs, this.#clock.nowMs());
    waiting.settle(outcome);
  }

  #end(thread: Thread): void {
    thread.cancel();
    this.#threads.delete(thread);
    void thread.worker.terminate();
  }
}

const noCost = { processorMs: 0, memoryOctets: 0, lines: [] };
const fault = (code: ExtensionFaultCode, detail: string) => failure({ code, line: null, detail });

function unrun(code: ExtensionFaultCode, detail: string): ExtensionRun {
  return { ...noCost, result: fault(code, detail) };
}

function unrunOutcome(code: ExtensionFaultCode, detail: string): SandboxOutcome {
  return { ...noCost, isSpoiled: true, result: fault(code, detail) };
}
