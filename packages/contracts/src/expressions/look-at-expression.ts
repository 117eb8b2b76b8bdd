/** What an expression is made of, seen before it is taken: names, decimals, and what may not stand in it. */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { ExpressionFault } from '@seatgrid/core/flows/expression.ts';

interface Look {
  readonly names: Set<string>;
  /** Numbers with a point, in the order they are written. */
  readonly decimals: { readonly start: number; readonly end: number }[];
  fault?: ExpressionFault;
}

/** `matches`, `split`: unbounded time, unbounded lists. `double`: decimals are exact here. `bind`: a way round the bounds. */
const banned: ReadonlySet<string> = new Set(['matches', 'split', 'double', 'bind', 'dyn', 'bytes', 'uint']);
const walks: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

export function lookAt(ast: ASTNode): Look {
  const look: Look = { names: new Set(), decimals: [] };
  visit(ast, look, new Set(), 'outside');
  look.decimals.sort((a, b) => a.start - b.start);
  return look;
}

function visit(node: ASTNode, look: Look, bound: ReadonlySet<string>, where: 'outside' | 'in-walk'): void {
  const deeper = (one: ASTNode) => visit(one, look, bound, where);
  switch (node.op) {
    case 'id':
      if (!bound.has(node.args)) look.names.add(node.args);
      return;
    case 'value':
      if (typeof node.args === 'number') look.decimals.push(node.range);
      return;
    case 'call':
      refuse(node, node.args[0], look);
      return node.args[1].forEach(deeper);
    case 'rcall': {
      const [name, receiver, rest] = node.args;
      refuse(node, name, look);
      deeper(receiver);
      if (!walks.has(name)) return rest.forEach(deeper);
      if (where === 'in-walk')
        look.fault ??= {
          code: 'too-long',
          at: node.range.start,
          message: `"${name}" may not stand within another walk through a list`,
        };
      const [element, ...bodies] = rest;
      const within = element?.op === 'id' ? new Set([...bound, element.args]) : bound;
      for (const body of bodies) visit(body, look, within, 'in-walk');
      return;
    }
    default:
      return nodesIn(node.args).forEach(deeper);
  }
}

function refuse(node: ASTNode, name: string, look: Look): void {
  if (banned.has(name))
    look.fault ??= {
      code: 'unknown-function',
      at: node.range.start,
      message: `there is no function "${name}"`,
    };
}

function nodesIn(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}

/** The text with its decimals told to be such, and the way back from a place in it. */
export function withDecimals(
  text: string,
  decimals: Look['decimals'],
): { readonly rewritten: string; readonly writtenAt: (place: number) => number } {
  let rewritten = '';
  let taken = 0;
  for (const { start, end } of decimals) {
    rewritten += `${text.slice(taken, start)}${opening}${text.slice(start, end)}${closing}`;
    taken = end;
  }
  rewritten += text.slice(taken);
  const added = opening.length + closing.length;
  return {
    rewritten,
    writtenAt(place) {
      let back = place;
      for (const { start } of decimals) if (start < back) back = Math.max(start, back - added);
      return back;
    },
  };
}

const opening = 'decimal("';
const closing = '")';
