/** D-13: extensions kept, tried at the centre, told to nodes; never changed or removed under a flow that runs them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { ExtensionId } from '@seatgrid/core/extensions/extension.ts';
import { extensionsMax } from '@seatgrid/core/extensions/limits.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, TestLink } from './test-node.ts';

let centre: TestCentre;
let alpha: TestTenant;
let beta: TestTenant;
let link: TestLink;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  link = await TestLink.greet(centre, await enrolNode(centre, 'hq'));
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

const body = (source = 'const run = ({ points }) => ({ tier: points > 100 ? "gold" : "plain" });') => ({
  name: `Tier ${ids.next<'extension'>()}`,
  description: 'Which tier a customer is in',
  inputs: [{ name: 'points', type: 'whole' as const }],
  outputs: [{ name: 'tier', type: 'text' as const }],
  source,
});
const flowOf = (extensionId: ExtensionId) => ({
  name: `Runs ${extensionId}`,
  start: 'run',
  steps: {
    run: {
      kind: 'run-extension',
      extensionId,
      inputs: [{ name: 'points', expression: 'caller.size()' }],
      results: [{ field: 'tier', variable: 'tier' }],
      next: 'bye',
    },
    bye: { kind: 'hang-up', say: [] },
  } as const,
});

test('an extension is told to nodes; its revision counts what it does, not what it is called', async () => {
  const { call } = alpha.administrator;
  const made = await call('POST /api/extensions', { body: body() });
  expect(made.revision).toBe(1);
  const params = { id: made.id };
  const { id: _, revision: __, ...given } = made;
  const renamed = await call('PUT /api/extensions/:id', { params, body: { ...given, name: 'Renamed' } });
  expect(renamed).toMatchObject({ name: 'Renamed', revision: 1 });
  const changed = await call('PUT /api/extensions/:id', { params, body: { ...given, name: 'Renamed', source: 'const run = () => ({ tier: "plain" });' } });
  expect(changed.revision).toBe(2);
  const isTold = (one: CentreToNode) =>
    one.kind === 'config' &&
    one.config.tenants.some(({ extensions }) => extensions.some(({ id, revision }) => id === made.id && revision === 2));
  await expect.poll(() => link.heard.some(isTold), { timeout: 20_000 }).toBe(true);
  const [last] = (await call('GET /api/audit', { query: { noun: 'extension' } })).items;
  expect(last).toMatchObject({ before: { revision: 1 }, after: { revision: 2 } });
  await call('DELETE /api/extensions/:id', { params });
}); // prettier-ignore

test('one is tried as it stands in the form, in the sandbox nodes run it in', async () => {
  const { call } = alpha.administrator;
  const tried = (source: string, given: Record<string, string> = {}) =>
    call('POST /api/extensions/try', { body: { extension: body(source), given } });
  expect(await tried('const run = ({ points }) => { console.log("has", points); return { tier: points > 100 ? "gold" : "plain" }; };', { points: '250' })).toMatchObject({
    code: null, outputs: { tier: 'gold' }, lines: ['has 250'], processorMs: expect.any(Number), memoryOctets: expect.any(Number),
  });
  expect(await tried('function run() {\n  for (;;) {}\n}')).toMatchObject({ code: 'endless', outputs: {} });
  expect(await tried('function run({ points }) {\n  return { tier: points.name.first };\n}', { points: '1' })).toMatchObject({ code: 'threw', line: 2, detail: expect.stringMatching(/^TypeError/) });
  expect(await tried('const run = () => ({ tier: 7 });', { points: 'many' })).toMatchObject({ code: 'bad-input' });
}); // prettier-ignore

test('a flow that does not fit what an extension takes and gives is not saved', async () => {
  const { call } = alpha.administrator;
  const made = await call('POST /api/extensions', { body: body() });
  const flow = flowOf(made.id);
  const wrong = { ...flow.steps.run, inputs: [{ name: 'age', expression: '1' }], results: [{ field: 'name', variable: 'a' }] };
  await expect(call('POST /api/flows', { body: { ...flow, steps: { ...flow.steps, run: wrong } } })).rejects.toMatchObject({
    problem: { problems: [
      { path: 'steps.run.inputs.0.name', message: 'gives "age", which the extension does not take' },
      { path: 'steps.run.results.0.field', message: 'takes "name", which the extension does not give' },
    ] },
  });
  await call('DELETE /api/extensions/:id', { params: { id: made.id } });
}); // prettier-ignore

test('while a flow runs it, it is not removed, and not changed so that the flow would not fit', async () => {
  const { call } = alpha.administrator;
  const made = await call('POST /api/extensions', { body: body() });
  const params = { id: made.id };
  const flow = await call('POST /api/flows', { body: flowOf(made.id) });
  await expect(call('DELETE /api/extensions/:id', { params })).rejects.toMatchObject({
    problem: { code: 'refused', message: expect.stringContaining(flow.name) },
  });
  const { id: _, revision: __, ...given } = made;
  await expect(call('PUT /api/extensions/:id', { params, body: { ...given, inputs: [] } })).rejects.toMatchObject({
    problem: { code: 'refused', message: expect.stringMatching(/step “run”, gives "points"/) },
  });
  const wider = { ...given, inputs: [...given.inputs, { name: 'age', type: 'whole' as const }] };
  expect(await call('PUT /api/extensions/:id', { params, body: wider })).toMatchObject({ revision: 2 });
  await call('DELETE /api/flows/:id', { params: { id: flow.id } });
  await call('DELETE /api/extensions/:id', { params });
}); // prettier-ignore

test('another tenant’s is not there, and no flow may name it', async () => {
  const made = await alpha.administrator.call('POST /api/extensions', { body: body() });
  const params = { id: made.id };
  const { call } = beta.administrator;
  expect((await call('GET /api/extensions')).items.map(({ id }) => id)).not.toContain(made.id);
  const notThere = { problem: { code: 'not-found' } };
  await expect(call('PUT /api/extensions/:id', { params, body: body() })).rejects.toMatchObject(notThere);
  await expect(call('DELETE /api/extensions/:id', { params })).rejects.toMatchObject(notThere);
  await expect(call('POST /api/flows', { body: flowOf(made.id) })).rejects.toMatchObject({ problem: { code: 'malformed' } });
  await alpha.administrator.call('DELETE /api/extensions/:id', { params });
}); // prettier-ignore

test('a tenant has so many and no more', async () => {
  const { call } = beta.administrator;
  const present = (await call('GET /api/extensions')).items.length;
  const made = [];
  for (let count = present; count < extensionsMax; count++) made.push(await call('POST /api/extensions', { body: body() }));
  await expect(call('POST /api/extensions', { body: body() })).rejects.toMatchObject({ problem: { code: 'refused' } });
  for (const { id } of made) await call('DELETE /api/extensions/:id', { params: { id } });
}); // prettier-ignore
