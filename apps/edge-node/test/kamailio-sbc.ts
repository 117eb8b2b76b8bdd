/** Kamailio as a carrier's SBC that asks one node, and brings calls again where a redirect says (RFC 3261 §8.1.3.4). */
export function sbcScript(first: { readonly host: string; readonly port: number }): string {
  return `loadmodule "acc.so"
loadmodule "uac_redirect.so"
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK") && t_check_trans()) { t_relay(); }
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
  if (is_method("ACK")) { t_check_trans(); exit; }
  if (!is_method("INVITE")) { sl_send_reply("200", "OK"); exit; }
  record_route();
  $du = "sip:${first.host}:${first.port}";
  t_on_failure("LED");
  t_relay();
}
failure_route[LED] {
  if (!t_check_status("3[0-9][0-9]")) { exit; }
  # The best alone: t_load_contacts would try the others after it.
  get_redirects("1:1");
  t_on_failure("LED");
  t_relay();
}
`;
}
