// @ts-nocheck: the sound thread has names of its own, which a page’s types do not know.
// Hands on what the microphone gives, as it is. Runs in the browser's sound thread, beside the page.
class SoundTap extends AudioWorkletProcessor {
  process([input]) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    if (input[0]) this.port.postMessage(input[0].slice());
    return true;
  }
}

registerProcessor('sound-tap', SoundTap);
