/**
 * One run of an extension in a QuickJS of its own, within WebAssembly: it has the language and nothing else, and is thrown away
 * afterwards. Run in a thread (`runtime/sandbox-thread.ts`), since some of what an extension can do is not asked whether it may go
 * on, and only ending the thread ends it.
 */
import engine from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import {
  extensionDetailCharsMax,
  extensionLineCharsMax,
  extensionLinesMax,
  extensionMemoryOctetsMax,
  extensionRunMsMax,
  extensionStackOctetsMax,
  extensionValuesCharsMax,
} from '@seatgrid/core/extensions/limits.ts';
import type { ExtensionCost, ExtensionFault } from '@seatgrid/core/extensions/run-extension.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';

export interface SandboxRun {
  readonly source: string;
  /** A record, as JSON. */
  readonly input: string;
}

export interface SandboxOutcome extends ExtensionCost {
  /** What `run` answered, as JSON. */
  readonly result: Result<string, ExtensionFault>;
  /** The sandbox broke and is of no further use. */
  readonly isSpoiled: boolean;
}

/** What the thread has used of the processor so far. */
export type ProcessorMs = () => number;

export async function openSandbox(processorMs: ProcessorMs): Promise<(run: SandboxRun) => SandboxOutcome> {
  // The one limit that holds: the engine’s own counts blocks without their sizes where it runs in WebAssembly.
  const wasmMemory = new Memory({ initial: wasmPagesMin, maximum: extensionMemoryOctetsMax / wasmPageOctets });
  const variant = newVariant(engine as unknown as QuickJSSyncVariant, { wasmMemory });
  const module = await newQuickJSWASMModuleFromVariant(variant);
  const isFull = () => wasmMemory.buffer.byteLength > extensionMemoryOctetsMax * fullShare;
  return (run) => runOnce({ module, isFull, processorMs }, run);
} // prettier-ignore

interface Engine {
  readonly module: QuickJSWASMModule;
  /** It has about all the memory it may have, which it does not give back. */
  readonly isFull: () => boolean;
  readonly processorMs: ProcessorMs;
}

/** The compiler knows it in browsers alone. */
const { Memory } = (globalThis as unknown as { readonly WebAssembly: { readonly Memory: WasmMemory } })
  .WebAssembly;
type WasmMemory = new (pages: { readonly initial: number; readonly maximum: number }) => {
  readonly buffer: ArrayBuffer;
};
const wasmPageOctets = 64 * 1024;
/** As the engine was built. */
const wasmPagesMin = 256;
/** It grows by a fifth at a time, and stops where a fifth is too much. */
const fullShare = 0.75;

/** Beside what an extension is given: a console, and words of JSON taken before it could change them. */
const surroundings = `(({ parse, stringify }, print) => {
  const written = (one) => (typeof one === 'string' ? one : stringify(one) ?? String(one));
  const log = (...all) => print(all.map(written).join(' ').slice(0, ${extensionLineCharsMax}));
  globalThis.console = { log, info: log, warn: log, error: log, debug: log };
  return (run, input) => {
    const answer = run(parse(input));
    if (answer instanceof Promise) throw new TypeError('run answered with a promise: there is nothing to wait for');
    return stringify(answer, (_, one) => (typeof one === 'bigint' ? one.toString() : one)) ?? 'null';
  };
})`;

function runOnce({ module, isFull, processorMs }: Engine, { source, input }: SandboxRun): SandboxOutcome {
  const lines: string[] = [];
  const beganMs = processorMs();
  const tookMs = () => processorMs() - beganMs;
  const told = (result: SandboxOutcome['result'], memoryOctets: number, isSpoiled: boolean) => ({
    result, memoryOctets, isSpoiled, lines, processorMs: Math.max(0, Math.round(tookMs() * 10) / 10),
  }); // prettier-ignore
  try {
    const runtime = module.newRuntime({ interruptHandler: () => tookMs() > extensionRunMsMax });
    runtime.setMaxStackSize(extensionStackOctetsMax);
    const context = runtime.newContext();
    const result = resultOf(context, { source, input }, lines);
    const memoryOctets = memoryOf(context);
    context.dispose();
    runtime.dispose();
    return told(result, memoryOctets, isFull());
  } catch (error) {
    // Thrown through WebAssembly, whose own books are not in order any more.
    const code = isFull() ? 'out-of-memory' : error instanceof RangeError ? 'too-deep' : 'broken';
    const detail = details[code] ?? String(error).slice(0, extensionDetailCharsMax);
    return told(failure({ code, line: null, detail }), 0, true);
  }
} // prettier-ignore

