/** A node that does when a test asks what it does when the centre has matched a caller of one node with an agent of another. */
import type { CallId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { readProcessConfig } from '../src/config.ts';
import { openLog } from '../src/open-log.ts';
import { openNode } from '../src/open-node.ts';
import type { AgentKept, VisitAsked } from '../src/visits/visit-terms.ts';

export type MatchQuestion =
  | { readonly kind: 'expect'; readonly asked: VisitAsked }
  | { readonly kind: 'release'; readonly matchId: string }
  | { readonly kind: 'wanting'; readonly tenantId: TenantId }
  | {
      readonly kind: 'claim';
      readonly tenantId: TenantId;
      readonly callId: CallId;
      readonly to: AgentKept;
    };

const read = readProcessConfig(process.env);
if (!read.ok) throw new Error(read.failure.join('\n'));
const log = openLog();
const open = await openNode(read.value, log);
const { node } = open;

process.on('message', (question: MatchQuestion) => process.send!({ answer: answerTo(question) }));
process.on('SIGTERM', () => void open.close(1_000).then(() => (log.flush(), process.exit(0))));
process.stdout.write(`${JSON.stringify({ ready: true, ...open.addresses })}\n`);

function answerTo(question: MatchQuestion): unknown {
  switch (question.kind) {
    case 'expect':
      return node.visits.expect(question.asked) ?? null;
    case 'release':
      return node.visits.release(question.matchId);
    case 'wanting':
      return [...node.exchange.services.acd(node.directory.byId(question.tenantId)!).callsWanting()];
    case 'claim': {
      const tenant = node.directory.byId(question.tenantId)!;
      return node.exchange.services.acd(tenant).claim(question.callId, question.to);
    }
  }
}
