/** Somebody who watches over agents from the floor, with a browser that has said hello. Listens to one call at a time. */
import type { Role } from '@seatgrid/core/context/access.ts';
import type { UserId } from '@seatgrid/core/kernel/ids.ts';
import type { SupervisionState } from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { FarEar } from '../ears/far-ear.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { Inspection } from './inspection.ts';

export class Supervisor {
  readonly tenant: TenantAtNode;
  readonly userId: UserId;
  readonly name: string;
  readonly role: Role;
  /** What proves it to other nodes, for as long as the centre lets it; null: it comes from another already. */
  readonly pass: string | null;
  inspection: Inspection | null = null;
  /** About to listen, at a desk phone that rings. */
  ringing: Inspection | null = null;
  /** The same in a call of an agent at another node. */
  far: FarEar | null = null;
  endedWhy: SupervisionState['endedWhy'] = null;
  readonly #tell: (state: Omit<SupervisionState, 'atMs'>) => void;

  constructor(
    who: {
      readonly tenant: TenantAtNode;
      readonly userId: UserId;
      readonly name: string;
      readonly role: Role;
      readonly pass?: string;
    },
    tell: (state: Omit<SupervisionState, 'atMs'>) => void,
  ) {
    this.tenant = who.tenant;
    this.userId = who.userId;
    this.name = who.name;
    this.role = who.role;
    this.pass = who.pass ?? null;
    this.#tell = tell;
  }

  changed(): void {
    this.#tell({
      inspection: this.inspection?.describe() ?? this.far?.inspection ?? null,
      isPhoneRinging: this.ringing !== null || this.far?.isRinging === true,
      endedWhy: this.endedWhy,
    });
  }
}
