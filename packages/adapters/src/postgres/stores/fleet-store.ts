/** Sites, nodes and the enrolment of nodes: the platform's own. */
import { sql, type Selectable } from 'kysely';
import type { PublicNumbersUse } from '@seatgrid/contracts/nouns/reserved-number.ts';
import type { NodeState } from '@seatgrid/core/fleet/node-state.ts';
import type { RecordingUpload } from '@seatgrid/core/fleet/recording-upload.ts';
import type { SitePlace } from '@seatgrid/core/fleet/site-distance.ts';
import type { NodeId, SiteId } from '@seatgrid/core/kernel/ids.ts';
import type { Database } from '../database.ts';
import { jsonb } from '../jsonb.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';
import { freeShares } from './quota-share-store.ts';

export interface Site extends SitePlace {
  readonly name: string;
  readonly timeZone: string;
  /** What its line carries upwards; null: nobody said. */
  readonly lineUpKbits: number | null;
  /** Null: recordings stay at its nodes. */
  readonly recordingUpload: RecordingUpload | null;
}

export async function listSites(trx: PlatformTrx): Promise<Site[]> {
  const rows = await trx
    .selectFrom('site')
    .select([
      'id',
      'name',
      'time_zone',
      'latitude',
      'longitude',
      'weight',
      'line_up_kbits',
      'recording_upload',
    ])
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    timeZone: row.time_zone,
    lineUpKbits: row.line_up_kbits,
    recordingUpload: row.recording_upload,
    ...placeOf(row),
  }));
}

/** F-14: what a matchmaker goes by. */
export async function listSitePlaces(trx: TenantTrx): Promise<SitePlace[]> {
  return (await trx.selectFrom('site').select(['id', 'latitude', 'longitude', 'weight']).execute()).map(
    placeOf,
  );
}

function placeOf(
  row: Pick<Selectable<Database['site']>, 'id' | 'latitude' | 'longitude' | 'weight'>,
): SitePlace {
  const { id, latitude, longitude, weight } = row;
  const place = latitude === null || longitude === null ? null : { latitude, longitude };
  return { id: id as SiteId, place, weight };
}

function siteValues({ name, timeZone, place, weight, lineUpKbits, recordingUpload }: Omit<Site, 'id'>) {
  const { latitude = null, longitude = null } = place ?? {};
  const own = { name, time_zone: timeZone, line_up_kbits: lineUpKbits };
  const recording_upload = recordingUpload && jsonb(recordingUpload);
  return { ...own, recording_upload, latitude, longitude, weight };
}

export async function insertSite(trx: PlatformTrx, site: Omit<Site, 'id'>): Promise<string> {
  const values = siteValues(site);
  return (await trx.insertInto('site').values(values).returning('id').executeTakeFirstOrThrow()).id;
}

export async function updateSite(trx: PlatformTrx, { id, ...site }: Site): Promise<void> {
  await trx.updateTable('site').set(siteValues(site)).where('id', '=', id).execute();
}

export async function deleteSite(trx: PlatformTrx, id: string): Promise<void> {
  await trx.deleteFrom('site').where('id', '=', id).execute();
}

export interface FleetNode {
  readonly id: NodeId;
  readonly siteId: SiteId;
  readonly name: string;
  /** JWK; null until enrolled, and when revoked. */
  readonly publicKey: Record<string, unknown> | null;
  /** Offered by the node and not used yet. */
  readonly nextPublicKey: Record<string, unknown> | null;
  readonly keySinceMs: number | null;
  /** An operator asked for another key, and there is none yet. */
  readonly isKeyWanted: boolean;
  readonly revokedAtMs: number | null;
  readonly deskUrl: string | null;
  readonly sipAddress: string | null;
  readonly product: string | null;
  /** Null: it never said. */
  readonly receivesFaxes: boolean | null;
  readonly heardAtMs: number | null;
  readonly generationWanted: number;
  readonly generationApplied: number;
  readonly state: NodeState;
  /** B-06: when others reach it by its numbers of the public network. */
  readonly publicNumbersUse: PublicNumbersUse;
  /** Highest sequence stored of this node's journal. */
  readonly acknowledged: number;
}

function nodeOf(row: Selectable<Database['node']>): FleetNode {
  return {
    id: row.id as NodeId,
    siteId: row.site_id as SiteId,
    name: row.name,
    publicKey: row.public_key,
    nextPublicKey: row.next_public_key,
    keySinceMs: row.key_since?.getTime() ?? null,
    isKeyWanted: row.key_wanted_at !== null,
    revokedAtMs: row.revoked_at?.getTime() ?? null,
    deskUrl: row.desk_url,
    sipAddress: row.sip_address,
    product: row.product,
    receivesFaxes: row.receives_faxes,
    heardAtMs: row.heard_at?.getTime() ?? null,
    generationWanted: row.generation_wanted,
    generationApplied: row.generation_applied,
    state: row.state as NodeState,
    publicNumbersUse: row.public_numbers_use as PublicNumbersUse,
    acknowledged: row.acknowledged,
  };
}

