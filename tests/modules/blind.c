/* blind.c - an overlay of the tests by which a database cannot be looked at:
 * the server's own searches with a text in their filter fail, and readings of
 * entries with it in their name; writes and clients' searches do not.
 *
 * The environment's EDC_BLIND names a file that holds the text while it is so;
 * none, or an empty one: everything is seen. "!" before the text: slapd is told
 * to end by whoever does not see it, and ends by then.
 */
#include "slapd/slapd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))

VISIBLE int init_module(int argc, char *argv[]);

static slap_overinst blind;

static void
end_slapd(void)
{
    kill(getpid(), SIGTERM);
    while (*(volatile sig_atomic_t *)&slapd_shutdown == 0)
        usleep(1000);
}

static bool
is_unseen(const struct berval *what)
{
    const char *path = getenv("EDC_BLIND");
    FILE *f = path == NULL ? NULL : fopen(path, "r");
    char text[256] = "";
    size_t n;

    if (f == NULL)
        return false;
    n = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    text[n] = '\0';
    if (text[0] == '\0' || BER_BVISNULL(what) ||
        strstr(what->bv_val, text + (text[0] == '!')) == NULL)
        return false;
    if (text[0] == '!')
        end_slapd();
    return true;
}

/* The overlay's own are never cached; clients' are. */
static int
search(Operation *op, SlapReply *rs)
{
    if (!op->o_do_not_cache || !is_unseen(&op->ors_filterstr))
        return SLAP_CB_CONTINUE;
    send_ldap_error(op, rs, LDAP_UNAVAILABLE, "not to be seen");
    return rs->sr_err;
}

static int
entry_get(Operation *op, struct berval *ndn, ObjectClass *oc,
    AttributeDescription *ad, int rw, Entry **e)
{
    (void)op;
    (void)oc;
    (void)ad;
    (void)rw;
    (void)e;
    return is_unseen(ndn) ? LDAP_UNAVAILABLE : SLAP_CB_CONTINUE;
}

int
init_module(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    blind.on_bi.bi_type = "blind";
    blind.on_bi.bi_op_search = search;
    blind.on_bi.bi_entry_get_rw = entry_get;
    return overlay_register(&blind);
}
