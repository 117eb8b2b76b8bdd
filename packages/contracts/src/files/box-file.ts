/** The settings of a branch box as a file people write (YAML, or JSON): read whole or refused with the line of every fault. */
import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { isBlock } from '@seatgrid/core/connectors/inner-address.ts';
import type { BoxSettings } from '@seatgrid/core/fleet/box-settings.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';

export const boxFileFormat = 'seatgrid-box-1';
const boxFileCharsMax = 200_000;
const peersMax = 200;
const networksMax = 64;

/** What stands here stands in a text that a program reads as root: nothing but names of interfaces, blocks and numbers gets that far. */
const interfaceName = z.string().regex(/^[a-z][a-z0-9._-]{0,14}$/i, 'an interface’s name such as eth0');
const block = z.string().refine(isBlock, 'an address, or a block of them such as 192.168.7.0/24');
const blocks = z.array(block).max(networksMax);
const port = z.int().min(1).max(65_535);
const title = z.string().regex(/^[\p{L}\p{N} ._-]{1,60}$/u, 'letters, digits, spaces, dots and dashes');
const span = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'a range of ports such as 20000-29999')
  .transform((text) => {
    const [from, to] = text.split('-').map(Number) as [number, number];
    return { from, to };
  })
  .refine(({ from, to }) => from >= 1 && from <= to && to <= 65_535, 'a range of ports such as 20000-29999');
/** 32 octets in base64. */
const wireguardKey = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'a WireGuard public key');
const endpoint = z.string().regex(/^(\[[0-9a-f:.]+\]|[a-z0-9.-]{1,253}):\d{1,5}$/i, 'host:port');

export const boxFileSchema = z
  .strictObject({
    format: z.literal(boxFileFormat),
    name: title,
    outside: z.strictObject({ interface: interfaceName, upKbit: z.int().min(64).max(10_000_000) }),
    inside: z.strictObject({ interface: interfaceName, networks: blocks.min(1) }).nullable().default(null),
    tunnel: z
      .strictObject({
        interface: interfaceName.default('sg0'),
        address: block.refine((text) => text.includes('/'), 'an address with its block, such as 10.99.0.7/24'),
        port: port.default(51_820),
        peers: z
          .array(
            z.strictObject({
              name: title,
              publicKey: wireguardKey,
              endpoint: endpoint.nullable().default(null),
              networks: blocks.min(1),
              keepaliveSeconds: z.int().min(5).max(3_600).nullable().default(25),
            }),
          )
          .min(1)
          .max(peersMax),
      })
      .nullable()
      .default(null),
    node: z
      .strictObject({
        sipPorts: z.array(port).min(1).max(8).default([5060]),
        rtpPorts: span.default({ from: 20_000, to: 29_999 }),
        webrtcPorts: span.default({ from: 30_000, to: 30_100 }),
        deskPort: port.default(8090),
        centrePort: port.default(443),
        trunks: blocks.default([]),
        servesOutside: z.boolean().default(false),
      })
      .prefault({}),
    guard: z
      .strictObject({
        managedFrom: blocks.default([]),
        sshPort: port.default(22),
        sipPerSecond: z.int().min(1).max(10_000).default(50),
        closedPortsPerMinute: z.int().min(2).max(1_000).default(10),
        shutMinutes: z.int().min(1).max(10_080).default(60),
      })
      .prefault({}),
  })
  .superRefine(({ outside, inside, tunnel, node }, check) => {
    const names = [outside.interface, inside?.interface, tunnel?.interface].filter((name) => name !== undefined);
    if (new Set(names).size < names.length)
      check.addIssue({ code: 'custom', path: ['outside', 'interface'], message: 'outside, inside and tunnel are interfaces of their own' });
    const [rtp, webrtc] = [node.rtpPorts, node.webrtcPorts];
    if (rtp.from <= webrtc.to && webrtc.from <= rtp.to)
      check.addIssue({ code: 'custom', path: ['node', 'webrtcPorts'], message: 'the ranges of rtpPorts and webrtcPorts must not overlap' });
  }); // prettier-ignore

/** Counted from 1; `path` as `tunnel.peers.0.publicKey`. */
export interface BoxFileFault {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

export function readBoxFile(text: string): Result<BoxSettings, readonly BoxFileFault[]> {
  if (text.length > boxFileCharsMax)
    return failure([
      { line: 1, path: '', message: `a box’s file has at most ${boxFileCharsMax} characters` },
    ]);
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length > 0)
    return failure(
      document.errors.map((error) => ({
        line: counter.linePos(error.pos[0]).line,
        path: '',
        message: error.message.split('\n')[0]!,
      })),
    );
  let held: unknown;
  try {
    // Few anchors may stand for very much, so none is followed.
    held = document.toJS({ maxAliasCount: 0 });
  } catch {
    return failure([{ line: 1, path: '', message: 'a box’s file has no anchors and aliases' }]);
  }
  const read = boxFileSchema.safeParse(held);
  if (!read.success)
    return failure(
      read.error.issues.map(({ path, message }) => ({
        line: lineOf(document, path as (string | number)[], counter),
        path: path.join('.'),
        message,
      })),
    );
  const { format: _format, ...settings } = read.data;
  return success(settings);
}

/** Of what is named, or of the nearest thing around it that is there. */
function lineOf(document: Document, path: readonly (string | number)[], counter: LineCounter): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as
      { range?: [number, number, number] } | undefined;
    if (node?.range) return counter.linePos(node.range[0]).line;
  }
  return 1;
}
