/** Runs a tool to its end: its output kept, or shown as it comes. */
import { spawn } from 'node:child_process';
import { root } from './environment.ts';

export interface CommandResult {
  readonly code: number;
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly isShown?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export function runCommand(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command[0]!, command.slice(1), {
      cwd: options.cwd ?? root,
      stdio: options.isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
    });
    let output = '';
    child.stdout?.on('data', (part) => (output += part));
    child.stderr?.on('data', (part) => (output += part));
    child.once('error', (fault) => resolve({ code: 127, output: fault.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
