/** One take of a prompt: the microphone opened for it and let go after it, and what it gave as a WAV file. */
import { asset } from '$app/paths';
import { Microphone } from '#lib/softphone/microphone.svelte.ts';
import { wavFile } from './wav-file.ts';

/** Longer is no prompt. */
export const takeMsMax = 300_000;

export class SoundTake {
  readonly microphone = new Microphone();
  state = $state<'none' | 'opening' | 'recording' | 'taken'>('none');
  elapsedMs = $state(0);
  wav = $state.raw<Blob>();
  /** Where the page hears it. */
  url = $state<string>();
  #context: AudioContext | undefined;
  #pieces: Float32Array[] = [];

  async begin(): Promise<void> {
    this.discard();
    this.state = 'opening';
    // The person may have gone, or begun anew, while the browser asked.
    if (!(await this.#open()) || this.state !== 'opening') return this.#release();
    this.microphone.meter();
    this.state = 'recording';
  }

  end(): void {
    if (this.state !== 'recording') return;
    this.wav = wavFile(this.#pieces, this.#context?.sampleRate ?? 0);
    this.url = URL.createObjectURL(this.wav);
    this.#release();
    this.state = 'taken';
  }

  /** Also whatever is being recorded. */
  discard(): void {
    this.#release();
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = undefined;
    this.wav = undefined;
    this.elapsedMs = 0;
    this.state = 'none';
  }

  async #open(): Promise<boolean> {
    if (!(await this.microphone.open())) {
      this.state = 'none';
      return false;
    }
    const { stream } = this.microphone;
    if (!stream) return false;
    const context = (this.#context = new AudioContext());
    await context.audioWorklet.addModule(asset('sound-tap.js'));
    // Given up meanwhile.
    if (context.state === 'closed') return false;
    const tap = new AudioWorkletNode(context, 'sound-tap', { numberOfOutputs: 0, channelCount: 1, channelCountMode: 'explicit' }); // prettier-ignore
    tap.port.addEventListener('message', ({ data }: MessageEvent<Float32Array>) =>
      this.#take(data, context.sampleRate),
    );
    // Who listens by `addEventListener` opens the port by hand.
    tap.port.start();
    context.createMediaStreamSource(stream).connect(tap);
    return true;
  }

  #take(piece: Float32Array, rateHz: number): void {
    if (this.state !== 'recording') return;
    this.#pieces.push(piece);
    this.elapsedMs += (1_000 * piece.length) / rateHz;
    if (this.elapsedMs >= takeMsMax) this.end();
  }

  #release(): void {
    if (this.microphone.state === 'live') this.microphone.close();
    void this.#context?.close();
    this.#context = undefined;
    this.#pieces = [];
  }
}
