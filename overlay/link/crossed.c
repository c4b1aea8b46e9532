/* crossed.c - merges that close each other's account. */
#include "link/crossed.h"

#include <stdio.h>

#include "link/void.h"
#include "slapd/memory.h"

/* Merges that follow each other; more than anybody was ever given. */
#define MERGES_MAX 64

/* An account on the way; "20261129183503Z " and the entryUUID. */
typedef struct merged {
    struct berval ndn; /* in op's memory */
    char age[64];
    int server;
} merged;

static const char *
text_of(Entry *e, AttributeDescription *ad)
{
    BerVarray values = ov_values(e, ad);

    return values == NULL ? "" : values->bv_val;
}

static void
note(Operation *op, Entry *e, merged *m)
{
    BerVarray csn = ov_values(e, slap_schema.si_ad_entryCSN);

    m->ndn = ov_keep_bv(op, &e->e_nname);
    m->server = csn == NULL ? -1 : slap_parse_csn_sid(csn);
    snprintf(m->age, sizeof(m->age), "%s %s",
        text_of(e, slap_schema.si_ad_createTimestamp),
        text_of(e, slap_schema.si_ad_entryUUID));
}

/* Into whom an account is merged; a copy, NULL when it is not, or into nobody.
 */
static Entry *
next_of(Operation *op, Entry *e)
{
    BerVarray into = ov_nvalues(e, ov_ad[EDC_AT_MERGED_INTO]);
    edc_account account;

    ov_account_read(e, &account);
    if (account.state != EDC_CLOSED)
        return NULL;
    for (; into != NULL && !BER_BVISNULL(into); into++) {
        if (!ov_names_nobody(op, into))
            return ov_entry_copy(op, into);
    }
    return NULL;
}

static int
place_of(const merged *way, int n, const Entry *e)
{
    int i = 0;

    while (i < n && !dn_match(&way[i].ndn, &e->e_nname))
        i++;
    return i;
}

bool
ov_merges_crossed(Operation *op, const struct berval *ndn, ov_crossed *crossed)
{
    merged *way = ov_keep(op, MERGES_MAX * sizeof(*way));
    Entry *e = ov_entry_copy(op, (struct berval *)ndn);
    int n = 0, begin = 0, oldest;

    while (e != NULL && n < MERGES_MAX && (begin = place_of(way, n, e)) == n) {
        Entry *next = next_of(op, e);

        note(op, e, &way[n++]);
        entry_free(e);
        e = next;
    }
    if (e == NULL)
        return false;
    entry_free(e);
    if (begin == n)
        return false;
    oldest = begin;
    for (int i = begin + 1; i < n; i++) {
        if (strcmp(way[i].age, way[oldest].age) < 0)
            oldest = i;
    }
    *crossed = (ov_crossed){.lives = way[oldest].ndn,
        .server = way[oldest].server,
        .member = begin == 0};
    return true;
}
