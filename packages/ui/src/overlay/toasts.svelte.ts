import { browserClock } from '../runtime/browser-clock.ts';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
  readonly undo?: (() => void) | undefined;
}

const toastShownMs = 5_000;
const toastWithUndoMs = 10_000;
const toastBadMs = 12_000;
const toastsMax = 4;

/** Short news in the corner, newest last; those that can be undone wait longer. */
class Toasts {
  list = $state<readonly Toast[]>([]);
  #next = 1;

  show(text: string, over: { tone?: Toast['tone']; undo?: () => void } = {}): number {
    const toast: Toast = { id: this.#next++, tone: over.tone ?? 'plain', text, undo: over.undo };
    this.list = [...this.list, toast].slice(-toastsMax);
    browserClock.after(over.undo ? toastWithUndoMs : toast.tone === 'bad' ? toastBadMs : toastShownMs, () =>
      this.dismiss(toast.id),
    );
    return toast.id;
  }

  good(text: string, undo?: () => void): void {
    this.show(text, undo ? { tone: 'good', undo } : { tone: 'good' });
  }

  bad(text: string): void {
    this.show(text, { tone: 'bad' });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
