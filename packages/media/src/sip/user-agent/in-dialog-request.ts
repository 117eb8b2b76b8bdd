/** A request of ours inside a dialog, early or confirmed: numbered by it, sent where it leads. */
import { sipMaxForwards } from '../../limits.ts';
import type { DialogState } from '../dialog/dialog-state.ts';
import type { SipResponse } from '../message/sip-message.ts';
import type { RequestDraft } from '../message/write-message.ts';
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
    {
      onResponse: (response) => response.status >= 200 && done(response.status, response),
      onTimeout: () => done(408),
      onTransportFailure: () => done(503),
    },
  );
}
