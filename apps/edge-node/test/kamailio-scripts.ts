/** What Kamailio does in our tests. */

export interface CarrierFacts {
  readonly realm: string;
  readonly username: string;
  readonly password: string;
  /** The customer, whose calls must prove themselves; calls of everybody else lead to its contact. */
  readonly customerAddress: string;
  /** Where the customer's calls lead. */
  readonly outside: { readonly host: string; readonly port: number };
  /** What registrations are told (RFC 3608); the customer's calls must come by it then. */
  readonly serviceRoute?: string;
  /** Where its relay of sound is told of each call: then customers may sit behind a NAT. */
  readonly relayControl?: number;
}

/** A carrier: registrar, proxy and the one that asks for proofs. */
export function carrierScript(facts: CarrierFacts): string {
  const { realm, username, password, customerAddress, outside, serviceRoute, relayControl } = facts;
  const isNatted = relayControl !== undefined;
  return `alias="${realm}"
${isNatted ? natModules(relayControl) : ''}
request_route {
${isNatted ? natSteps : ''}
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK") && t_check_trans()) { t_relay(); exit; }
    if (!is_method("ACK")) { sl_send_reply("404", "Not Here"); }
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
  if (is_method("ACK")) { t_check_trans(); exit; }
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("${realm}", "${password}", "0")) { www_challenge("${realm}", "0"); exit; }
    if ($au != "${username}") { sl_send_reply("403", "Not Yours"); exit; }
${serviceRoute ? `append_to_reply("Service-Route: ${serviceRoute}\\r\\n");` : ''}
    save("location");
    exit;
  }
  if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  record_route();
  if ($si == "${customerAddress}") {
    if (!pv_proxy_authenticate("${realm}", "${password}", "0")) { proxy_challenge("${realm}", "0"); exit; }
    consume_credentials();
    ${serviceRoute ? 'if (!is_present_hf("Route")) { sl_send_reply("403", "By The Service Route"); exit; }' : ''}
    loose_route();
    $du = "sip:${outside.host}:${outside.port}";
    t_relay();
    exit;
  }
  # Every number here is the customer's; the To says which.
  $ru = "sip:${username}@${realm}";
  if (!lookup("location")) { sl_send_reply("404", "Not Registered"); exit; }
  t_relay();
}
`;
}

const natModules = (relayControl: number) => `loadmodule "nathelper.so"
loadmodule "rtpengine.so"
modparam("rtpengine", "rtpengine_sock", "udp:127.0.0.1:${relayControl}")
modparam("nathelper", "received_avp", "$avp(received)")
modparam("registrar", "received_avp", "$avp(received)")
onreply_route[NAT] {
  if (nat_uac_test("1")) { set_contact_alias(); }
  if (has_body("application/sdp")) { rtpengine_manage("SIP-source-address replace-origin"); }
}
`;

/** Whoever writes a private address, or comes from another than it says, is answered and called where it came from (RFC 3581, RFC 5626's alternative). */
const natSteps = `  force_rport();
  if (nat_uac_test("19")) {
    if (is_method("REGISTER")) { fix_nated_register(); } else { set_contact_alias(); }
  }
  if (is_method("INVITE|BYE|CANCEL")) { rtpengine_manage("SIP-source-address replace-origin"); }
  t_on_reply("NAT");
  if (has_totag()) { handle_ruri_alias(); }
`;

/** A proxy at the edge of a site: phones know it alone, and it tells the registrar behind it so (RFC 3327). */
export function edgeScript(registrar: { readonly host: string; readonly port: number }): string {
  return `request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK") && t_check_trans()) { t_relay(); }
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
  if (is_method("ACK")) { t_check_trans(); exit; }
  if (is_method("INVITE")) { record_route(); }
  if ($si == "${registrar.host}") {
    # Without the path that was registered nobody is led on.
    if (!is_present_hf("Route")) { sl_send_reply("403", "By The Path"); exit; }
    loose_route();
    t_relay();
    exit;
  }
  if (is_method("REGISTER")) { add_path(); }
  $du = "sip:${registrar.host}:${registrar.port}";
  t_relay();
}
`;
}

export interface TransitFacts {
  /** Where the called party of each number is, as `host:port`; every other number is nobody's. */
  readonly numbers: Readonly<Record<string, string>>;
  /** Told to ring, and brought to nobody, whoever calls it from there. */
  readonly mute?: { readonly number: string; readonly from: string };
  /** The number it shows as the caller's instead of the one it was told, by the number called; empty: it shows none. */
  readonly shows?: Readonly<Record<string, string>>;
  /** Where its relay of sound is told of each call: then customers need not reach each other. */
  readonly relayControl?: number;
}

/** A carrier between customers that know each other by number alone. What it does not know of a message it does not hand on. */
export function transitScript({ numbers, mute, shows = {}, relayControl }: TransitFacts): string {
  const isRelaying = relayControl !== undefined;
  const ways = Object.entries(numbers).map(
    ([number, place]) => `  if ($rU == "${number}") { $du = "sip:${place}"; t_relay(); exit; }`,
  );
  return `${isRelaying ? relayModules(relayControl) : ''}
request_route {
${isRelaying ? '  if (is_method("INVITE|BYE|CANCEL")) { rtpengine_manage("replace-origin"); }\n  t_on_reply("RELAY");' : ''}
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("INFO|MESSAGE|REFER")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK") && t_check_trans()) { t_relay(); exit; }
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
  if (is_method("ACK")) { t_check_trans(); exit; }
  if (!is_method("INVITE")) { sl_send_reply("200", "OK"); exit; }
${mute ? `  if ($rU == "${mute.number}" && $si == "${mute.from}") { t_newtran(); t_reply("180", "Ringing"); exit; }` : ''}
  record_route();
${Object.entries(shows)
  .map(([number, shown]) => `  if ($rU == "${number}") { ${shownInstead(shown)} }`)
  .join('\n')}
${ways.join('\n')}
  sl_send_reply("404", "Unallocated Number");
}
`;
}

function shownInstead(number: string): string {
  const line = number === '' ? 'Privacy: id' : `P-Asserted-Identity: <sip:${number}@carrier.example>`;
  return `remove_hf("P-Asserted-Identity"); append_hf("${line}\\r\\n");`;
}

const relayModules = (relayControl: number) => `loadmodule "rtpengine.so"
modparam("rtpengine", "rtpengine_sock", "udp:127.0.0.1:${relayControl}")
onreply_route[RELAY] {
  if (has_body("application/sdp")) { rtpengine_manage("replace-origin"); }
}
`;