export async function listNodes(trx: PlatformTrx): Promise<FleetNode[]> {
  return (await trx.selectFrom('node').selectAll().orderBy('name').execute()).map(nodeOf);
}

export async function findNode(trx: PlatformTrx, id: string): Promise<FleetNode | undefined> {
  const row = await trx.selectFrom('node').selectAll().where('id', '=', id).executeTakeFirst();
  return row && nodeOf(row);
}

export async function insertNode(
  trx: PlatformTrx,
  { siteId, name }: Pick<FleetNode, 'siteId' | 'name'>,
): Promise<string> {
  const empty = {
    public_key: null,
    next_public_key: null,
    former_public_key: null,
    key_since: null,
    key_wanted_at: null,
    revoked_at: null,
    desk_url: null,
    sip_address: null,
    product: null,
    heard_at: null,
    config_sha256: null,
  };
  const values = { site_id: siteId, name, ...empty };
  return (await trx.insertInto('node').values(values).returning('id').executeTakeFirstOrThrow()).id;
}

export async function renameNode(trx: PlatformTrx, id: string, name: string): Promise<void> {
  await trx.updateTable('node').set({ name }).where('id', '=', id).execute();
}

export async function setNodeState(trx: PlatformTrx, id: string, state: NodeState): Promise<void> {
  await trx.updateTable('node').set({ state }).where('id', '=', id).execute();
}

/** Nothing of it is believed from then on, as of a node that was revoked. */
export async function loseNode(trx: PlatformTrx, id: string, nowMs: number): Promise<void> {
  await revokeNode(trx, id, nowMs);
  await setNodeState(trx, id, 'lost');
}

/** A node that carried calls stays in their records: the foreign key refuses. */
export async function deleteNode(trx: PlatformTrx, id: string): Promise<void> {
  await trx.deleteFrom('node').where('id', '=', id).execute();
}

export async function insertEnrolment(
  trx: PlatformTrx,
  enrolment: { nodeId: string; tokenSha256: string; expiresAtMs: number },
): Promise<void> {
  const { nodeId, tokenSha256, expiresAtMs } = enrolment;
  // An earlier token of the same node is void: there is one at a time.
  await trx.deleteFrom('node_enrolment').where('node_id', '=', nodeId).where('used_at', 'is', null).execute();
  await trx
    .insertInto('node_enrolment')
    .values({ token_sha256: tokenSha256, node_id: nodeId, expires_at: new Date(expiresAtMs), used_at: null })
    .execute();
}

/** Spends the token, whoever comes first; `undefined` when unknown, spent or too old. */
export async function spendEnrolment(
  trx: PlatformTrx,
  { tokenSha256, nowMs }: { tokenSha256: string; nowMs: number },
): Promise<NodeId | undefined> {
  const row = await trx
    .updateTable('node_enrolment')
    .set({ used_at: new Date(nowMs) })
    .where('token_sha256', '=', tokenSha256)
    .where('used_at', 'is', null)
    .where('expires_at', '>', new Date(nowMs))
    .returning('node_id')
    .executeTakeFirst();
  return row?.node_id as NodeId | undefined;
}

/** A node enrolled anew begins a new journal; one that replaces a lost node serves in its place. */
export async function setNodeKey(
  trx: PlatformTrx,
  { id, publicKey, nowMs }: { id: string; publicKey: Record<string, unknown>; nowMs: number },
): Promise<void> {
  const key = { ...noKeyPending, public_key: jsonb(publicKey), key_since: new Date(nowMs) };
  await trx
    .updateTable('node')
    .set((row) => ({
      ...key,
      revoked_at: null,
      acknowledged: 0,
      generation_applied: 0,
      state: row.case().when('state', '=', 'lost').then('serving').else(row.ref('state')).end(),
    }))
    .where('id', '=', id)
    .execute();
}

const noKeyPending = { next_public_key: null, key_wanted_at: null };

export async function wantNodeKey(trx: PlatformTrx, id: string, nowMs: number): Promise<void> {
  await trx
    .updateTable('node')
    .set({ key_wanted_at: new Date(nowMs) })
    .where('id', '=', id)
    .execute();
}

/** Believed beside the present key, until it is used. */
export async function offerNodeKey(
  trx: PlatformTrx,
  id: string,
  publicKey: Record<string, unknown>,
): Promise<void> {
  await trx
    .updateTable('node')
    .set({ next_public_key: jsonb(publicKey) })
    .where('id', '=', id)
    .execute();
}

