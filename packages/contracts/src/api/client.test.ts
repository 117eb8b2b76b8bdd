import { expect, test } from 'vitest';
import { api } from './api.ts';
import { ApiProblem, createApiClient } from './client.ts';
import { z } from 'zod';

test('the client fills the path, drops empty filters, marks its requests and sends JSON', async () => {
  const seen: { url: string; init: RequestInit }[] = [];
  const client = createApiClient(async (url, init) => {
    seen.push({ url: String(url), init: init! });
    return Response.json({ items: [], next: null });
  }, 'http://centre');
  await client.call('GET /api/calls', { query: { number: '+86 10', limit: 5, agentId: '' } });
  await client.call('PUT /api/skills/:id', { params: { id: 'a/b' }, body: { name: 'Sales' } });
  expect(seen[0]!.url).toBe('http://centre/api/calls?number=%2B86+10&limit=5');
  expect(seen[1]!.url).toBe('http://centre/api/skills/a%2Fb');
  expect(seen[1]!.init).toMatchObject({
    method: 'PUT',
    body: '{"name":"Sales"}',
    headers: { 'x-seatgrid': '1', 'content-type': 'application/json' },
  });
});

test('a refusal arrives with its code and places; an unreachable centre is a refusal too', async () => {
  const refusing = createApiClient(async () =>
    Response.json(
      { code: 'malformed', message: 'no', problems: [{ path: 'name', message: 'missing' }] },
      { status: 422 },
    ),
  );
  await expect(refusing.call('GET /api/auth/me')).rejects.toMatchObject({
    status: 422,
    problem: { problems: [{ path: 'name' }] },
  });
  const unreachable = createApiClient(async () => Promise.reject(new Error('refused')));
  await expect(unreachable.call('GET /api/auth/me')).rejects.toBeInstanceOf(ApiProblem);
});

test('every route can be written as JSON Schema', () => {
  for (const route of Object.values(api) as { body?: unknown; reply?: unknown }[])
    for (const schema of [route.body, route.reply])
      if (schema instanceof z.ZodType)
        expect(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'throw' })).toBeTypeOf('object');
});
