/**
 * Commands to a media worker as they cross its channel. What every call says is told by place instead of by name: the names
 * are most of such a message, and cost more to write and to read than what they name. Everything else goes as it is.
 */
import type { Country } from '../../audio/progress/country-tones.ts';
import type { HearsRow, IpFamily } from '../media-engine.ts';
import type { RtpFarEnd, RtpSecurity, ToWorker } from '../media-messages.ts';
import type { EdgeWire } from '../worker/leg-edge.ts';
import type { LegFormat } from '../worker/media-leg.ts';

const codeOf = { openCall: 0, openRtpLeg: 1, setFarEnd: 2, hears: 3, closeLeg: 4, closeCall: 5 } as const;

/** JSON has no undefined: null stands for it. */
type Absent = null;

type PackedFarEnd = readonly [
  address: string,
  port: number,
  rtcpPort: number,
  isThirdParty: boolean,
  believedAddresses: readonly string[],
  security: RtpSecurity | Absent,
];

type PackedFormat = readonly [
  law: LegFormat['law'],
  edge: EdgeWire | Absent,
  payloadType: number,
  receivePayloadType: number,
  eventPayloadType: number | Absent,
  receiveEventPayloadType: number | Absent,
  eventTicks: number | Absent,
  isSendingAllowed: boolean,
  isReceptionExpected: boolean,
];

export type PackedCommand =
  | readonly [typeof codeOf.openCall, call: number]
  | readonly [
      typeof codeOf.openRtpLeg,
      call: number,
      leg: string,
      port: number,
      family: IpFamily,
      local: string,
      tonesOf: Country | Absent,
    ]
  | readonly [
      typeof codeOf.setFarEnd,
      call: number,
      leg: string,
      format: PackedFormat,
      farEnd: PackedFarEnd | Absent,
    ]
  | readonly [typeof codeOf.hears, call: number, ...rows: (HearsRow['leg'] | HearsRow['hears'])[]]
  | readonly [typeof codeOf.closeLeg, call: number, leg: string]
  | readonly [typeof codeOf.closeCall, call: number]
  | ToWorker;

export function packCommand(message: ToWorker): PackedCommand {
  switch (message.kind) {
    case 'open-call':
      return [codeOf.openCall, message.call];
    case 'open-rtp-leg': {
      const { call, leg, port, family, local, tonesOf } = message;
      return [codeOf.openRtpLeg, call, leg, port, family, local, tonesOf ?? null];
    }
    case 'set-far-end': {
      const { call, leg, format, farEnd } = message;
      return [codeOf.setFarEnd, call, leg, packFormat(format), farEnd ? packFarEnd(farEnd) : null];
    }
    case 'hears': {
      const packed: [typeof codeOf.hears, number, ...(HearsRow['leg'] | HearsRow['hears'])[]] = [
        codeOf.hears,
        message.call,
      ];
      for (const { leg, hears } of message.rows) packed.push(leg, hears);
      return packed;
    }
    case 'close-leg':
      return [codeOf.closeLeg, message.call, message.leg];
    case 'close-call':
      return [codeOf.closeCall, message.call];
    default:
      return message;
  }
}

export function unpackCommand(packed: PackedCommand): ToWorker {
  if (!isPacked(packed)) return packed;
  switch (packed[0]) {
    case codeOf.openCall:
      return { kind: 'open-call', call: packed[1] };
    case codeOf.openRtpLeg:
      return {
        kind: 'open-rtp-leg',
        call: packed[1],
        leg: packed[2],
        port: packed[3],
        family: packed[4],
        local: packed[5],
        tonesOf: packed[6] ?? undefined,
      };
    case codeOf.setFarEnd:
      return {
        kind: 'set-far-end',
        call: packed[1],
        leg: packed[2],
        format: unpackFormat(packed[3]),
        farEnd: packed[4] === null ? undefined : unpackFarEnd(packed[4]),
      };
    case codeOf.hears: {
      const rows: HearsRow[] = [];
      for (let at = 2; at < packed.length; at += 2)
        rows.push({ leg: packed[at] as HearsRow['leg'], hears: packed[at + 1] as HearsRow['hears'] });
      return { kind: 'hears', call: packed[1], rows };
    }
    case codeOf.closeLeg:
      return { kind: 'close-leg', call: packed[1], leg: packed[2] };
    case codeOf.closeCall:
      return { kind: 'close-call', call: packed[1] };
  }
}

function isPacked(packed: PackedCommand): packed is Exclude<PackedCommand, ToWorker> {
  return Array.isArray(packed);
}

function packFormat(format: LegFormat): PackedFormat {
  return [
    format.law,
    format.edge ?? null,
    format.payloadType,
    format.receivePayloadType,
    format.eventPayloadType ?? null,
    format.receiveEventPayloadType ?? null,
    format.eventTicks ?? null,
    format.isSendingAllowed,
    format.isReceptionExpected,
  ];
}

function unpackFormat(packed: PackedFormat): LegFormat {
  return {
    law: packed[0],
    edge: packed[1] ?? undefined,
    payloadType: packed[2],
    receivePayloadType: packed[3],
    eventPayloadType: packed[4] ?? undefined,
    receiveEventPayloadType: packed[5] ?? undefined,
    eventTicks: packed[6] ?? undefined,
    isSendingAllowed: packed[7],
    isReceptionExpected: packed[8],
  };
}

function packFarEnd(farEnd: RtpFarEnd): PackedFarEnd {
  const { address, port, rtcpPort, isThirdParty, believedAddresses, security } = farEnd;
  return [address, port, rtcpPort, isThirdParty, believedAddresses, security ?? null];
}

function unpackFarEnd(packed: PackedFarEnd): RtpFarEnd {
  return {
    address: packed[0],
    port: packed[1],
    rtcpPort: packed[2],
    isThirdParty: packed[3],
    believedAddresses: packed[4],
    security: packed[5] ?? undefined,
  };
}
