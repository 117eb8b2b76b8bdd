/** The real edge node on one core, configured by a file, without a centre; measured when its rehearsal is over. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFlags } from '@seatgrid/edge-node/node-flags.ts';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';

export interface NodeUnderTest {
  readonly pid: number;
  readonly address: string;
  readonly sipPort: number;
  readonly deskUrl: string;
  readonly localApiUrl: string;
  /** What it has warned of since it was last asked. */
  warnings(): string[];
  close(): Promise<void>;
}

const mainPath = new URL('../../apps/edge-node/src/main.ts', import.meta.url).pathname;

export async function startNode(config: NodeConfig, core: number): Promise<NodeUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-bench-'));
  const configFile = join(folder, 'config.json');
  writeFileSync(configFile, JSON.stringify(config));
  const sipPort = 15_600;
  const child = spawn(
    'taskset',
    ['-c', String(core), process.execPath, '--disable-warning=ExperimentalWarning', ...nodeFlags, mainPath],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        SEATGRID_NODE_DATA: folder,
        SEATGRID_NODE_CONFIG_FILE: configFile,
        SEATGRID_SIP_ADDRESS: '127.0.0.1',
        SEATGRID_SIP_PORT: String(sipPort),
        SEATGRID_RTP_PORTS: '40000-47999',
        SEATGRID_WEBRTC_PORTS: '48000-48009',
        SEATGRID_DESK_PORT: '0',
        SEATGRID_LOCAL_API_PORT: '0',
        SEATGRID_MEDIA_WORKERS: '1',
        SEATGRID_DRAIN_SECONDS: '0',
      },
    },
  );
  const ready = JSON.parse(await readyLine(child)) as {
    pid: number;
    desk: string;
    localApi: string;
  };
  let told = '';
  child.stderr.on('data', (part: Buffer) => (told += part.toString()));
  return {
    pid: ready.pid,
    address: '127.0.0.1',
    sipPort,
    deskUrl: ready.desk,
    localApiUrl: ready.localApi,
    warnings() {
      const lines = told.split('\n').filter((line) => /"level":"?(40|50|60|warn|error)/.test(line));
      told = '';
      return lines;
    },
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
        child.kill('SIGTERM');
      }),
  };
}

/** Ready, and done with rehearsing: what follows is what calls cost. */
function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    let complaints = '';
    const look = () => {
      const line = said.split('\n').find((each) => each.startsWith('{"ready"'));
      if (line && complaints.includes('calls were rehearsed')) resolve(line);
    };
    child.stderr!.on('data', (part: Buffer) => {
      complaints = (complaints + part.toString()).slice(-4_000);
      look();
    });
    child.stdout!.on('data', (part: Buffer) => {
      said += part.toString();
      look();
    });
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}:\n${complaints}`)));
  });
}
