/** An agent's desk without a browser, at the running product: a token from the API, then the desk socket. */
import { TestDesk } from '../../apps/edge-node/test/test-desk.ts';
import { sessionOf, until, type Product, type TenantSlug } from './product.ts';

export async function openDesk(product: Product, tenant: TenantSlug, extension: string): Promise<TestDesk> {
  const { api } = await sessionOf(product, tenant, 'agent', extension);
  const { token, deskUrl } = await api.call('POST /api/desk-token');
  const desk = await TestDesk.openWith(deskUrl, token);
  await until('the first state of the desk', () => desk.state);
  // A test before this one may have left the agent signed in.
  if (desk.state!.presence.state !== 'offline') await desk.command({ kind: 'sign-out' });
  await desk.untilPresence('offline');
  return desk;
}

export async function closeDesk(desk: TestDesk | undefined): Promise<void> {
  if (!desk) return;
  await desk.command({ kind: 'sign-out' });
  desk.close();
}
