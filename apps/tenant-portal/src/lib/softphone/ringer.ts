/**
 * The sounds a desk makes itself: the ring of a waiting call and the alert before a call connects by itself. Made from
 * tones, so that nothing has to be fetched when a call is there.
 */
export class Ringer {
  #context: AudioContext | undefined;
  #stopRing: (() => void) | undefined;

  /** Browsers let a page sound only after a click; to be called from one. */
  unlock(): void {
    this.#context ??= new AudioContext();
    void this.#context.resume();
  }

  get isUnlocked(): boolean {
    return this.#context?.state === 'running';
  }

  /** Two warm notes every three seconds, until stopped. */
  start(): void {
    if (this.#stopRing) return;
    const context = (this.#context ??= new AudioContext());
    const master = context.createGain();
    master.gain.value = 0.16;
    master.connect(context.destination);
    const periodS = 3;
    // A minute of rings is written into the audio clock at once: a hidden tab's throttled timers cannot make it stumble.
    for (let round = 0; round < 20; round++) {
      const at = context.currentTime + 0.05 + round * periodS;
      this.#note(context, master, { hertz: 659, atS: at, lengthS: 0.38 });
      this.#note(context, master, { hertz: 523, atS: at + 0.4, lengthS: 0.55 });
    }
    this.#stopRing = () => {
      master.gain.setTargetAtTime(0, context.currentTime, 0.02);
      // Taken off the graph once silent; the context's own clock ends the notes that were to come.
      const silence = context.createConstantSource();
      silence.addEventListener('ended', () => master.disconnect());
      silence.start();
      silence.stop(context.currentTime + 0.2);
    };
  }

  stop(): void {
    this.#stopRing?.();
    this.#stopRing = undefined;
  }

  /** One short tone: the speaker works; a call is about to connect. */
  beep(): void {
    const context = (this.#context ??= new AudioContext());
    const master = context.createGain();
    master.gain.value = 0.2;
    master.connect(context.destination);
    this.#note(context, master, { hertz: 880, atS: context.currentTime + 0.02, lengthS: 0.25 });
  }

  close(): void {
    this.stop();
    void this.#context?.close();
    this.#context = undefined;
  }

  #note(context: AudioContext, into: AudioNode, note: { hertz: number; atS: number; lengthS: number }): void {
    const oscillator = context.createOscillator();
    const envelope = context.createGain();
    oscillator.type = 'sine';
    oscillator.frequency.value = note.hertz;
    envelope.gain.setValueAtTime(0, note.atS);
    envelope.gain.linearRampToValueAtTime(1, note.atS + 0.015);
    envelope.gain.exponentialRampToValueAtTime(0.001, note.atS + note.lengthS);
    oscillator.connect(envelope).connect(into);
    oscillator.start(note.atS);
    oscillator.stop(note.atS + note.lengthS);
  }
}
