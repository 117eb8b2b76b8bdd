/** A visitor of a web page without a browser: loads the page behind a button, and calls with the token it finds there. */
import type {
  NodeToVisitor,
  VisitorCommand,
  VisitorState,
} from '@seatgrid/contracts/web-call/web-call-messages.ts';
import type { NodeProcess } from './node-process.ts';
import { TestCommandSocket } from './test-command-socket.ts';
import { until } from './until.ts';

export const webCallsAt = (node: NodeProcess) =>
  node.ready.desk.replace(/^ws/, 'http').replace(/\/desk$/, '/web-call');

export async function loadPage(node: NodeProcess, buttonId: string) {
  const response = await fetch(`${webCallsAt(node)}/${buttonId}`);
  const text = await response.text();
  return {
    status: response.status,
    text,
    headers: response.headers,
    token: /data-token="([0-9a-f]+)"/.exec(text)?.[1],
  };
}

export class TestVisitor extends TestCommandSocket<
  VisitorCommand,
  VisitorState,
  NodeToVisitor & { kind: 'reply' },
  NodeToVisitor & { kind: 'refusal' }
> {
  static async open(node: NodeProcess, buttonId: string): Promise<TestVisitor> {
    const { token } = await loadPage(node, buttonId);
    return TestVisitor.openWith(node, token!);
  }

  static openWith(node: NodeProcess, token: string): Promise<TestVisitor> {
    return new TestVisitor(`${webCallsAt(node).replace(/^http/, 'ws')}/socket`).hello(token);
  }

  /** With sound, in the queue or wherever the number leads. */
  async call(language: 'en' | 'zh-Hans' | 'zh-Hant' = 'en') {
    await until('the node’s welcome', () => this.isWelcome);
    const { offerSdp: offer } = await this.openSound();
    const { answer, callId } = await this.done({ kind: 'call', offer, language });
    await this.connectSound(answer!, () => Promise.reject(new Error('a visitor calls once')));
    return callId!;
  }

  untilPhase(phase: VisitorState['phase'], deadlineMs?: number): Promise<VisitorState> {
    return until(
      `a visitor’s call that is ${phase}`,
      () => (this.state?.phase === phase ? this.state : undefined),
      deadlineMs,
    );
  }
}
