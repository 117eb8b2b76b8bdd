/** Starts the process that receives one fax, and ends it within bounds. The only place of the node's side that touches timers. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { faxCloseMsMax, faxOpenMsMax } from '../../limits.ts';
import type { FaxOptions, FaxOutcome, FromFax, ToFax } from '../fax-messages.ts';

export interface FaxReception {
  readonly pid: number | undefined;
  /** There is a line: the engine's leg is here. */
  begin(leg: { readonly address: string; readonly port: number }): void;
  /** What came so far is kept; `onEnded` follows. */
  lineLost(): void;
}

export interface FaxListener {
  /** It listens here. */
  onReady(at: { readonly address: string; readonly port: number }): void;
  /** Nothing to receive faxes with on this machine. Nothing follows. */
  onMissing(): void;
  /** Once. Undefined: it broke down, and what its file holds is all there is. */
  onEnded(outcome: FaxOutcome | undefined, detail?: string): void;
}

export function startFax(options: FaxOptions, listener: FaxListener): FaxReception {
  const child = fork(fileURLToPath(new URL('./fax-process.ts', import.meta.url)), {
    execArgv: ['--max-old-space-size=64'],
    serialization: 'json',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let isOver = false;
  const tell = (message: ToFax) => {
    if (child.connected) child.send(message, () => {});
  };
  const over = (say: () => void) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    say();
  };
  const kill = () => child.kill('SIGKILL');
  let timer = setTimeout(kill, faxOpenMsMax);
  child.on('message', (message: FromFax) => {
    if (isOver) return;
    if (message.kind === 'ready') {
      clearTimeout(timer);
      listener.onReady(message);
    } else if (message.kind === 'missing') over(() => listener.onMissing());
    else over(() => listener.onEnded(message.outcome));
  });
  child.on('error', (error) => over(() => listener.onEnded(undefined, error.message)));
  child.on('exit', (code, signal) =>
    over(() => listener.onEnded(undefined, `the fax process ended with ${signal ?? `code ${code}`}`)),
  );
  tell({ kind: 'open', options });
  return {
    pid: child.pid,
    begin: (leg) => tell({ kind: 'begin', address: leg.address, port: leg.port }),
    lineLost() {
      if (isOver) return;
      tell({ kind: 'line-lost' });
      clearTimeout(timer);
      timer = setTimeout(kill, faxCloseMsMax);
    },
  };
}
