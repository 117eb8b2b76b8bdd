/** Sends the part of a recording the centre asks for, or a call's ladder. What lies outside the recordings folder does not exist. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import type { CallLadders } from '../ladder/call-ladders.ts';
import { ladderPcap } from '../ladder/ladder-pcap.ts';
import type { CentreAccess } from './centre-access.ts';
import { recordingsKnownMax, recordingStillMaxMs } from './limits.ts';
import type { RecordingPace } from './recording-pace.ts';
import { timeLimit, type TimeLimit } from './time-limit.ts';

export type RecordingRequest = Extract<CentreToNode, { kind: 'fetch-recording' }>;
export type LadderRequest = Extract<CentreToNode, { kind: 'fetch-ladder' }>;

export interface RecordingFetchOptions {
  readonly centre: CentreAccess;
  readonly folder: string;
  readonly ladders: Pick<CallLadders, 'find'>;
  readonly pace: Pick<RecordingPace, 'paced'>;
  readonly clock: Clock;
}

/** The octets sent, or why the centre cannot have them. */
export async function sendRecording(
  request: RecordingRequest,
  options: RecordingFetchOptions,
): Promise<Result<number, string>> {
  const { folder } = options;
  const path = await pathInside(folder, request.path);
  if (path === undefined) return failure('no such recording at this node');
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const to = Math.min(request.to ?? size, size);
  if (request.from < 0 || request.from > to) return failure(`the file has ${size} octets`);
  if (request.sha256 !== undefined && !(await isUnchanged(path, request.sha256)))
    return failure('the file here is not what was recorded');
  const octets = to - request.from;
  const body =
    octets === 0
      ? [new Uint8Array()]
      : file.createReadStream({ start: request.from, end: to - 1, autoClose: false });
  const sent = await post(request.requestId, { body, fileOctets: size }, options);
  return sent.ok ? success(octets) : sent;
}

export async function sendLadder(
  { requestId, callId, format }: LadderRequest,
  options: RecordingFetchOptions,
): Promise<Result<void, string>> {
  const ladder = await options.ladders.find(callId);
  if (!ladder) return failure('none of this call is kept here');
  const body = format === 'pcap' ? ladderPcap(ladder) : Buffer.from(JSON.stringify(ladder));
  return post(requestId, { body: [body], fileOctets: body.length }, options);
}

async function post(
  requestId: string,
  {
    body,
    fileOctets,
  }: { readonly body: AsyncIterable<Uint8Array> | readonly Uint8Array[]; readonly fileOctets: number },
  { centre, pace, clock }: RecordingFetchOptions,
): Promise<Result<void, string>> {
  const url = `${centre.url}/api/node/recordings/${encodeURIComponent(requestId)}`;
  using limit = timeLimit(clock, recordingStillMaxMs);
  try {
    const reply = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: await centre.authorization(),
        'content-type': 'application/octet-stream',
        'x-file-octets': String(fileOctets),
      },
      body: moving(pace.paced(body, 'fetched'), limit) as unknown,
      duplex: 'half',
      signal: limit.signal,
    } as RequestInit);
    await reply.arrayBuffer();
    return reply.ok ? success(undefined) : failure(`the centre answered ${reply.status}`);
  } catch (error) {
    return failure(`it could not be sent: ${String(error)}`);
  }
}

/** An hour may take long over a thin line; it only must not stand still. */
async function* moving(pieces: AsyncIterable<Uint8Array>, limit: TimeLimit): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    limit.again();
  }
}

/** Files found to be what was recorded, by path, as they were then: a listener who seeks does not have them read anew. */
const known = new Map<string, string>();

/** Whether the file is still the one whose hash was told when it was made. */
async function isUnchanged(path: string, sha256: string): Promise<boolean> {
  // What nobody can put back, unlike the time of writing.
  const { size, ctimeMs } = await stat(path);
  const state = `${size} ${ctimeMs} ${sha256}`;
  if (known.get(path) === state) return true;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== sha256) return false;
  if (known.size >= recordingsKnownMax) known.delete(known.keys().next().value!);
  known.set(path, state);
  return true;
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