/** The offered key was used: the one before is worth nothing from now on. */
export async function takeNodeKey(
  trx: PlatformTrx,
  { id, publicKey, nowMs }: { id: string; publicKey: Record<string, unknown>; nowMs: number },
): Promise<void> {
  await trx
    .updateTable('node')
    .set((row) => ({
      ...noKeyPending,
      former_public_key: row.ref('public_key'),
      public_key: jsonb(publicKey),
      key_since: new Date(nowMs),
    }))
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Nothing of this node is believed any more, a token to enrol it that lies about included. */
export async function revokeNode(trx: PlatformTrx, id: string, nowMs: number): Promise<void> {
  await trx
    .updateTable('node')
    .set({ ...noKeyPending, public_key: null, key_since: null, revoked_at: new Date(nowMs) })
    .where('id', '=', id)
    .execute();
  await trx.deleteFrom('node_enrolment').where('node_id', '=', id).where('used_at', 'is', null).execute();
  await freeShares(trx, id);
}

export async function saveNodeHello(
  trx: PlatformTrx,
  hello: Pick<
    FleetNode,
    'id' | 'deskUrl' | 'sipAddress' | 'product' | 'receivesFaxes' | 'generationApplied'
  > & {
    nowMs: number;
  },
): Promise<void> {
  await trx
    .updateTable('node')
    .set({
      desk_url: hello.deskUrl,
      sip_address: hello.sipAddress,
      product: hello.product,
      receives_faxes: hello.receivesFaxes,
      generation_applied: hello.generationApplied,
      heard_at: new Date(hello.nowMs),
    })
    .where('id', '=', hello.id)
    .execute();
}

export async function saveNodeHeard(
  trx: PlatformTrx,
  { id, nowMs, generationApplied }: { id: string; nowMs: number; generationApplied: number },
): Promise<void> {
  await trx
    .updateTable('node')
    .set({ heard_at: new Date(nowMs), generation_applied: generationApplied })
    .where('id', '=', id)
    .execute();
}

/** Never back: a link that was replaced may still be storing what the new one has told already. */
export async function advanceAcknowledged(trx: PlatformTrx, id: string, sequence: number): Promise<void> {
  await trx
    .updateTable('node')
    .set({ acknowledged: sequence })
    .where('id', '=', id)
    .where('acknowledged', '<', sequence)
    .execute();
}

/** A new journal: all of it is asked for. */
export async function forgetAcknowledged(trx: PlatformTrx, id: string): Promise<void> {
  await trx.updateTable('node').set({ acknowledged: 0 }).where('id', '=', id).execute();
}

/** The generations for these contents: a new one where the content changed, by whichever replica notices first. */
export async function generationsFor(
  trx: PlatformTrx,
  contents: readonly { readonly id: NodeId; readonly sha256: string }[],
): Promise<Map<NodeId, number>> {
  const nodeIds = contents.map(({ id }) => id);
  const hashes = contents.map(({ sha256 }) => sha256);
  await sql`
    update node set generation_wanted = generation_wanted + 1, config_sha256 = wanted.sha256
    from unnest(${nodeIds}::uuid[], ${hashes}::text[]) as wanted (id, sha256)
    where node.id = wanted.id and node.config_sha256 is distinct from wanted.sha256`.execute(trx);
  const rows = await trx
    .selectFrom('node')
    .select(['id', 'generation_wanted'])
    .where('id', 'in', nodeIds)
    .execute();
  return new Map(rows.map((row) => [row.id as NodeId, row.generation_wanted]));
}

/** A node that already runs a later generation (of a database since lost) must be overtaken, or it would refuse ours. */
export async function overtakeGeneration(trx: PlatformTrx, id: string, applied: number): Promise<void> {
  await trx
    .updateTable('node')
    .set({ generation_wanted: applied + 1 })
    .where('id', '=', id)
    .where('generation_wanted', '<', applied)
    .execute();
}

export interface DeskNode {
  readonly id: NodeId;
  readonly name: string;
  readonly deskUrl: string | null;
  readonly state: NodeState;
  /** The tenant is served there (C-12); where it was, calls may still go on. */
  readonly isServing: boolean;
}

/** Where a tenant's desks may connect. */
export async function listDeskNodes(trx: TenantTrx): Promise<DeskNode[]> {
  const columns = ['id', 'name', 'desk_url', 'state'] as const;
  const rows = await trx.selectFrom('node').select(columns).orderBy('name').execute();
  const own = new Set(
    (await trx.selectFrom('tenant_node').select('node_id').execute()).map((row) => row.node_id),
  );
  return rows.map(({ id, name, desk_url: deskUrl, state }) => ({
    id: id as NodeId,
    name,
    deskUrl,
    state: state as NodeState,
    isServing: own.size === 0 || own.has(id),
  }));
}

/** B-02: where a flow of the tenant may run. */
export async function listServingSites(
  trx: TenantTrx,
): Promise<{ readonly id: SiteId; readonly name: string }[]> {
  const sites = await trx.selectFrom('site').select(['id', 'name']).orderBy('name').execute();
  const nodes = await trx.selectFrom('node').select(['id', 'site_id']).execute();
  const own = new Set(
    (await trx.selectFrom('tenant_node').select('node_id').execute()).map((row) => row.node_id),
  );
  const serving = nodes.filter(({ id }) => own.size === 0 || own.has(id));
  const at = new Set(serving.map((node) => node.site_id));
  return sites.filter(({ id }) => at.has(id)).map(({ id, name }) => ({ id: id as SiteId, name }));
}

export async function databaseFacts(trx: PlatformTrx): Promise<{ version: string; octets: number }> {
  const { rows } = await sql<{ version: string; octets: number }>`
    select current_setting('server_version') as version, pg_database_size(current_database()) as octets`.execute(
    trx,
  );
  return rows[0]!;
}
