/** D-18: the voices a tenant's texts are spoken by at this node: the one it has chosen, and espeak-ng, which is always here. */
import { SpeechError } from '@seatgrid/adapters/speech/speech-error.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { NodeConnectors } from '../connectors/node-connectors.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import { ownVoice } from './own-voice.ts';
import type { Voice } from './synthesiser.ts';

export class TenantVoices {
  readonly #command: string;
  readonly #connectors: NodeConnectors;

  constructor(command: string, connectors: NodeConnectors) {
    this.#command = command;
    this.#connectors = connectors;
  }

  /** Undefined where it does not speak from here: espeak-ng is what was chosen, or the centre speaks by it beforehand. */
  chosen(tenant: TenantAtNode, locale: Locale): Voice | undefined {
    const { provider, speedPercent } = tenant.config.speech.voices[locale];
    if (provider.kind !== 'connector') return undefined;
    const connector = tenant.config.connectors.find(({ id }) => id === provider.connectorId);
    if (connector?.runsAt !== 'node') return undefined;
    const { connectorId, voice } = provider;
    return {
      id: JSON.stringify([tenant.id, connector.settings, voice, speedPercent]),
      where: 'server',
      make: async (text) => {
        const request = { kind: 'speak', text, voice, speedPercent } as const;
        const outcome = await this.#connectors.ask(tenant, connectorId, request);
        if (outcome.ok && outcome.value.sound) return outcome.value.sound;
        const why = outcome.ok ? 'no sound' : `${outcome.failure.code}: ${outcome.failure.detail}`;
        throw new SpeechError('failed', `${connector.name} did not speak: ${why}`);
      },
    };
  }

  own(tenant: TenantAtNode, locale: Locale): Voice {
    return ownVoice(this.#command, tenant.config.speech.voices[locale]);
  }
}
