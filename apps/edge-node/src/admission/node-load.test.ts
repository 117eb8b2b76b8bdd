import { execFile, spawn, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const canPin = process.platform === 'linux' && spawnSync('taskset', ['-V']).error === undefined;

/** Works and rests in turn, some milliseconds each, and says what its meter found. */
const measured = `
  import { mainThreadMeter } from '${new URL('./node-load.ts', import.meta.url).href}';
  const endsMs = performance.now() + 1500;
  let meter;
  function turn() {
    if (meter === undefined) (meter = mainThreadMeter())(performance.now());
    const { user } = process.threadCpuUsage();
    while (process.threadCpuUsage().user - user < 4_000);
    if (performance.now() < endsMs) setTimeout(turn, 8);
    else console.log(JSON.stringify(meter(performance.now())));
  }
  setTimeout(turn, 100);
`;

async function measureOnCore(core: string): Promise<{ readonly main: number; readonly mainWaited: number }> {
  const { stdout } = await promisify(execFile)('taskset', [
    '-c',
    core,
    process.execPath,
    '--input-type=module',
    '-e',
    measured,
  ]);
  return JSON.parse(stdout) as { main: number; mainWaited: number };
}

test.runIf(canPin)(
  'what others of its core keep a thread waiting is told apart from what it works',
  async () => {
    const core = /\d+/.exec(spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' }).stdout.split(':').at(-1)!)![0]; // prettier-ignore
    const others = [1, 2].map(() =>
      spawn('taskset', ['-c', core, process.execPath, '-e', 'for (;;);'], { stdio: 'ignore' }),
    );
    onTestFinished(() => others.forEach((one) => one.kill('SIGKILL')));
    const { main, mainWaited } = await measureOnCore(core);
    // Whatever else the machine does, its waiting is more than the work that it is part of busy with.
    expect(mainWaited).toBeGreaterThan(0.2);
    expect(mainWaited).toBeLessThan(main);
    expect(main).toBeLessThanOrEqual(1);
    const used = main - mainWaited;
    expect(used).toBeGreaterThan(0.05);
    expect(used).toBeLessThan(0.6);
  },
);
