/** What was ever published of a flow stays: who, when and what; and it is published again by one act, as a version of its own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';

let centre: TestCentre;
let alpha: TestTenant;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
});
afterAll(async () => {
  await centre?.stop();
});

const saying = (name: string, text: string) => ({
  name,
  start: 'bye',
  steps: { bye: { kind: 'hang-up' as const, say: [{ kind: 'text' as const, text: { en: text } }] } },
});

/** A flow published as often as it has texts, by its name and that of its number. */
async function flowOf(...texts: string[]): Promise<string> {
  const { call } = alpha.administrator;
  const { id } = await call('POST /api/flows', { body: saying(`${texts[0]!} 1`, texts[0]!) });
  await call('POST /api/flows/:id/publish', { params: { id } });
  for (const [index, text] of texts.slice(1).entries()) {
    await call('PUT /api/flows/:id', { params: { id }, body: saying(`${texts[0]!} ${index + 2}`, text) });
    await call('POST /api/flows/:id/publish', { params: { id } });
  }
  return id;
}

async function versionsOf(id: string) {
  return (await alpha.administrator.call('GET /api/flows/:id/versions', { params: { id } })).items;
}

async function remove(id: string): Promise<void> {
  await alpha.administrator.call('DELETE /api/flows/:id', { params: { id } });
}

test('publications are listed newest first with who and when, and each is read as it was', async () => {
  const { call } = alpha.administrator;
  const before = Date.now();
  const id = await flowOf('Good', 'Better');
  const versions = await versionsOf(id);
  const { name: who } = await call('GET /api/auth/me');
  expect(versions).toMatchObject([
    { version: 2, name: 'Good 2', publishedBy: who },
    { version: 1, name: 'Good 1', publishedBy: who },
  ]);
  for (const { publishedAtMs } of versions) expect(publishedAtMs).toBeGreaterThanOrEqual(before - 1_000);
  const read = (version: string) => call('GET /api/flows/:id/versions/:version', { params: { id, version } });
  expect(await read('1')).toMatchObject({ version: 1, ...saying('Good 1', 'Good') });
  expect(await read('2')).toMatchObject({ version: 2, ...saying('Good 2', 'Better') });
  for (const none of ['3', '0', '-1', '1.5', 'first', '99999999999'])
    await expect(read(none), none).rejects.toMatchObject({ status: 404 });
  await remove(id);
  await expect(versionsOf(id)).rejects.toMatchObject({ status: 404 });
});

test('rolled back, an earlier version is published again under a new number, the draft follows, and the audit tells', async () => {
  const { call } = alpha.administrator;
  const id = await flowOf('First', 'Second');
  const restored = await call('POST /api/flows/:id/versions/:version/restore', {
    params: { id, version: '1' },
  });
  expect(restored).toMatchObject({
    publishedVersion: 3,
    isChanged: false,
    ...saying('First 1', 'First'),
  });
  expect((await versionsOf(id)).map(({ version, name }) => `${version} ${name}`)).toEqual([
    '3 First 1',
    '2 First 2',
    '1 First 1',
  ]);
  expect(await call('GET /api/flows/:id/versions/:version', { params: { id, version: '3' } })).toMatchObject(
    saying('First 1', 'First'),
  );
  const { items } = await call('GET /api/audit', { query: { noun: 'flow', limit: 1 } });
  expect(items).toMatchObject([
    { nounId: id, verb: 'publish', before: { version: 2 }, after: { version: 3, contentOf: 1 } },
  ]);
  await remove(id);
});

test('a draft that holds more than what was published is kept when the published flow is rolled back', async () => {
  const { call } = alpha.administrator;
  const id = await flowOf('Old', 'New');
  await call('PUT /api/flows/:id', { params: { id }, body: saying('In hand', 'Half done') });
  const restored = await call('POST /api/flows/:id/versions/:version/restore', {
    params: { id, version: '1' },
  });
  expect(restored).toMatchObject({ publishedVersion: 3, isChanged: true, ...saying('In hand', 'Half done') });
  expect(await call('GET /api/flows/:id/versions/:version', { params: { id, version: '3' } })).toMatchObject(
    saying('Old 1', 'Old'),
  );
  await remove(id);
});

test('a version that names what is gone since is refused with its place, and nothing is published', async () => {
  const { call } = alpha.administrator;
  const other = await flowOf('Other');
  const id = await flowOf('Caller');
  const into = { name: 'Into', start: 'go', steps: { go: { kind: 'subflow' as const, flowId: other, next: 'bye' }, bye: { kind: 'hang-up' as const, say: [] } } }; // prettier-ignore
  await call('PUT /api/flows/:id', { params: { id }, body: into as never });
  await call('POST /api/flows/:id/publish', { params: { id } });
  await call('PUT /api/flows/:id', { params: { id }, body: saying('Alone', 'Alone') });
  await call('POST /api/flows/:id/publish', { params: { id } });
  await remove(other);
  await expect(
    call('POST /api/flows/:id/versions/:version/restore', { params: { id, version: '2' } }),
  ).rejects.toMatchObject({ status: 422, problem: { problems: [{ path: 'steps.go.flowId' }] } });
  expect(await versionsOf(id)).toHaveLength(3);
  await remove(id);
});
