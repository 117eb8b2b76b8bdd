/**
 * What a flow's file calls the things of the tenant a flow names: their names, so that a person reads them and another tenant
 * has them too; with the id behind it where two have one name. The flow itself knows ids.
 */
import type { FieldShape, Fields } from '@seatgrid/core/flows/step-field.ts';
import { definitionOf, stepKinds, type StepKind } from '@seatgrid/core/flows/step-kinds.ts';
import { isUuid } from '@seatgrid/core/kernel/ids.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';

export const namedNouns = [
  'queue',
  'agent',
  'flow',
  'site',
  'mailbox',
  'ring-group',
  'calendar',
  'connector',
  'prompt',
] as const;
export type NamedNoun = (typeof namedNouns)[number];

/** Both ways; the one who checks files without a tenant takes any name for a thing that exists. */
export interface FlowNames {
  readonly nameOf: (noun: NamedNoun, id: string) => string;
  readonly idOf: (noun: NamedNoun, written: string) => Result<string, 'missing' | 'ambiguous'>;
}

export type NamedThings = Readonly<
  Record<NamedNoun, readonly { readonly id: string; readonly name: string }[]>
>;

const withId = /^(.*) \(([0-9a-f]{8}-[0-9a-f-]{27})\)$/s;

export function namesAmong(things: NamedThings): FlowNames {
  const called = (noun: NamedNoun, name: string) => things[noun].filter((one) => one.name === name);
  const isPlain = (noun: NamedNoun, name: string) =>
    called(noun, name).length === 1 && !isUuid(name) && !withId.test(name);
  return {
    nameOf(noun, id) {
      const name = things[noun].find((one) => one.id === id)?.name;
      return name === undefined ? id : isPlain(noun, name) ? name : `${name} (${id})`;
    },
    idOf(noun, written) {
      if (written === '' || isUuid(written)) return success(written);
      const [, name = written, id] = withId.exec(written) ?? [];
      if (things[noun].some((one) => one.id === id)) return success(id!);
      const [only, ...others] = called(noun, name);
      if (!only) return failure('missing');
      return others.length > 0 ? failure('ambiguous') : success(only.id);
    },
  };
}

/** Any id: the file is read for its form, and what it names is the tenant's to have. */
const somethingsId = '00000000-0000-4000-8000-000000000000';

/** Of a tenant nobody has asked: every name is somebody's. */
export const anyNames: FlowNames = {
  nameOf: (_noun, id) => id,
  idOf: (_noun, written) => success(written === '' || isUuid(written) ? written : somethingsId),
};

type Place = readonly (string | number)[];
type Rename = (noun: NamedNoun, value: string, place: Place) => string;

/** The steps with every reference renamed. What has not the shape of a step stays as it is, to be refused by the schema. */
export function renamedSteps(steps: unknown, rename: Rename): unknown {
  return mapValues(steps, (step, key) => {
    const kind = isRecord(step) ? step['kind'] : undefined;
    const isKind = (stepKinds as readonly unknown[]).includes(kind);
    return isKind ? renamedFields(definitionOf(kind as StepKind).fields, step, ['steps', key], rename) : step;
  });
}

function renamedFields(fields: Fields, values: unknown, place: Place, rename: Rename): unknown {
  return mapValues(values, (value, name) => {
    const field = fields[name];
    return field ? renamedField(field, value, [...place, name], rename) : value;
  });
}

function renamedField(field: FieldShape, value: unknown, place: Place, rename: Rename): unknown {
  const named = (noun: NamedNoun, one: unknown, at: Place) =>
    typeof one === 'string' ? rename(noun, one, at) : one;
  switch (field.type) {
    case 'prompts':
      return mapItems(value, (one, index) => named('prompt', one, [...place, index]));
    case 'speech':
      return mapItems(value, (one, index) =>
        mapValues(one, (held, name) =>
          name === 'promptId' ? named('prompt', held, [...place, index, name]) : held,
        ),
      );
    case 'rows':
      return mapItems(value, (row, index) => renamedFields(field.fields, row, [...place, index], rename));
    default:
      return isNamed(field.type) ? named(field.type, value, place) : value;
  }
}

function isNamed(type: FieldShape['type']): type is FieldShape['type'] & NamedNoun {
  return (namedNouns as readonly string[]).includes(type);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues(value: unknown, map: (one: unknown, name: string) => unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, map(one, name)]));
}

function mapItems(value: unknown, map: (one: unknown, index: number) => unknown): unknown {
  return Array.isArray(value) ? value.map((one: unknown, index) => map(one, index)) : value;
}
