/**
 * D-11: the light of a desk phone that says messages wait: those of every box open to the phone's owner. Phones that subscribed
 * (RFC 3842) are told when a message comes, is heard or goes, and when the configuration gives them other boxes.
 */
import type { MessageSummary } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { extensionOf } from '../phones/phone-domain.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { MessageStore } from './message-store.ts';

export interface MessageLightsParts {
  readonly directory: TenantDirectory;
  readonly messages: Pick<MessageStore, 'inBox' | 'onChange'>;
  /** Tells whoever subscribed for this phone. */
  readonly tell: (realm: string, username: string) => void;
}

export class MessageLights {
  readonly #parts: MessageLightsParts;

  constructor(parts: MessageLightsParts) {
    this.#parts = parts;
    parts.messages.onChange(({ tenantId, mailboxId }) => {
      const tenant = parts.directory.byId(tenantId);
      if (tenant) this.#tell(tenant, (boxIds) => boxIds.has(mailboxId));
    });
    parts.directory.onApplied((tenant) => this.#tell(tenant, () => true));
  }

  /** Undefined where nothing is open to whoever has this phone. */
  summaryOf(phone: { readonly realm: string; readonly username: string }): MessageSummary | undefined {
    const { directory, messages } = this.#parts;
    const tenant = directory.byDomain(phone.realm);
    const agent = tenant?.agentsByExtension.get(extensionOf(tenant, phone.username));
    const boxes = tenant && agent ? tenant.boxesOf(agent) : [];
    if (!tenant || boxes.length === 0) return undefined;
    const all = boxes.flatMap((box) => messages.inBox(tenant.id, box.id));
    const heard = all.filter((message) => message.isHeard).length;
    return { fresh: all.length - heard, heard };
  }

  #tell(tenant: TenantAtNode, concerns: (boxIds: ReadonlySet<string>) => boolean): void {
    if (tenant.config.mailboxes.length === 0) return;
    for (const agent of tenant.agents.values()) {
      if (!concerns(new Set(tenant.boxesOf(agent).map(({ id }) => id)))) continue;
      this.#parts.tell(tenant.sipDomain, agent.extension);
    }
  }
}
