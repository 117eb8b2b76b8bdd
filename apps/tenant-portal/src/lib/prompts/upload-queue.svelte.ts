/**
 * Uploads one after another, each with its progress and its refusal in the centre's words. XMLHttpRequest, because fetch
 * tells nothing of how far an upload is.
 */
import { problemSchema } from '@seatgrid/contracts/api/route.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { Prompt } from './prompt.ts';

export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly name: string;
  readonly state: 'waiting' | 'sending' | 'converting' | 'done' | 'refused';
  /** 0 to 1. */
  readonly sent: number;
  readonly why?: string;
}

export interface UploadWish {
  readonly kind: Prompt['kind'];
  readonly locale: Locale | null;
}

const nameLengthMax = 80;

export class UploadQueue {
  list = $state.raw<readonly Upload[]>([]);
  readonly #wishes = new Map<number, UploadWish>();
  readonly #ondone: (name: string) => void;
  #next = 1;
  #current: { readonly id: number; readonly request: XMLHttpRequest } | undefined;

  constructor(ondone: (name: string) => void) {
    this.#ondone = ondone;
  }

  add(files: Iterable<File>, wish: UploadWish): void {
    for (const file of files) {
      const id = this.#next++;
      this.#wishes.set(id, wish);
      this.list = [...this.list, { id, file, name: promptName(file.name), state: 'waiting', sent: 0 }];
    }
    this.#work();
  }

  /** Gives one up, or takes a finished one out of sight. */
  dismiss(id: number): void {
    if (this.#current?.id === id) this.#current.request.abort();
    this.list = this.list.filter((upload) => upload.id !== id);
    if (this.#current?.id === id) {
      this.#current = undefined;
      this.#work();
    }
  }

  again(id: number): void {
    this.#change(id, { state: 'waiting', sent: 0 });
    this.#work();
  }

  #work(): void {
    const next = this.list.find((upload) => upload.state === 'waiting');
    const wish = next && this.#wishes.get(next.id);
    if (this.#current || !next || !wish) return;
    const query = new URLSearchParams({ name: next.name, kind: wish.kind });
    if (wish.locale) query.set('locale', wish.locale);
    const request = new XMLHttpRequest();
    this.#current = { id: next.id, request };
    request.open('POST', `/api/prompts?${query.toString()}`);
    request.setRequestHeader('x-seatgrid', '1');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) this.#change(next.id, { sent: event.loaded / event.total });
    });
    request.upload.addEventListener('load', () => this.#change(next.id, { state: 'converting', sent: 1 }));
    request.addEventListener('load', () => this.#settle(next, request));
    request.addEventListener('error', () => this.#settle(next, request));
    this.#change(next.id, { state: 'sending' });
    request.send(next.file);
  }

  #settle(upload: Upload, request: XMLHttpRequest): void {
    this.#current = undefined;
    if (request.status >= 200 && request.status < 300) {
      this.list = this.list.filter((each) => each.id !== upload.id);
      this.#ondone(upload.name);
    } else {
      this.#change(upload.id, { state: 'refused', why: refusalOf(request.responseText) });
    }
    this.#work();
  }

  #change(id: number, facts: Partial<Upload>): void {
    this.list = this.list.map((upload) => (upload.id === id ? { ...upload, ...facts } : upload));
  }
}

/** A file's name as a prompt's: without its ending. */
export function promptName(fileName: string): string {
  return (fileName.replace(/\.[a-z0-9]{1,5}$/i, '').trim() || fileName).slice(0, nameLengthMax);
}

/** The words of a refusal; empty when there are none to be had. */
function refusalOf(text: string): string {
  try {
    const { message, problems } = problemSchema.parse(JSON.parse(text));
    return [message, ...problems.map((problem) => problem.message)].join(' ');
  } catch {
    return '';
  }
}
