/**
 * A call flow as one file people read, review and keep beside others: YAML, in an order that never changes by itself, so that
 * what differs between two files is what differs between two flows. What a flow names of its tenant stands there by name
 * (`flow-names.ts`). JSON, being YAML too, is read as well.
 */
import { isMap, isPair, LineCounter, parseDocument, stringify, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { checkFlow, type FlowFault } from '@seatgrid/core/flows/check-flow.ts';
import type { FlowSurroundings } from '@seatgrid/core/flows/check-step.ts';
import type { FlowBody } from '@seatgrid/core/flows/call-flow.ts';
import { definitionOf, type FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { flowDraftSchema } from '../nouns/flow.ts';
import { renamedSteps, type FlowNames, type NamedNoun } from './flow-names.ts';

/** Said in the file's first line; another number is another language. */
export const flowFileFormat = 'seatgrid-flow-2';
/** Its files knew ids alone, which are still understood. */
const earlierFormat = 'seatgrid-flow-1';
export const flowFileBytesMax = 2_000_000;
const columnsAtMost = 110;

export type FlowInFile = FlowBody & { readonly name: string };

/** What is wrong, where: `path` as `steps.menu.choices.1.next`; lines and columns count from 1. */
export interface FlowFileFault {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

export function writeFlowFile({ name, start, onError, steps }: FlowInFile, names: FlowNames): string {
  const sorted = Object.keys(steps).sort();
  const named = renamedSteps(steps, names.nameOf) as FlowInFile['steps'];
  return stringify(
    {
      format: flowFileFormat,
      name,
      start,
      ...(onError === undefined ? {} : { onError }),
      steps: Object.fromEntries(sorted.map((key) => [key, inOrder(named[key]!)])),
    },
    { lineWidth: columnsAtMost, aliasDuplicateObjects: false },
  );
}

/** The flow a file holds, or everything that keeps it from being one: what it names and nobody has, too. */
export function readFlowFile(text: string, names: FlowNames): Result<FlowInFile, readonly FlowFileFault[]> {
  if (text.length > flowFileBytesMax)
    return failure([
      { line: 1, column: 1, path: '', message: `a flow file has at most ${flowFileBytesMax} characters` },
    ]);
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length > 0)
    return failure(
      document.errors.map((error) => {
        const { line, col } = counter.linePos(error.pos[0]);
        return {
          line,
          column: col,
          path: '',
          message: error.message.split('\n')[0]!.replace(/ at line .*$/, ''),
        };
      }),
    );
  const alias = aliasIn(document);
  if (alias !== undefined) {
    const { line, col } = counter.linePos(alias);
    return failure([{ line, column: col, path: '', message: 'a flow file has no anchors and aliases' }]);
  }
  const held: unknown = document.toJS();
  const told = (path: readonly PropertyKey[], message: string): FlowFileFault => ({
    ...placeOf(document, counter, path),
    path: path.join('.'),
    message,
  });
  const format =
    typeof held === 'object' && held !== null ? (held as { format?: unknown }).format : undefined;
  if (format !== flowFileFormat && format !== earlierFormat)
    return failure([told(['format'], `is not a flow file: its format is not "${flowFileFormat}"`)]);
  const { format: _, ...rest } = held as Record<string, unknown>;
  const unknown: FlowFileFault[] = [];
  const steps = renamedSteps(rest['steps'], (noun, written, place) => {
    const id = names.idOf(noun, written);
    if (id.ok) return id.value;
    unknown.push(told(place, nameFault(noun, written, id.failure)));
    return written;
  });
  if (unknown.length > 0) return failure(unknown);
  const parsed = flowDraftSchema.safeParse({ ...rest, steps });
  if (!parsed.success)
    return failure(parsed.error.issues.map((issue: z.core.$ZodIssue) => told(issue.path, issue.message)));
  return success(parsed.data);
}

function nameFault(noun: NamedNoun, written: string, why: 'missing' | 'ambiguous'): string {
  return why === 'missing'
    ? `there is no ${noun} called "${written}"`
    : `more than one ${noun} is called "${written}": its id goes behind it in brackets`;
}

/** Faults of a flow's meaning at their places in the file it came from. */
export function faultsInFile(
  text: string,
  flow: FlowInFile,
  surroundings: FlowSurroundings,
): FlowFileFault[] {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  return checkFlow(flow, surroundings).map((fault) => {
    const path = pathOf(fault);
    return { ...placeOf(document, counter, path), path: path.join('.'), message: fault.message };
  });
}

function pathOf({ step, field }: FlowFault): string[] {
  return [...(step === null ? [] : ['steps', step]), ...(field === null ? [] : field.split('.'))];
}

/** Few anchors may stand for very much, so none is followed. */
function aliasIn(document: Document.Parsed): number | undefined {
  let at: number | undefined;
  visit(document, {
    Alias(_, { range }) {
      at = range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return at;
}

/** The deepest part of the path that is written in the file. */
function placeOf(
  document: Document.Parsed,
  counter: LineCounter,
  path: readonly PropertyKey[],
): { readonly line: number; readonly column: number } {
  let node: unknown = document.contents;
  let at = 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && String((item.key as { value?: unknown }).value) === String(part),
      );
      if (!pair) break;
      at = (pair.key as { range?: readonly number[] }).range?.[0] ?? at;
      node = pair.value;
    } else {
      const item = (node as { items?: readonly { range?: readonly number[] }[] } | null)?.items?.[
        Number(part)
      ];
      if (!item) break;
      at = item.range?.[0] ?? at;
      node = item;
    }
  }
  const { line, col } = counter.linePos(at);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Kind and title first, then the fields as the kind declares them. */
function inOrder(step: FlowStep): Record<string, unknown> {
  const values = step as unknown as Readonly<Record<string, unknown>>;
  const order = ['kind', 'title', ...Object.keys(definitionOf(step.kind).fields)];
  return Object.fromEntries(
    order.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
}
