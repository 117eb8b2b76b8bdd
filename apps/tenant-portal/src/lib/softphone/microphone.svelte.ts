import { recall, remember } from '@seatgrid/ui';

export type MicrophoneState = 'off' | 'asking' | 'live' | 'denied' | 'missing' | 'failed';

const storageKey = 'microphone';

/**
 * The agent's microphone, held open from the device check to sign-out so that a call is answered without waiting for it.
 * Measures its own level, for the check.
 */
export class Microphone {
  state = $state<MicrophoneState>('off');
  /** 0 to 1, while somebody looks. */
  level = $state(0);
  devices = $state.raw<readonly MediaDeviceInfo[]>([]);
  deviceId = $state<string | undefined>(recall(storageKey));
  stream = $state.raw<MediaStream>();
  #stopMeter = () => {};

  async open(deviceId = this.deviceId): Promise<boolean> {
    this.#release();
    this.state = 'asking';
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          ...(deviceId === undefined ? {} : { deviceId: { ideal: deviceId } }),
          echoCancellation: true,
          noiseSuppression: true,
          autoGainControl: true,
        },
      });
    } catch (cause) {
      const name = cause instanceof DOMException ? cause.name : '';
      this.state = name === 'NotAllowedError' ? 'denied' : name === 'NotFoundError' ? 'missing' : 'failed';
      return false;
    }
    const track = this.stream.getAudioTracks()[0];
    // A headset pulled out ends the track: the desk must not believe it still hears.
    track?.addEventListener('ended', () => {
      if (this.stream?.getAudioTracks()[0] === track) this.close();
    });
    this.deviceId = track?.getSettings().deviceId ?? deviceId;
    remember(storageKey, this.deviceId);
    this.state = 'live';
    this.devices = (await navigator.mediaDevices.enumerateDevices()).filter(
      (device) => device.kind === 'audioinput',
    );
    return true;
  }

  close(): void {
    this.#release();
    this.state = 'off';
  }

  /** Measures the level while the returned function has not been called. */
  meter(): () => void {
    if (!this.stream) return () => {};
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(this.stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = 0;
    const measure = () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // −60 dB and below is nothing, −6 dB full.
      this.level = Math.max(0, Math.min(1, (10 * Math.log10(power + 1e-9) + 60) / 54));
      frame = requestAnimationFrame(measure);
    };
    measure();
    this.#stopMeter = () => {
      cancelAnimationFrame(frame);
      void context.close();
      this.level = 0;
      this.#stopMeter = () => {};
    };
    return () => this.#stopMeter();
  }

  #release(): void {
    this.#stopMeter();
    const stream = this.stream;
    this.stream = undefined;
    for (const track of stream?.getTracks() ?? []) track.stop();
  }
}
