/** Sends the part of a recording the centre asks for, or a call's ladder. */
import { open } from 'node:fs/promises';
import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import type { CallLadders } from '../ladder/call-ladders.ts';
import { ladderPcap } from '../ladder/ladder-pcap.ts';
import type { CentreAccess } from './centre-access.ts';
import { recordingStillMaxMs } from './limits.ts';
import { recordedFile } from './recorded-file.ts';
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
  const found = await recordedFile(folder, request);
  if (!found.ok) return found;
  await using file = await open(found.value, 'r');
  const { size } = await file.stat();
  const to = Math.min(request.to ?? size, size);
  if (request.from < 0 || request.from > to) return failure(`the file has ${size} octets`);
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
