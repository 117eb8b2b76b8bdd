/**
 * The serving roles' passwords are derived from the owner's, so that every replica that knows DATABASE_URL knows them too
 * and nobody has to carry three secrets.
 */
import { createHmac } from 'node:crypto';

export const servingRoles = ['seatgrid_app', 'seatgrid_platform'] as const;
export type ServingRole = (typeof servingRoles)[number];

export function roleUrl(ownerUrl: string, role: ServingRole): string {
  const url = new URL(ownerUrl);
  url.password = rolePassword(ownerUrl, role);
  url.username = role;
  return url.href;
}

export function rolePassword(ownerUrl: string, role: ServingRole): string {
  const { password } = new URL(ownerUrl);
  return createHmac('sha256', decodeURIComponent(password)).update(`seatgrid role ${role}`).digest('hex');
}
