/** The engine on the main thread: starts the media workers, deals calls out to them, counts their ports, notices their death. */
import { defaultCountry, type Country } from '../audio/progress/country-tones.ts';
import type { DatagramKind } from '../datagrams/datagrams.ts';
import { legSilentMs, workerLoadMax, workerRestartsMax } from '../limits.ts';
import { familyOf } from './family-of.ts';
import { rtpCodecsDefault, type AudioCodec } from '../sdp/audio-terms.ts';
import { browserCodecsDefault } from '../webrtc/browser-codecs.ts';
import { MediaCallFace, type CallWorker } from './media-call-face.ts';
import type { IpFamily, MediaEngine, MediaEngineOptions, MediaRefusal } from './media-engine.ts';
import type { FromWorker, MediaWorkerOptions } from './media-messages.ts';
import { startMediaWorker, type MediaWorker } from './runtime/start-media-worker.ts';
import { systemRandom } from './runtime/system-random.ts';
import { WorkerWatch } from './worker-watch.ts';

/** Settles when every worker has its sockets; throws when not one port could be bound. */
export async function createMediaEngine(options: MediaEngineOptions): Promise<MediaEngine> {
  const { webrtcPorts } = options;
  if (webrtcPorts.to - webrtcPorts.from + 1 < options.workers)
    throw new Error(`webrtcPorts must have a port for each of the ${options.workers} media workers`);
  let lastNumber = 0;
  let isClosed = false;
  const nextNumber = () => ++lastNumber;
  const workers = Array.from(
    { length: options.workers },
    (_, index) => new EngineWorker(workerOptions(options, index), { engine: options, nextNumber }),
  );
  try {
    await Promise.all(workers.map((worker) => worker.ready));
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.close()));
    throw error;
  }
  const engine: MediaEngine = {
    openCall(callKey, listener) {
      if (isClosed) return refuse('closed', 'the engine is closed');
      let isAnyAble = false;
      let best: EngineWorker | undefined;
      for (const worker of workers) {
        if (worker.portsFree === 0) continue;
        isAnyAble = true;
        if (worker.load < workerLoadMax && (best === undefined || worker.calls < best.calls)) best = worker;
      }
      if (best !== undefined) return best.openCall(callKey, listener);
      if (isAnyAble) return refuse('overloaded', 'every media worker is at its limit');
      return refuse('no-ports', `no RTP port of ${options.ports.from}-${options.ports.to} is free`);
    },
    load: () => ({
      workers: workers.map((worker) => worker.load),
      portsFree: workers.reduce((sum, worker) => sum + worker.portsFree, 0),
      portsUsed: workers.reduce((sum, worker) => sum + worker.portsUsed, 0) / workers.length,
      pids: workers.map((worker) => worker.pid),
      datagrams: workers.map((worker) => worker.datagrams),
    }),
    async close() {
      isClosed = true;
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
  if (engine.load().portsFree === 0) {
    await engine.close();
    const { from, to } = options.ports;
    throw new Error(
      `no UDP port from ${from} to ${to} could be bound on ${options.bindAddress}: are they in use?`,
    );
  }
  return engine;
}

/** Even ports dealt out in turn (RFC 3550 §11: RTP on an even port, RTCP on the next), a browser port each where there are enough. */
function workerOptions(options: MediaEngineOptions, index: number): MediaWorkerOptions {
  const ports: number[] = [];
  const first = options.ports.from + (options.ports.from % 2);
  for (let port = first + 2 * index; port + 1 <= options.ports.to; port += 2 * options.workers)
    ports.push(port);
  const webrtcPort = options.webrtcPorts.from + index;
  return {
    bindAddress: options.bindAddress,
    advertisedAddress: options.advertisedAddress,
    secondBindAddress: options.secondAddress?.bindAddress,
    ports,
    webrtcPorts: { from: webrtcPort, to: webrtcPort },
    browserCodecs: options.browserCodecs ?? browserCodecsDefault,
    silenceMs: options.silenceMs ?? legSilentMs,
    datagrams: options.datagrams ?? 'best',
  };
}

class EngineWorker implements CallWorker {
  readonly firstFamily: IpFamily;
  readonly toneCountry: Country;
  readonly rtpCodecs: readonly AudioCodec[];
  readonly random = systemRandom;
  readonly nextNumber: () => number;
  readonly ready: Promise<void>;
  readonly #options: MediaWorkerOptions;
  readonly #engine: MediaEngineOptions;
  #worker: MediaWorker;
  /** What descriptions call us, by family. */
  readonly #addresses = new Map<IpFamily, string>();
  /** Bound and free, the longest rested first. */
  readonly #ports = new Map<IpFamily, number[]>();
  /** Every port the worker ever bound. */
  readonly #portsKnown = new Map<IpFamily, Set<number>>();
  readonly #calls = new Map<number, MediaCallFace>();
  #watch = new WorkerWatch();
  #restarts = 0;
  #isReady = false;
  #becomeReady: () => void = () => {};
  #failToStart: (error: Error) => void = () => {};
  load = 0;
  datagrams: DatagramKind = 'plain';

  constructor(
    options: MediaWorkerOptions,
    parts: { readonly engine: MediaEngineOptions; readonly nextNumber: () => number },
  ) {
    this.#options = options;
    this.#engine = parts.engine;
    this.nextNumber = parts.nextNumber;
    this.firstFamily = familyOf(options.bindAddress);
    const { secondAddress } = parts.engine;
    for (const { bindAddress, advertisedAddress } of secondAddress ? [options, secondAddress] : [options])
      this.#addresses.set(familyOf(bindAddress), advertisedAddress ?? bindAddress);
    this.rtpCodecs = parts.engine.rtpCodecs ?? rtpCodecsDefault;
    this.toneCountry = parts.engine.toneCountry ?? defaultCountry;
    this.ready = new Promise((settle, fail) => {
      this.#becomeReady = settle;
      this.#failToStart = fail;
    });
    this.#worker = this.#start();
  }

  get pid(): number {
    return this.#worker.pid ?? 0;
  }

  get portsFree(): number {
    return this.#ports.get(this.firstFamily)?.length ?? 0;
  }

  get portsUsed(): number {
    let most = 0;
    for (const [family, known] of this.#portsKnown) {
      const used = known.size - (this.#ports.get(family)?.length ?? 0);
      if (used > most) most = used;
    }
    return most / this.#options.ports.length;
  }

  get calls(): number {
    return this.#calls.size;
  }

  openCall(callKey: string, listener: ConstructorParameters<typeof MediaCallFace>[2]): MediaCallFace {
    const call = new MediaCallFace(callKey, this, listener);
    this.#calls.set(call.id, call);
    return call;
  }

  tell(message: Parameters<MediaWorker['tell']>[0]): void {
    this.#worker.tell(message);
  }

  takePort(family: IpFamily): { readonly address: string; readonly port: number } | undefined {
    const port = this.#ports.get(family)?.shift();
    return port === undefined ? undefined : { address: this.#addresses.get(family)!, port };
  }

  onCallOver(call: MediaCallFace): void {
    this.#calls.delete(call.id);
  }

  close(): Promise<void> {
    return this.#worker.close();
  }

  #start(): MediaWorker {
    this.#watch = new WorkerWatch();
    return startMediaWorker(this.#options, {
      onMessage: (message) => this.#hear(message),
      onSecond: () => this.#endFor(this.#watch.onSecond()),
      onLost: (cause) => this.#lost(cause),
    });
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.datagrams = message.datagrams;
        this.#becomeReady();
        return;
      case 'ports-bound':
        this.#portsBound(message.family, message.ports);
        return;
      case 'load':
        this.load = message.utilisation;
        this.#endFor(this.#watch.onLoad(message.utilisation, this.#calls.size));
        return;
      case 'port-lost':
        for (const known of this.#portsKnown.values()) known.delete(message.port);
        return;
      case 'crashed':
        return;
      case 'webrtc-opened':
      case 'statistics':
        // Requests are numbered across the engine: only the call that asked knows this one.
        for (const call of this.#calls.values()) call.hear(message);
        return;
      default:
        this.#calls.get(message.call)?.hear(message);
    }
  }

  #endFor(cause: string | undefined): void {
    if (cause !== undefined) this.#worker.end(cause);
  }

  #portsBound(family: IpFamily, ports: readonly number[]): void {
    let free = this.#ports.get(family);
    if (free === undefined) this.#ports.set(family, (free = []));
    free.push(...ports);
    let known = this.#portsKnown.get(family);
    if (known === undefined) this.#portsKnown.set(family, (known = new Set()));
    for (const port of ports) known.add(port);
  }

  /** The worker has died with all its sockets: its calls are told of, and another takes its place for those to come. */
  #lost(cause: string): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    this.#ports.clear();
    this.#portsKnown.clear();
    this.load = 0;
    if (!this.#isReady) {
      this.#failToStart(new Error(`a media worker could not start: ${cause}`));
      return;
    }
    for (const call of calls) call.lose();
    this.#restarts += 1;
    if (this.#restarts <= workerRestartsMax) this.#worker = this.#start();
    this.#engine.listener.onWorkerLost({ callKeys: calls.map(({ callKey }) => callKey), cause });
  }
}

function refuse(reason: MediaRefusal['reason'], detail: string): MediaRefusal {
  return { kind: 'refused', reason, detail };
}
