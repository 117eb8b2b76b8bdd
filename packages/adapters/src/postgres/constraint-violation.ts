/** What the database refused because of a rule it keeps, told by the field a person filled in. */
import { isRecord } from './record.ts';

export interface ConstraintViolation {
  readonly kind: 'taken' | 'in-use-or-missing';
  /** Path in the request's body. */
  readonly field: string;
}

const fieldOfConstraint: Readonly<Record<string, string>> = {
  site_name_taken: 'name',
  node_name_taken: 'name',
  trunk_name_taken: 'name',
  tenant_slug_taken: 'slug',
  credential_email_taken: 'email',
  operator_email_key: 'email',
  did_number_taken: 'number',
  skill_name_taken: 'name',
  agent_group_name_taken: 'name',
  web_button_name_taken: 'name',
  calendar_name_taken: 'name',
  ring_group_name_taken: 'name',
  connector_name_taken: 'name',
  extension_name_taken: 'name',
  barred_number_pattern_taken: 'pattern',
  customer_level_pattern_taken: 'pattern',
  number_segment_pattern_taken: 'pattern',
  dedicated_agent_pattern_taken: 'pattern',
  dedicated_agent_of_agent: 'agentId',
  fax_box_name_taken: 'name',
  mailbox_name_taken: 'name',
  mailbox_number_taken: 'number',
  queue_name_taken: 'name',
  inbound_rule_name_taken: 'name',
  outbound_rule_name_taken: 'name',
  disposition_code_taken: 'code',
  agent_staff_id_taken: 'staffId',
  agent_extension_taken: 'extension',
  flow_name_taken: 'name',
  prompt_name_taken: 'name',
  node_of_site: 'siteId',
  trunk_of_node: 'nodeId',
  trunk_tenant_tenant_id_fkey: 'tenantIds',
  tenant_on_node: 'nodeIds',
  did_of_site: 'siteId',
  agent_of_group: 'groupId',
};

const uniqueViolation = '23505';
const foreignKeyViolation = '23503';

export function constraintViolation(error: unknown): ConstraintViolation | undefined {
  if (!isRecord(error)) return undefined;
  const { code, constraint_name: name } = error;
  const field = fieldOfConstraint[String(name)] ?? '';
  if (code === uniqueViolation && field !== '') return { kind: 'taken', field };
  if (code === foreignKeyViolation) return { kind: 'in-use-or-missing', field };
  return undefined;
}
