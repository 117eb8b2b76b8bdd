/** Starts the whole product once for all end-to-end files, by the door a person uses, on ports and a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePort } from '../../scripts/seatgrid/house/ports.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly dataFolder: string;
  }
}

export const door = resolve(import.meta.dirname, '../../seatgrid');

export default async function startWholeProduct(project: TestProject): Promise<() => Promise<void>> {
  // For those who write these tests: a product that runs already is not started and not stopped.
  const running = process.env['SEATGRID_E2E_DATA'];
  if (running) {
    project.provide('dataFolder', resolve(running));
    return async () => undefined;
  }
  const dataFolder = mkdtempSync(join(tmpdir(), 'seatgrid-e2e-'));
  const web = await freePort('tcp', '127.0.0.1', 18_300);
  const sip = await freePort('udp', '127.0.0.1', 15_300);
  const desk = await freePort('tcp', '127.0.0.1', 18_600);
  const upFlags = [
    '--data',
    dataFolder,
    '--port',
    `${web}`,
    '--sip-port',
    `${sip}`,
    '--desk-port',
    `${desk}`,
    // Away from the blocks that tests of the engine bind at the same time.
    '--rtp-ports',
    '31000-31999',
  ];
  const { code, output } = await run([door, 'up', '--detach', ...upFlags]);
  console.log(output);
  const end = async () => {
    await run([door, 'down', '--data', dataFolder]);
    if (process.env['SEATGRID_KEEP']) console.log(`kept: ${dataFolder}`);
    else rmSync(dataFolder, { recursive: true, force: true });
  };
  if (code !== 0) {
    await end();
    throw new Error(`./seatgrid up ended with ${code}:\n${output}`);
  }
  project.provide('dataFolder', dataFolder);
  return end;
}

export function run(command: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((settle) => {
    const child = spawn(command[0]!, command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    child.stdout.on('data', (part: Buffer) => (output += part.toString()));
    child.stderr.on('data', (part: Buffer) => (output += part.toString()));
    child.once('close', (code) => settle({ code: code ?? 1, output }));
  });
}
