/** The one prompt that sounds on this page: starting another stops it. */
class Playing {
  promptId = $state<string>();
  hasFailed = $state(false);
  #audio: HTMLAudioElement | undefined;

  toggle(promptId: string): void {
    const isSame = this.promptId === promptId;
    this.stop();
    if (isSame) return;
    const audio = new Audio(`/api/prompts/${encodeURIComponent(promptId)}/audio`);
    audio.addEventListener('ended', () => this.stop());
    audio.addEventListener('error', () => this.#audio === audio && this.#fail());
    this.#audio = audio;
    this.promptId = promptId;
    this.hasFailed = false;
    audio.play().catch(() => this.#audio === audio && this.#fail());
  }

  stop(): void {
    this.#audio?.pause();
    this.#audio = undefined;
    this.promptId = undefined;
  }

  #fail(): void {
    this.stop();
    this.hasFailed = true;
  }
}

export const playing = new Playing();
