/** Sends the part of a recording the centre asks for. What lies outside the recordings folder does not exist. */
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import type { CentreAccess } from './centre-access.ts';
import { recordingUploadMaxMs } from './limits.ts';
import { timeLimit } from './time-limit.ts';

export type RecordingRequest = Extract<CentreToNode, { kind: 'fetch-recording' }>;

export interface RecordingFetchOptions {
  readonly centre: CentreAccess;
  readonly folder: string;
  readonly clock: Clock;
}

/** The octets sent, or why the centre cannot have them. */
export async function sendRecording(
  request: RecordingRequest,
  { centre, folder, clock }: RecordingFetchOptions,
): Promise<Result<number, string>> {
  const path = await pathInside(folder, request.path);
  if (path === undefined) return failure('no such recording at this node');
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const to = Math.min(request.to ?? size, size);
  if (request.from < 0 || request.from > to) return failure(`the file has ${size} octets`);
  const octets = to - request.from;
  const url = `${centre.url}/api/node/recordings/${encodeURIComponent(request.requestId)}`;
  using limit = timeLimit(clock, recordingUploadMaxMs);
  try {
    const body =
      octets === 0
        ? new Uint8Array()
        : Readable.toWeb(file.createReadStream({ start: request.from, end: to - 1, autoClose: false }));
    const reply = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: await centre.authorization(),
        'content-type': 'application/octet-stream',
        'x-file-octets': String(size),
      },
      body,
      duplex: 'half',
      signal: limit.signal,
    } as RequestInit);
    await reply.arrayBuffer();
    return reply.ok ? success(octets) : failure(`the centre answered ${reply.status}`);
  } catch (error) {
    return failure(`it could not be sent: ${String(error)}`);
  }
}

/** Resolves links on the way, so that none leads out. */
async function pathInside(folder: string, asked: string): Promise<string | undefined> {
  if (isAbsolute(asked) || asked.includes('\0') || asked.split(/[\\/]/).some((part) => part.startsWith('.')))
    return undefined;
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, asked));
    return path.startsWith(root + sep) ? path : undefined;
  } catch {
    return undefined;
  }
}
