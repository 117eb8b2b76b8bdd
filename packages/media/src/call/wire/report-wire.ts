/** What a media worker tells, as it crosses the channel: as `command-wire.ts` has it, for what is told of every call. */
import type { IpFamily, LegStatistics, MediaPath, MediaPlace } from '../media-engine.ts';
import type { FromWorker } from '../media-messages.ts';

const codeOf = { legClosed: 0, callClosed: 1, portsBound: 2, firstPacket: 3 } as const;

/** JSON has no undefined: null stands for it. */
type Absent = null;

type PackedStatistics = readonly [
  codec: string,
  packetsIn: number,
  packetsOut: number,
  octetsIn: number,
  octetsOut: number,
  lost: number,
  concealed: number,
  jitterMs: number,
  foreign: number,
  refused: number,
  srtp: string | Absent,
  farLost: number | Absent,
  farJitterMs: number | Absent,
  roundTripMs: number | Absent,
  mos: number | Absent,
  path: PackedPath | Absent,
];

type PackedPath = readonly [local: string, signalled: readonly string[], places: readonly MediaPlace[]];

export type PackedReport =
  | readonly [typeof codeOf.legClosed, call: number, leg: string, statistics: PackedStatistics]
  | readonly [typeof codeOf.callClosed, call: number, isRecording: boolean]
  | readonly [typeof codeOf.portsBound, family: IpFamily, ports: readonly number[]]
  | readonly [typeof codeOf.firstPacket, call: number, leg: string, atMs: number]
  | FromWorker;

export function packReport(message: FromWorker): PackedReport {
  switch (message.kind) {
    case 'leg-closed':
      return [codeOf.legClosed, message.call, message.leg, packStatistics(message.statistics)];
    case 'call-closed':
      return [codeOf.callClosed, message.call, message.isRecording];
    case 'ports-bound':
      return [codeOf.portsBound, message.family, message.ports];
    case 'first-packet':
      return [codeOf.firstPacket, message.call, message.leg, message.atMs];
    default:
      return message;
  }
}

export function unpackReport(packed: PackedReport): FromWorker {
  if (!isPacked(packed)) return packed;
  switch (packed[0]) {
    case codeOf.legClosed:
      return {
        kind: 'leg-closed',
        call: packed[1],
        leg: packed[2],
        statistics: unpackStatistics(packed[3]),
      };
    case codeOf.callClosed:
      return { kind: 'call-closed', call: packed[1], isRecording: packed[2] };
    case codeOf.portsBound:
      return { kind: 'ports-bound', family: packed[1], ports: packed[2] };
    case codeOf.firstPacket:
      return { kind: 'first-packet', call: packed[1], leg: packed[2], atMs: packed[3] };
  }
}

function isPacked(packed: PackedReport): packed is Exclude<PackedReport, FromWorker> {
  return Array.isArray(packed);
}

function packStatistics(statistics: LegStatistics): PackedStatistics {
  return [
    statistics.codec,
    statistics.packetsIn,
    statistics.packetsOut,
    statistics.octetsIn,
    statistics.octetsOut,
    statistics.lost,
    statistics.concealed,
    statistics.jitterMs,
    statistics.foreign,
    statistics.refused,
    statistics.srtp ?? null,
    statistics.farLost ?? null,
    statistics.farJitterMs ?? null,
    statistics.roundTripMs ?? null,
    statistics.mos ?? null,
    statistics.path === undefined ? null : packPath(statistics.path),
  ];
}

function unpackStatistics(packed: PackedStatistics): LegStatistics {
  const statistics: Writable<LegStatistics> = {
    codec: packed[0],
    packetsIn: packed[1],
    packetsOut: packed[2],
    octetsIn: packed[3],
    octetsOut: packed[4],
    lost: packed[5],
    concealed: packed[6],
    jitterMs: packed[7],
    foreign: packed[8],
    refused: packed[9],
  };
  if (packed[10] !== null) statistics.srtp = packed[10];
  if (packed[11] !== null) statistics.farLost = packed[11];
  if (packed[12] !== null) statistics.farJitterMs = packed[12];
  if (packed[13] !== null) statistics.roundTripMs = packed[13];
  if (packed[14] !== null) statistics.mos = packed[14];
  if (packed[15] !== null) statistics.path = unpackPath(packed[15]);
  return statistics;
}

type Writable<Facts> = { -readonly [Name in keyof Facts]: Facts[Name] };

function packPath({ local, signalled, places }: MediaPath): PackedPath {
  return [local, signalled, places];
}

function unpackPath(packed: PackedPath): MediaPath {
  return { local: packed[0], signalled: packed[1], places: packed[2] };
}
