/** What is said comes out of the channel as it went in, whichever of its parts are absent. */
import { expect, test } from 'vitest';
import type { LegStatistics } from '../media-engine.ts';
import type { FromWorker, ToWorker } from '../media-messages.ts';
import { packCommand, unpackCommand } from './command-wire.ts';
import { packReport, unpackReport } from './report-wire.ts';

const format = {
  law: 'PCMA',
  payloadType: 8,
  receivePayloadType: 9,
  eventPayloadType: undefined,
  receiveEventPayloadType: 101,
  isSendingAllowed: true,
  isReceptionExpected: false,
} as const;
const farEnd = {
  address: '192.0.2.1',
  port: 4_000,
  rtcpPort: 4_001,
  believedAddresses: ['192.0.2.1', '198.51.100.7'],
  security: undefined,
  isThirdParty: true,
} as const;
const security = { suite: 'AES_CM_128_HMAC_SHA1_80', send: 'c2VuZA==', receive: 'cmVjZWl2ZQ==' } as const;
const port = { port: 20_000, family: 4, local: '192.0.2.9:20000' } as const;

const commands: readonly ToWorker[] = [
  { kind: 'open-call', call: 1 },
  { kind: 'open-rtp-leg', call: 1, leg: 'caller', ...port, tonesOf: undefined },
  { kind: 'open-rtp-leg', call: 1, leg: 'caller', ...port, tonesOf: 'gb' },
  { kind: 'set-far-end', call: 1, leg: 'caller', format, farEnd: undefined },
  { kind: 'set-far-end', call: 1, leg: 'caller', format, farEnd },
  {
    kind: 'set-far-end',
    call: 1,
    leg: 'caller',
    format: { ...format, edge: { codec: 'G722' }, eventPayloadType: 96, eventTicks: 6 },
    farEnd: { ...farEnd, security },
  },
  { kind: 'hears', call: 1, rows: [] },
  {
    kind: 'hears',
    call: 1,
    rows: [
      { leg: 'caller', hears: ['agent-1', { music: ['/tmp/song.wav'] }] },
      { leg: 'agent-1', hears: [] },
    ],
  },
  { kind: 'close-leg', call: 1, leg: 'caller' },
  { kind: 'close-call', call: 1 },
  { kind: 'tone', call: 1, leg: 'caller', tone: 'ringback', country: 'de' },
  { kind: 'close' },
];

const silent: LegStatistics = {
  codec: 'PCMU',
  packetsIn: 0,
  packetsOut: 0,
  octetsIn: 0,
  octetsOut: 0,
  lost: 0,
  concealed: 0,
  jitterMs: 0,
  foreign: 0,
  refused: 0,
};
const heard: LegStatistics = {
  codec: 'opus',
  packetsIn: 1,
  packetsOut: 2,
  octetsIn: 3,
  octetsOut: 4,
  lost: -5,
  concealed: 6,
  jitterMs: 7.25,
  foreign: 8,
  refused: 9,
  srtp: 'AEAD_AES_256_GCM',
  farLost: 10,
  farJitterMs: 11.5,
  roundTripMs: 12,
  mos: 4.3,
  path: {
    local: '192.0.2.9:20000',
    signalled: ['192.0.2.1:4000'],
    places: [{ at: null, packetsIn: 1, packetsOut: 2, octetsIn: 3, octetsOut: 4 }],
  },
};

const reports: readonly FromWorker[] = [
  { kind: 'leg-closed', call: 1, leg: 'caller', statistics: silent },
  { kind: 'leg-closed', call: 1, leg: 'caller', statistics: heard },
  { kind: 'call-closed', call: 1, isRecording: true },
  { kind: 'ports-bound', family: 6, ports: [20_000, 20_002] },
  { kind: 'first-packet', call: 1, leg: 'caller', atMs: 1_700_000_000_000 },
  { kind: 'load', utilisation: 0.25 },
];

function overWire<Sent>(sent: Sent): Sent {
  return JSON.parse(JSON.stringify(sent)) as Sent;
}

test.each(commands)('a command is obeyed as it was given: $kind', (command) => {
  expect(unpackCommand(overWire(packCommand(command)))).toEqual(command);
});

test.each(reports)('a report is heard as it was told: $kind', (report) => {
  expect(unpackReport(overWire(packReport(report)))).toStrictEqual(report);
});
