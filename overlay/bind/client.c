/* client.c - whom an operation is for.
 *
 * slapd reads the session tracking control, refuses it malformed or critical,
 * and writes it into its log; it keeps nothing of it and asks nobody whether he
 * may send it. Of several the last counts: back-ldap puts its own behind those
 * that its client sent.
 */
#include "bind/client.h"

/* Cut where it has no room. */
static void
set_line(ov_client *client, const char *text, size_t n)
{
    if (n >= sizeof(client->line))
        n = sizeof(client->line) - 1;
    if (n > 0)
        memcpy(client->line, text, n);
    client->line[n] = '\0';
}

/* Who is connected: by address, whatever the port; whoever comes by a local
 * socket, and the server itself, has a line as well. */
static void
take_peer(const Connection *conn, ov_client *client)
{
    struct berval peer = BER_BVNULL;

    if (conn != NULL)
        peer = conn->c_peer_name;
    edc_watch_address(peer.bv_val, client->address);
    if (client->address[0] != '\0')
        set_line(client, client->address, strlen(client->address));
    else
        set_line(client, peer.bv_val, peer.bv_len);
}

static const LDAPControl *
last_tracking(const Operation *op)
{
    const LDAPControl *last = NULL;

    for (LDAPControl **c = op->o_ctrls; c != NULL && *c != NULL; c++) {
        if (strcmp((*c)->ldctl_oid, LDAP_CONTROL_X_SESSION_TRACKING) == 0)
            last = *c;
    }
    return last;
}

void
ov_client_of(Operation *op, slap_overinst *on, ov_client *client)
{
    const edc_proxies *proxies = &ov_instance_of(on)->settings.proxies;
    const LDAPControl *tracking;
    edc_behind behind;

    take_peer(op->o_conn, client);
    if (client->line[0] == '\0' || !edc_proxies_have(proxies, client->address))
        return;
    tracking = last_tracking(op);
    if (tracking == NULL ||
        !edc_behind_read(ov_str(&tracking->ldctl_value), &behind))
        return;
    if (behind.address[0] != '\0') {
        snprintf(client->line, sizeof(client->line), "%s", behind.address);
        snprintf(
            client->address, sizeof(client->address), "%s", behind.address);
    } else if (behind.session[0] != '\0') {
        snprintf(client->line, sizeof(client->line), "session %.*s",
            EDC_CLIENT_SIZE - (int)sizeof("session "), behind.session);
    }
}