function resultOf(context: QuickJSContext, { source, input }: SandboxRun, lines: string[]): SandboxOutcome['result'] {
  using json = context.getProp(context.global, 'JSON');
  using print = context.newFunction('print', (line) => {
    if (lines.length < extensionLinesMax) lines.push(context.getString(line));
  });
  using made = context.unwrapResult(context.evalCode(surroundings, 'surroundings'));
  using call = context.unwrapResult(context.callFunction(made, context.undefined, json, print));
  const evaluated = context.evalCode(source, sourceName, { type: 'global' });
  if (evaluated.error) return failure(faultOf(context, evaluated.error, 'unreadable'));
  evaluated.value.dispose();
  // Also where it is a constant, which the global object does not have.
  using run = context.unwrapResult(context.evalCode("typeof run === 'function' ? run : undefined", 'surroundings'));
  if (context.typeof(run) !== 'function')
    return failure({ code: 'unreadable', line: null, detail: 'there is no function named run' });
  using given = context.newString(input);
  const answered = context.callFunction(call, context.undefined, run, given);
  if (answered.error) return failure(faultOf(context, answered.error, 'threw'));
  using answer = answered.value;
  using length = context.getProp(answer, 'length');
  if (context.getNumber(length) > extensionValuesCharsMax)
    return failure({ code: 'too-large', line: null, detail: 'run answered with more than it may' });
  return success(context.getString(answer));
} // prettier-ignore

const sourceName = 'extension';

/** `otherwise`: what it is called unless a limit was met. */
function faultOf(context: QuickJSContext, handle: QuickJSHandle, otherwise: 'unreadable' | 'threw'): ExtensionFault {
  using error = handle;
  const part = (name: string): string => {
    using held = context.getProp(error, name);
    return context.typeof(held) === 'string' ? context.getString(held).slice(0, 10_000) : '';
  };
  const [name, message] = context.typeof(error) === 'object' ? [part('name'), part('message')] : ['', ''];
  if (name === '') {
    const thrown = JSON.stringify(context.dump(error)) ?? '';
    // What the engine throws where there was no memory left for an error.
    if (thrown === 'null') return { code: 'out-of-memory', line: null, detail: details['out-of-memory']! };
    return { code: 'threw', line: null, detail: `threw ${thrown}`.slice(0, extensionDetailCharsMax) };
  }
  const line = lineIn(part('stack'));
  const code = codes[message] ?? (name === 'SyntaxError' ? otherwise : 'threw');
  const detail = details[code] ?? `${name}: ${message}`;
  return { code, line, detail: detail.slice(0, extensionDetailCharsMax) };
} // prettier-ignore

/** QuickJS's own words for limits that were met. */
const codes: Readonly<Record<string, ExtensionFault['code']>> = {
  interrupted: 'endless',
  'out of memory': 'out-of-memory',
  'stack overflow': 'too-deep',
};
const details: Readonly<Partial<Record<ExtensionFault['code'], string>>> = {
  endless: `took more than ${extensionRunMsMax} ms of the processor`,
  'out-of-memory': 'needed more memory than it may have',
  'too-deep': 'calls lie deeper than they may',
};

/** Of the innermost place that is in the extension: `at tier (extension:3:11)`. */
function lineIn(stack: string): number | null {
  const match = /\bextension:(\d+)/.exec(stack);
  return match ? Number(match[1]) : null;
}

function memoryOf(context: QuickJSContext): number {
  using usage = context.runtime.computeMemoryUsage();
  using used = context.getProp(usage, 'memory_used_size');
  return context.getNumber(used);
}
