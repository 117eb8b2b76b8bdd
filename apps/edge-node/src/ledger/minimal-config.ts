/** A small whole `NodeConfig` for tests of what surrounds it. */
import type { NodeConfig, PromptFile } from '@seatgrid/contracts/link/node-config.ts';
import { plainSpeech } from '@seatgrid/core/spoken/speech-settings.ts';

export const exampleNodeId = '0199aa00-0000-7000-8000-000000000001';
export const exampleTenantId = '0199aa00-0000-7000-8000-000000000002';

export function minimalConfig(facts: {
  readonly generation: number;
  readonly prompts?: readonly PromptFile[];
}): NodeConfig {
  return {
    schema: 1,
    nodeId: exampleNodeId as NodeConfig['nodeId'],
    siteId: null,
    generation: facts.generation,
    issuedAtMs: 1_767_225_600_000,
    isDraining: false,
    deskTokenKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x' }],
    recordingUpload: null,
    trunks: [],
    neighbours: [],
    reservedNumbers: [],
    publicNumbersUse: 'unreached',
    tenants: [
      {
        tenant: {
          id: exampleTenantId as NodeConfig['tenants'][number]['tenant']['id'],
          slug: 'acme',
          name: 'Acme',
          locale: 'en',
          timeZone: 'Asia/Shanghai',
          state: 'active',
          quotas: { agentsSignedIn: 10, concurrentCalls: 10, flows: 10 },
        },
        dids: [],
        rules: [],
        calendars: [],
        barredNumbers: [],
        customerLevels: [],
        numberSegments: [],
        dedicatedAgents: [],
        outboundRules: [],
        toneCountry: null,
        forcedHandling: null,
        flows: [],
        queues: [],
        callOrder: [],
        skills: [],
        agents: [],
        logins: [],
        groups: [],
        ringGroups: [],
        webButtons: [],
        mailboxes: [],
        faxBoxes: [],
        connectors: [],
        extensions: [],
        innerHosts: [],
        phoneSecrets: [],
        prompts: [...(facts.prompts ?? [])],
        speech: plainSpeech,
        spoken: [],
        music: [],
        dispositions: [],
        pauseReasons: [],
      },
    ],
  };
}
