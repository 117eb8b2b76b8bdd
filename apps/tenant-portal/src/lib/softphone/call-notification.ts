/** Tells of a ringing call outside the page, when it is hidden. Clicking it brings the desk to the front. */
export class CallNotification {
  #shown: Notification | undefined;

  /** To be called from a click: browsers ask the person then. */
  async askLeave(): Promise<void> {
    if ('Notification' in globalThis && Notification.permission === 'default')
      await Notification.requestPermission();
  }

  show(call: { readonly title: string; readonly text: string }): void {
    this.hide();
    if (
      !('Notification' in globalThis) ||
      Notification.permission !== 'granted' ||
      document.visibilityState === 'visible'
    )
      return;
    this.#shown = new Notification(call.title, {
      body: call.text,
      tag: 'seatgrid-call',
      requireInteraction: true,
      icon: '/favicon.svg',
    });
    this.#shown.addEventListener('click', () => {
      window.focus();
      this.hide();
    });
  }

  hide(): void {
    this.#shown?.close();
    this.#shown = undefined;
  }
}
