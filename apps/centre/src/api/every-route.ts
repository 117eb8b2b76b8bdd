/** The whole table of handlers: the compiler refuses it when a route of the contract is missing or one is invented. */
import { authRoutes } from './auth/auth-routes.ts';
import { deskRoutes } from './desk/desk-routes.ts';
import { faxRoutes } from './faxes/fax-routes.ts';
import type { Handlers } from './handler.ts';
import { mailboxRoutes } from './messages/mailbox-routes.ts';
import { voiceMessageRoutes } from './messages/voice-message-routes.ts';
import { nodeRoutes } from './node/node-routes.ts';
import { agentRoutes } from './people/agent-routes.ts';
import { groupRoutes } from './people/group-routes.ts';
import { userRoutes } from './people/user-routes.ts';
import { alarmRoutes } from './platform/alarm-routes.ts';
import { fleetRoutes } from './platform/fleet-routes.ts';
import { nodeStateRoutes } from './platform/node-state-routes.ts';
import { publicNumberRoutes } from './platform/public-number-routes.ts';
import { placementRoutes } from './platform/placement-routes.ts';
import { platformRoutes } from './platform/platform-routes.ts';
import { tenantRoutes } from './platform/tenant-routes.ts';
import { trunkRoutes } from './platform/trunk-routes.ts';
import { promptRoutes } from './prompts/prompt-routes.ts';
import { recordRoutes } from './records/record-routes.ts';
import { flowRoutes } from './routing/flow-routes.ts';
import { routingRoutes } from './routing/routing-routes.ts';
import { callbackRoutes } from './routing/callback-routes.ts';
import { calendarRoutes } from './routing/calendar-routes.ts';
import { extensionRoutes } from './routing/extension-routes.ts';
import { connectorRoutes } from './routing/connector-routes.ts';
import { callerListHandlers } from './routing/caller-list-routes.ts';
import { speechRoutes } from './speech/speech-routes.ts';
import { lineRoutes } from './routing/line-routes.ts';
import { whatIfRoutes } from './what-if/what-if-routes.ts';
import { webButtonRoutes } from './routing/web-button-routes.ts';

export const everyRoute: Handlers = {
  ...authRoutes,
  ...deskRoutes,
  ...routingRoutes,
  ...calendarRoutes,
  ...callbackRoutes,
  ...callerListHandlers,
  ...webButtonRoutes,
  ...lineRoutes,
  ...whatIfRoutes,
  ...mailboxRoutes,
  ...voiceMessageRoutes,
  ...faxRoutes,
  ...connectorRoutes,
  ...extensionRoutes,
  ...flowRoutes,
  ...agentRoutes,
  ...groupRoutes,
  ...userRoutes,
  ...promptRoutes,
  ...speechRoutes,
  ...recordRoutes,
  ...tenantRoutes,
  ...placementRoutes,
  ...fleetRoutes,
  ...nodeStateRoutes,
  ...publicNumberRoutes,
  ...trunkRoutes,
  ...alarmRoutes,
  ...platformRoutes,
  ...nodeRoutes,
};
