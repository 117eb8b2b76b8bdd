/**
 * Runs inside the page, before its own scripts: hears what the browser hears and times when a tone begins in it, and speaks
 * tones at known instants. The function's text is what the browser gets, so everything it needs is inside it.
 */
export interface Ears {
  /** When `hz` was heard anew, in milliseconds since the epoch, oldest first; the amplitude is the largest so far. */
  heard(hz: number): { readonly onsets: number[]; readonly amplitude: number };
  /** What comes in from now on, for so long: 16 bits, at the rate of the telephone. */
  listen(durationMs: number): Promise<number[]>;
}

export interface Mouth {
  /** Speaks this tone from now on; returns when that was. */
  say(hz: number): number;
  /** Gives the call its microphone back. */
  close(): Promise<void>;
}

export interface PageWithEars {
  seatgridEars(tones: readonly number[]): Promise<Ears>;
  seatgridMouth(hz: number): Promise<Mouth>;
}

export function earsInPage(): void {
  const page = window as unknown as PageWithEars;
  let heard: MediaStream | undefined;
  let peer: RTCPeerConnection | undefined;
  const RealPeer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends RealPeer {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      heard = undefined;
      // oxlint-disable-next-line no-this-alias typescript/no-this-alias
      peer = this;
      this.addEventListener('track', (event) => (heard = event.streams[0] ?? new MediaStream([event.track])));
    }
  };
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices) {
    const realGet = devices.getUserMedia.bind(devices);
    // A tone is what noise suppression is made to remove: tests speak tones, so it is off in tests.
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    devices.getUserMedia = (wanted) =>
      realGet(wanted?.audio ? { ...wanted, audio: { ...(wanted.audio as object), ...plain } } : wanted);
  }

  page.seatgridEars = async (tones) => {
    if (!heard) throw new Error('nothing is heard yet');
    const context = new AudioContext({ sampleRate: 48_000 });
    await context.resume();
    const meter = context.createScriptProcessor(256, 1, 1);
    const state = new Map(tones.map((hz) => [hz, { onsets: [] as number[], amplitude: 0, isOn: false, quiet: 0 }]));
    let listeners: ((samples: Float32Array) => void)[] = [];
    meter.onaudioprocess = ({ inputBuffer }) => {
      const samples = inputBuffer.getChannelData(0);
      for (const take of listeners) take(samples);
      const nowMs = performance.timeOrigin + performance.now();
      for (const [hz, tone] of state) {
        const coefficient = 2 * Math.cos((2 * Math.PI * hz) / 48_000);
        let before = 0;
        let last = 0;
        for (const sample of samples) {
          const now = sample + coefficient * last - before;
          before = last;
          last = now;
        }
        const power = last * last + before * before - coefficient * last * before;
        const amplitude = (2 * Math.sqrt(Math.max(0, power))) / samples.length;
        tone.amplitude = Math.max(tone.amplitude, amplitude);
        if (amplitude > 0.1) {
          if (!tone.isOn) tone.onsets.push(nowMs);
          tone.isOn = true;
          tone.quiet = 0;
        } else if (++tone.quiet > 4) tone.isOn = false;
      }
    };
    context.createMediaStreamSource(heard).connect(meter).connect(context.destination);
    return {
      heard(hz) {
        const { onsets, amplitude } = state.get(hz)!;
        return { onsets: [...onsets], amplitude };
      },
      listen: (durationMs) =>
        new Promise((resolve) => {
          const kept: number[] = [];
          const take = (samples: Float32Array) => {
            // Tones of tests lie far below 4 kHz: every sixth of 48,000 will do.
            for (let at = kept.length * 6 - taken; at < samples.length; at += 6) kept.push(Math.round(samples[at]! * 0x7fff));
            taken += samples.length;
            if (kept.length < durationMs * 8) return;
            listeners = listeners.filter((one) => one !== take);
            resolve(kept);
          };
          let taken = 0;
          listeners = [...listeners, take];
        }),
    };
  };

  page.seatgridMouth = async (hz) => {
    const sender = peer!.getSenders().find((one) => one.track?.kind === 'audio')!;
    const microphone = sender.track;
    const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
    await context.resume();
    const voice = context.createOscillator();
    const level = context.createGain();
    const line = context.createMediaStreamDestination();
    voice.frequency.value = hz;
    level.gain.value = 0.3;
    voice.connect(level).connect(line);
    voice.start();
    await sender.replaceTrack(line.stream.getAudioTracks()[0]!);
    return {
      say(next) {
        voice.frequency.value = next;
        return performance.timeOrigin + performance.now();
      },
      async close() {
        await sender.replaceTrack(microphone);
        await context.close();
      },
    };
  };
} // prettier-ignore
