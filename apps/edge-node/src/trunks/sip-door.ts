/**
 * Who is let in: trunks by the address they send from or the contact we registered with
 * them, phones by digest in their tenant's domain, nodes by the token they were given for one call, nobody else. Strangers are
 * not answered, whatever number they ask for; who claims to be a phone is asked for proof, whether there is such a phone or
 * not. So a scanner learns nothing; what a carrier we know nothing of asked for stands in the log.
 */
import type {
  DigestSecret,
  IncomingInvite,
  SipBinding,
  SipFlow,
  SipHandler,
  SipTrust,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { CallAdmission } from '../admission/call-admission.ts';
import { retryAfterSeconds } from '../limits.ts';
import type { NodeLog } from '../node-log.ts';
import { extensionOf, tenantOfPhone } from '../phones/phone-domain.ts';
import type { MessageLights } from '../messages/message-lights.ts';
import type { PhoneRegistry } from '../phones/phone-registry.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { ExpectedVisits } from '../visits/expected-visits.ts';
import type { HostAsked } from '../visits/visit-terms.ts';
import { credentialsFor, type TrunkDirectory } from './trunk-directory.ts';

export interface SipDoorOptions {
  readonly directory: TenantDirectory;
  readonly trunks: TrunkDirectory;
  readonly phones: PhoneRegistry;
  readonly admission: CallAdmission;
  readonly log: NodeLog;
  readonly lights: Pick<MessageLights, 'summaryOf'>;
  readonly visits: Pick<ExpectedVisits, 'isExpected' | 'take'>;
  readonly onInvite: (invite: IncomingInvite) => void;
  readonly onVisit: (invite: IncomingInvite, asked: HostAsked) => void;
  readonly isDraining: () => boolean;
}

type TrustRequest = Parameters<SipHandler['trust']>[0];

export class SipDoor implements SipHandler {
  readonly #options: SipDoorOptions;

  constructor(options: SipDoorOptions) {
    this.#options = options;
  }

  trust(request: TrustRequest): SipTrust {
    const { directory, trunks, visits } = this.#options;
    // What it asks for was told to one other node, for one call: no address proves more.
    if (request.method === 'INVITE' && visits.isExpected(request.requestUser))
      return { kind: 'trusted', peer: request.requestUser };
    // A tenant's own domain is a phone's claim, wherever it comes from: a trunk's address does not prove it.
    const isPhone = request.method === 'REGISTER' || directory.byDomain(request.fromHost) !== undefined;
    if (!isPhone) {
      const { address } = request.flow;
      const trunk = trunks.byContact(request.requestUser, address) ?? trunks.byAddress(address);
      if (trunk) return { kind: 'trusted', peer: trunk.id };
    }
    const tenant = tenantOfPhone(directory, request);
    if (tenant) return { kind: 'challenge', realm: tenant.sipDomain };
    if (request.method === 'INVITE' && directory.byNumber(request.requestUser)) {
      this.#options.log.warn(
        { address: request.flow.address, number: request.requestUser },
        'a call from an address no trunk names was not answered',
      );
    }
    return { kind: 'silence' };
  }

  secret(realm: string, username: string): DigestSecret | undefined {
    const tenant = this.#options.directory.byDomain(realm);
    return tenant?.secrets.get(extensionOf(tenant, username));
  }

  /** A phone that knows no domain calls itself `<slug>-1001` and proves itself as `1001`. */
  ownsAddress(claim: {
    readonly realm: string;
    readonly username: string;
    readonly address: string;
  }): boolean {
    const tenant = this.#options.directory.byDomain(claim.realm);
    return tenant !== undefined && extensionOf(tenant, claim.address) === extensionOf(tenant, claim.username);
  }

  onBindings(change: {
    readonly realm: string;
    readonly username: string;
    readonly bindings: readonly SipBinding[];
  }): void {
    const tenant = this.#options.directory.byDomain(change.realm);
    if (tenant) this.#options.phones.set(tenant, extensionOf(tenant, change.username), change.bindings);
  }

  messageSummary(phone: { readonly realm: string; readonly username: string }) {
    return this.#options.lights.summaryOf(phone);
  }

  /** Trunks alone hear of it: a stranger learns nothing, and a phone proves itself before it is refused. */
  refusesFor(flow: SipFlow): number | undefined {
    const { trunks, admission } = this.#options;
    // A drained node leads them elsewhere; one that is overloaded has no time to.
    const isLedOn = admission.isOpen && trunks.byAddress(flow.address)?.config.followsRedirects === true;
    if (this.takesCalls(flow) || isLedOn) return undefined;
    admission.refused++;
    return retryAfterSeconds;
  }

  /** So that a proxy which asks leads calls to another node while this one is full or drained. */
  takesCalls(flow: SipFlow): boolean {
    const { trunks, admission, isDraining } = this.#options;
    return !trunks.byAddress(flow.address) || (admission.isOpen && !isDraining());
  }

  /** A carrier that asks who we are, on the way to a trunk of ours and no other. */
  ownCredentials({ realm, flow }: { readonly realm: string; readonly flow: SipFlow }) {
    const account = flow.peer && this.#options.trunks.byId(flow.peer)?.config.account;
    return account ? credentialsFor(account, realm) : undefined;
  }

  onInvite(invite: IncomingInvite): void {
    const { visits, onInvite, onVisit } = this.#options;
    const asked = visits.take(invite.requestUser);
    if (asked) onVisit(invite, asked);
    else onInvite(invite);
  }

  onWrongCredentials(attempt: {
    readonly realm: string;
    readonly username: string;
    readonly flow: SipFlow;
  }): void {
    const { realm, username, flow } = attempt;
    this.#options.log.warn({ realm, username, address: flow.address }, 'a phone gave a wrong password');
  }
}
