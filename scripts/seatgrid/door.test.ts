/** The door as a person meets it: its words, its exit codes, and what it does about ports and processes that are in the way. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Installation } from './house/installation.ts';
import { freePort, requireFree } from './house/ports.ts';
import { identify, isAlive, signal } from './house/process-identity.ts';

const main = resolve(import.meta.dirname, 'main.ts');

function seatgrid(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: status, said: stdout, complained: stderr };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'seatgrid-door-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const verbs = [
  'up',
  'down',
  'status',
  'call',
  'reset',
  'test',
  'check',
  'flow',
  'verify-call',
  'box',
  'sim',
  'sites',
  'bench',
];
test.each(verbs)('%s explains itself', (verb) => {
  const { code, said } = seatgrid(verb, '--help');
  expect(code).toBe(0);
  expect(said).toContain(`Usage: ./seatgrid ${verb}`);
  expect(said).toContain('Options:');
  expect(said).toContain('Examples:');
});

test('a flow kept as a file is checked: sound 0, else 3 with line and cause, for people and for scripts', () => {
  const at = folder();
  const sound =
    'format: seatgrid-flow-1\nname: Bye\nstart: bye\nsteps:\n  bye:\n    kind: hang-up\n    say: []\n';
  writeFileSync(join(at, 'sound.yaml'), sound);
  writeFileSync(join(at, 'lost.yaml'), sound.replace('start: bye', 'start: hello'));
  writeFileSync(join(at, 'broken.yaml'), sound.replace('say: []', 'say: 7'));
  expect(seatgrid('flow', 'check', join(at, 'sound.yaml'))).toMatchObject({ code: 0 });
  const all = seatgrid(
    'flow',
    'check',
    ...['sound', 'lost', 'broken'].map((name) => join(at, `${name}.yaml`)),
  );
  expect(all.code).toBe(3);
  expect(all.said).toContain('lost.yaml:3:1: start: there is no step "hello" to start with');
  expect(all.said).toMatch(/broken\.yaml:7:5: steps\.bye\.say: /);
  const told = JSON.parse(seatgrid('flow', 'check', join(at, 'lost.yaml'), '--json').said) as unknown;
  expect(told).toEqual([expect.objectContaining({ line: 3, path: 'start' })]);
  expect(seatgrid('flow', 'check', join(at, 'none.yaml'))).toMatchObject({ code: 1 });
  expect(seatgrid('flow', 'chekc', join(at, 'sound.yaml'))).toMatchObject({ code: 2 });
});

test('an unknown verb and an unknown flag end with 2, a reason, and a guess', () => {
  expect(seatgrid('stauts')).toMatchObject({
    code: 2,
    complained: expect.stringContaining('did you mean ./seatgrid status?'),
  });
  expect(seatgrid('up', '--prot', '1')).toMatchObject({
    code: 2,
    complained: expect.stringContaining('did you mean --port?'),
  });
  expect(seatgrid('up', '--port', '70000')).toMatchObject({
    code: 2,
    complained: expect.stringContaining('from 1 to 65535'),
  });
  expect(seatgrid()).toMatchObject({ code: 2 });
});

test('reset removes nothing that is not an installation, and asks when nobody can answer', () => {
  const path = folder();
  writeFileSync(join(path, 'precious'), '');
  expect(seatgrid('reset', '--yes', '--data', path)).toMatchObject({
    code: 1,
    complained: expect.stringContaining('does not look like'),
  });
  const installation = new Installation(join(path, 'data'));
  installation.writeSecrets({
    schema: 1,
    operator: { email: '', password: '' },
    demoPassword: '',
    phonePassword: '',
  });
  expect(seatgrid('reset', '--data', installation.folder)).toMatchObject({
    code: 1,
    complained: expect.stringContaining('--yes'),
  });
  expect(installation.readSecrets()).toBeDefined();
  expect(seatgrid('reset', '--yes', '--data', installation.folder)).toMatchObject({ code: 0 });
  expect(installation.readSecrets()).toBeUndefined();
});

test('status of nothing ends with 3, and as JSON too', () => {
  const path = join(folder(), 'data');
  expect(seatgrid('status', '--data', path).code).toBe(3);
  const { code, said } = seatgrid('status', '--json', '--data', path);
  expect(code).toBe(3);
  expect(JSON.parse(said)).toMatchObject({ isRunning: false, addresses: null, logins: [] });
});

test('call without a running node says so, and the cure', () => {
  const { code, complained } = seatgrid('call', '+18005550100', '--data', join(folder(), 'data'));
  expect(code).toBe(1);
  expect(complained).toContain('cure: ./seatgrid up');
});

test('a taken port is named with who has it and a free one', async () => {
  const taken = await listen();
  const { port } = taken.address() as { port: number };
  const wish = {
    protocol: 'tcp',
    port,
    address: '127.0.0.1',
    purpose: 'the portals',
    flag: '--port',
  } as const;
  const refusal = await requireFree([wish]).then(
    () => undefined,
    (fault: unknown) => fault as Error & { cure: string },
  );
  expect(refusal?.message).toContain(`TCP port ${port}, wanted for the portals, is taken by`);
  expect(refusal?.message).toContain(`process ${process.pid}`);
  const offered = Number(/--port (\d+)/.exec(refusal!.cure)![1]);
  expect(await freePort('tcp', '127.0.0.1', offered)).toBe(offered);
});

test('a process is known by when it started: its number alone is not enough to be signalled', async () => {
  const child = spawn('sleep', ['30'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const identity = identify(child.pid!)!;
  expect(isAlive(identity)).toBe(true);
  const another = { ...identity, startTicks: identity.startTicks - 1 };
  expect(signal(another, 'SIGTERM')).toBe(false);
  expect(isAlive(identity)).toBe(true);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  expect(signal(identity, 'SIGTERM')).toBe(true);
  await ended;
  expect(isAlive(identity)).toBe(false);
});

test('run.json with processes that are gone counts as not running', () => {
  const installation = new Installation(join(folder(), 'data'));
  mkdirSync(installation.folder, { recursive: true });
  const ports = { web: 1, sip: 2, desk: 3, local: 4, rtp: { from: 5, to: 6 }, webrtc: { from: 7, to: 8 } };
  installation.write({
    schema: 1,
    address: '127.0.0.1',
    publicAddress: '127.0.0.1',
    ports,
    hasDemo: true,
    processes: { centre: { pid: process.pid, startTicks: 1 } },
  });
  expect([...installation.alive().keys()]).toEqual([]);
});

function listen(): Promise<Server> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return new Promise((settle) => server.listen(0, '127.0.0.1', () => settle(server)));
} // prettier-ignore
