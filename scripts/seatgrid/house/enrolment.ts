/** The demo's site and node at the centre, found or made, and the one-time token that a new node process needs. */
import type { ApiClient } from '@seatgrid/contracts/api/client.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';

export interface EnrolledNode {
  readonly id: NodeId;
  readonly name: string;
  /** Only for a node process that has no identity yet. */
  readonly token: string | undefined;
}

const siteName = 'Headquarters';
const nodeName = 'headquarters-1';

export async function enrolNode(
  api: ApiClient,
  options: { readonly needsToken: boolean },
): Promise<EnrolledNode> {
  const nodes = (await api.call('GET /api/platform/nodes')).items;
  const node = nodes.find((one) => one.name === nodeName) ?? (await addNode(api));
  if (node.isEnrolled && !options.needsToken) return { id: node.id, name: node.name, token: undefined };
  const { token } = await api.call('POST /api/platform/nodes/:id/enrolment-token', {
    params: { id: node.id },
  });
  return { id: node.id, name: node.name, token };
}

async function addNode(api: ApiClient) {
  const sites = (await api.call('GET /api/platform/sites')).items;
  const site =
    sites.find((one) => one.name === siteName) ??
    (await api.call('POST /api/platform/sites', {
      body: { name: siteName, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    }));
  return api.call('POST /api/platform/nodes', { body: { siteId: site.id, name: nodeName } });
}
