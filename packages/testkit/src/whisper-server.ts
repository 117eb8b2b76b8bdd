/**
 * A real recogniser of speech for tests: Whisper base behind `faster-whisper-server`, where somebody has installed it by
 * `install-whisper.ts`. Nothing of it is needed for the tests to run: those that ask for it are skipped aloud where it is not.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** SEATGRID_WHISPER names another. */
export const whisperFolder =
  process.env['SEATGRID_WHISPER'] ?? join(homedir(), '.cache', 'seatgrid', 'whisper');

export const isWhisperInstalled = existsSync(join(whisperFolder, 'server.yaml'));

export interface WhisperServer {
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** Settles when it answers: it has read its model by then. */
export async function startWhisper(port: number): Promise<WhisperServer> {
  const program = join(whisperFolder, 'venv', 'bin', 'faster-whisper-server');
  const server = spawn(program, ['--config', join(whisperFolder, 'server.yaml'), '--host', '127.0.0.1', '--port', `${port}`], {
    env: { ...process.env, HF_HUB_OFFLINE: '1' },
    stdio: 'ignore',
  }); // prettier-ignore
  const exited = new Promise<void>((over) => server.once('exit', () => over()));
  const close = async () => {
    server.kill();
    await exited;
  };
  const endsAtMs = performance.now() + startMsMax;
  while (!(await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined))?.ok) {
    if (server.exitCode !== null || performance.now() > endsAtMs) {
      await close();
      throw new Error(`${program} did not come up`);
    }
    await new Promise((wake) => setTimeout(wake, 200));
  }
  return { baseUrl: `http://127.0.0.1:${port}/v1`, close };
}

const startMsMax = 120_000;
