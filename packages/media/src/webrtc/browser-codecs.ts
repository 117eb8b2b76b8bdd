/** The codecs of browsers: which of those that one offers are taken, and what their payload types are called. */

export type BrowserCodec = 'PCMU' | 'PCMA' | 'opus';
/** G.711 first: it is relayed to phones and trunks as it comes. A browser on a thin line offers nothing but Opus. */
export const browserCodecsDefault: readonly BrowserCodec[] = ['PCMU', 'PCMA', 'opus'];

export interface Encoding {
  readonly payloadType: number;
  readonly codec: BrowserCodec | 'event';
  readonly clockHz: number;
}

/** RFC 8866 §6.6: `a=rtpmap:<payload type> <encoding name>/<clock rate>[/<parameters>]`. */
export const rtpmapPattern = /^a=rtpmap:(\d{1,3}) ([^/\s]+)\/(\d+)/;

export interface Taken {
  readonly voice: Encoding & { readonly codec: BrowserCodec };
  readonly event: Encoding | undefined;
  /** These, and whatever else of the same kind the browser may send. */
  readonly kept: readonly Encoding[];
}

export function takenOf(encodings: readonly Encoding[], codecs: readonly BrowserCodec[]): Taken | undefined {
  const ranked = codecs.map((codec) => codec === 'opus');
  const ofKind = (isOpus: boolean) =>
    encodings.filter(
      (encoding): encoding is Taken['voice'] =>
        encoding.codec !== 'event' &&
        (encoding.codec === 'opus') === isOpus &&
        codecs.includes(encoding.codec),
    );
  const isOpus = ranked.find((kind) => ofKind(kind).length > 0);
  if (isOpus === undefined) return undefined;
  const voices = ofKind(isOpus);
  const [voice] = voices as [Taken['voice']];
  const events = encodings.filter(({ codec }) => codec === 'event');
  // RFC 4733 §2.4.1: events count in the clock of the sound.
  const event = events.find(({ clockHz }) => clockHz === voice.clockHz);
  return { voice, event, kept: event === undefined ? voices : [...voices, event] };
}

const eventName = 'telephone-event';
const narrowHz = 8_000;
const opusHz = 48_000;

/** Those we know, in the browser's order of preference. */
export function encodingsOf(lines: readonly string[], types: readonly number[]): Encoding[] {
  // RFC 3551 §6: these two need no rtpmap.
  const known = new Map<number, Omit<Encoding, 'payloadType'>>([
    [0, { codec: 'PCMU', clockHz: narrowHz }],
    [8, { codec: 'PCMA', clockHz: narrowHz }],
  ]);
  for (const line of lines) {
    const map = rtpmapPattern.exec(line);
    if (map === null) continue;
    const codec = codecNamed(map[2]!, Number(map[3]));
    if (codec === undefined) known.delete(Number(map[1]));
    else known.set(Number(map[1]), { codec, clockHz: Number(map[3]) });
  }
  return types.flatMap((payloadType) => {
    const encoding = known.get(payloadType);
    return encoding === undefined ? [] : [{ payloadType, ...encoding }];
  });
}

function codecNamed(name: string, clockHz: number): Encoding['codec'] | undefined {
  const isNarrow = clockHz === narrowHz;
  switch (name.toLowerCase()) {
    case 'pcmu':
      return isNarrow ? 'PCMU' : undefined;
    case 'pcma':
      return isNarrow ? 'PCMA' : undefined;
    case 'opus':
      return clockHz === opusHz ? 'opus' : undefined;
    case eventName:
      return 'event';
    default:
      return undefined;
  }
}

export function nameOf({ codec, clockHz }: Encoding): string {
  // RFC 7587 §7: whatever it carries, Opus is told as two channels.
  if (codec === 'opus') return `opus/${clockHz}/2`;
  return `${codec === 'event' ? eventName : codec}/${clockHz}`;
}
