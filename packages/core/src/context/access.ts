/**
 * Who may do what to which noun, as data: role × noun × verb. A test prints it as a table. Asked by the centre for every
 * request and by nodes for what a desk asks; a verb that is not named is refused.
 */
export const roles = ['operator', 'administrator', 'supervisor', 'agent'] as const;
/** `operator`: platform staff. The others belong to one tenant. */
export type Role = (typeof roles)[number];

export const verbs = [
  'list',
  'read',
  'create',
  'update',
  'delete',
  'publish',
  'suspend',
  'enrol',
  'drain',
  'lose',
  'play',
  'use',
  'enter',
  'test',
  'acknowledge',
  'monitor',
  'whisper',
  'barge',
  'release',
  'intercept',
] as const;
export type Verb = (typeof verbs)[number];

export const nouns = [
  'tenant', 'quota', 'site', 'node', 'trunk', 'operator', 'did', 'inbound-rule', 'outbound-rule', 'web-button', 'ring-group', 'connector', 'extension', 'calendar', 'barred-number', 'customer-level', 'number-segment', 'dedicated-agent', 'flow', 'what-if', 'queue', 'skill', 'agent', 'group', 'user', 'prompt',
  'disposition', 'pause-reason', 'mailbox', 'fax-box', 'speech', 'tenant-settings', 'call', 'ladder', 'recording', 'voice-message', 'fax', 'callback', 'refusal', 'presence', 'floor', 'inspection', 'desk', 'audit', 'system', 'alarm',
] as const; // prettier-ignore
export type Noun = (typeof nouns)[number];

const change = ['list', 'read', 'create', 'update', 'delete'] as const;
const look = ['list', 'read'] as const;

export const access: Readonly<Record<Role, Readonly<Partial<Record<Noun, readonly Verb[]>>>>> = {
  operator: {
    tenant: [...change, 'suspend', 'enter'],
    quota: ['read', 'update'],
    site: change,
    node: [...change, 'enrol', 'drain', 'lose'],
    trunk: change,
    operator: change,
    did: change,
    audit: look,
    refusal: look,
    system: ['read'],
    alarm: ['list', 'acknowledge'],
  },
  administrator: {
    quota: ['read'],
    did: look,
    'inbound-rule': change,
    'outbound-rule': change,
    'web-button': change,
    'ring-group': change,
    calendar: change,
    connector: [...change, 'test'],
    extension: [...change, 'test'],
    'barred-number': change,
    'customer-level': change,
    'number-segment': change,
    'dedicated-agent': change,
    flow: [...change, 'publish'],
    'what-if': change,
    queue: change,
    skill: change,
    agent: change,
    group: change,
    user: change,
    prompt: [...change, 'play'],
    disposition: change,
    'pause-reason': change,
    mailbox: change,
    'fax-box': change,
    speech: ['read', 'update', 'test'],
    'tenant-settings': ['read', 'update'],
    call: look,
    ladder: ['read'],
    recording: [...look, 'play'],
    'voice-message': ['list', 'play', 'update'],
    callback: ['list', 'create', 'delete'],
    fax: ['list', 'read', 'update'],
    refusal: look,
    presence: look,
    floor: ['read'],
    audit: look,
  },
  supervisor: {
    did: look,
    'web-button': look,
    'ring-group': look,
    flow: look,
    'what-if': [...look, 'create', 'update'],
    queue: look,
    skill: look,
    agent: look,
    group: look,
    prompt: [...look, 'play'],
    disposition: look,
    'pause-reason': look,
    mailbox: look,
    'fax-box': look,
    speech: ['read'],
    'tenant-settings': ['read'],
    call: look,
    ladder: ['read'],
    recording: [...look, 'play'],
    'voice-message': ['list', 'play'],
    callback: ['list', 'create', 'delete'],
    fax: look,
    refusal: look,
    presence: look,
    floor: ['read'],
    inspection: ['monitor', 'whisper', 'barge', 'release', 'intercept'],
  },
  agent: {
    disposition: look,
    'pause-reason': look,
    'tenant-settings': ['read'],
    // Read as news: which messages, the desk's own routes say.
    'voice-message': ['read'],
    desk: ['use'],
  },
};

export function mayDo(role: Role, noun: Noun, verb: Verb): boolean {
  return access[role][noun]?.includes(verb) ?? false;
}
