/** The API table as an OpenAPI 3.1 document. */
import { z } from 'zod';
import { api } from '@seatgrid/contracts/api/api.ts';
import { problemSchema, type Route } from '@seatgrid/contracts/api/route.ts';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: object;
}

export function openApiDocument(product: string): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  for (const [path, route] of Object.entries(api) as [string, Route][]) {
    const [method, pattern] = path.split(' ') as [string, string];
    const template = pattern.replaceAll(/:([a-zA-Z0-9]+)/g, '{$1}');
    (paths[template] ??= {})[method.toLowerCase()] = operation(path, route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Seatgrid',
      version: product,
      description:
        'Sign in with POST /api/auth/login; the session travels in a cookie. Every request that changes something carries the header `x-seatgrid: 1`. What is not yours answers 404.',
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'seatgrid_session' },
        node: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}

function operation(path: string, route: Route): object {
  const { access } = route;
  const isOpen = access === 'public';
  const may = Array.isArray(access) ? ` Needs \`${access[1]}\` on \`${access[0]}\`.` : '';
  return {
    operationId: path.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    summary: route.summary,
    description: `${route.summary}.${may}`,
    tags: [tagOf(path)],
    security: isOpen ? [] : [{ [access === 'node' ? 'node' : 'session']: [] }],
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: content(route.body, 'input') } }),
    responses: {
      ...(route.reply === undefined
        ? { 204: { description: 'Done' } }
        : { 200: { description: 'Done', content: content(route.reply, 'output') } }),
      default: {
        description: 'Refused, with the reason',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

export function tagOf(path: string): string {
  const [first = '', second = ''] = path.split('/').slice(2);
  return first === 'platform' ? `platform: ${second}` : first;
}

function parameters(schema: z.ZodObject | undefined, where: 'path' | 'query'): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
}

function content(schema: z.ZodType | 'octets', io: 'input' | 'output'): object {
  if (schema === 'octets')
    return { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
  return { 'application/json': { schema: jsonSchema(schema, io) } };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
