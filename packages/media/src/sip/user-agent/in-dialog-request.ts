/** A request of ours inside a dialog, early or confirmed: numbered by it, sent where it leads. */
import { sipMaxForwards } from '../../limits.ts';
import type { DialogState } from '../dialog/dialog-state.ts';
import type { SipResponse } from '../message/sip-message.ts';
import type { RequestDraft } from '../message/write-message.ts';
import type { ClientListener } from '../transaction/client-listener.ts';
import type { AgentCore } from './agent-core.ts';
import { sendRequest, type SentRequest } from './sent-request.ts';

export type InDialogContent = Pick<RequestDraft, 'lines' | 'contentType' | 'body'>;

/** `done` hears each final status; 408 for silence, 503 for a network that failed. `content` is asked again for every attempt. */
export function sendInDialog(
  core: AgentCore,
  state: DialogState,
  method: string,
  content: () => InDialogContent,
  done: (status: number, response?: SipResponse) => void,
): SentRequest {
  return sendRequest(
    core,
    state.flow,
    (via, authorization) => {
      const { lines: own = '', contentType, body } = content();
      const lines = authorization + own + core.userAgentLine;
      return state.request({ method, via, maxForwards: sipMaxForwards, lines, contentType, body });
    },
    new FinalListener(done),
  );
}

class FinalListener implements ClientListener {
  readonly #done: (status: number, response?: SipResponse) => void;

  constructor(done: (status: number, response?: SipResponse) => void) {
    this.#done = done;
  }

  onResponse(response: SipResponse): void {
    if (response.status >= 200) this.#done(response.status, response);
  }

  onTimeout(): void {
    this.#done(408);
  }

  onTransportFailure(): void {
    this.#done(503);
  }
}
