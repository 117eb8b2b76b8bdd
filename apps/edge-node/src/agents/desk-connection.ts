/** One open desk, as the hub sees it: something to send state to. The socket behind it is `desk-socket-server.ts`. */
import type { NodeToDesk } from '@seatgrid/contracts/desk/desk-messages.ts';

export interface DeskConnection {
  send(message: NodeToDesk): void;
  /** Sends text already written; what is too slow to read is dropped for. */
  sendText(text: string): void;
  close(why: (NodeToDesk & { kind: 'closed' })['why']): void;
}
