/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */
/** The thread extensions run in, one after another; `extension-runner.ts` ends it where a run does not end by itself. */
import { parentPort } from 'node:worker_threads';
import { openSandbox, type SandboxRun } from '../sandbox.ts';

const processorMs = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};
const run = await openSandbox(processorMs);
parentPort!.on('message', (asked: SandboxRun) => parentPort!.postMessage(run(asked)));
parentPort!.postMessage('ready');
