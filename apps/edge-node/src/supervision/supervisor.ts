/** Somebody who watches over agents from the floor, with a browser that has said hello. Listens to one call at a time. */
import type { Role } from '@seatgrid/core/context/access.ts';
import type { UserId } from '@seatgrid/core/kernel/ids.ts';
import type { SupervisionState } from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { Inspection } from './inspection.ts';

export class Supervisor {
  readonly tenant: TenantAtNode;
  readonly userId: UserId;
  readonly name: string;
  readonly role: Role;
  inspection: Inspection | null = null;
  /** About to listen, at a desk phone that rings. */
  ringing: Inspection | null = null;
  endedWhy: SupervisionState['endedWhy'] = null;
  readonly #tell: (state: Omit<SupervisionState, 'atMs'>) => void;

  constructor(
    who: {
      readonly tenant: TenantAtNode;
      readonly userId: UserId;
      readonly name: string;
      readonly role: Role;
    },
    tell: (state: Omit<SupervisionState, 'atMs'>) => void,
  ) {
    this.tenant = who.tenant;
    this.userId = who.userId;
    this.name = who.name;
    this.role = who.role;
    this.#tell = tell;
  }

  changed(): void {
    this.#tell({
      inspection: this.inspection?.describe() ?? null,
      isPhoneRinging: this.ringing !== null,
      endedWhy: this.endedWhy,
    });
  }
}
