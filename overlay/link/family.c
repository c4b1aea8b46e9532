/* family.c - who is whose child, whatever was merged. */
#include "link/family.h"

#include "link/void.h"

/* Accounts of one person; more than anybody was ever given. */
#define MERGED_MAX 64

/* Everybody whose children are the guardian's; the guardian first. */
typedef struct accounts {
    struct berval ndn[MERGED_MAX];
    int n;
} accounts;

static bool
is_among(const accounts *a, const struct berval *ndn)
{
    for (int i = 0; i < a->n; i++) {
        if (dn_match(&a->ndn[i], ndn))
            return true;
    }
    return false;
}

static bool
add_account(void *ctx, Entry *e)
{
    accounts *a = ctx;

    if (!is_among(a, &e->e_nname) && a->n < MERGED_MAX)
        ber_dupbv(&a->ndn[a->n++], &e->e_nname);
    return a->n < MERGED_MAX;
}

static void
find_accounts(accounts *a, Operation *op, Entry *guardian)
{
    a->n = 0;
    add_account(a, guardian);
    for (int i = 0; i < a->n; i++)
        ov_search_equal(op, ov_ad[EDC_AT_MERGED_INTO], &a->ndn[i],
            SLAP_NO_LIMIT, add_account, a);
}

typedef struct walk {
    accounts all;
    int at; /* whose children are being listed */
    int left;
    bool (*found)(void *ctx, Entry *student, const struct berval *link);
    void *ctx;
    bool stopped;
} walk;

/* Whether the student was found through an account before this one. */
static bool
seen(const walk *w, Entry *student)
{
    for (int i = 0; i < w->at; i++) {
        if (ov_has_dn(student, ov_ad[EDC_AT_GUARDIAN], &w->all.ndn[i]))
            return true;
    }
    return false;
}

static bool
found_child(void *ctx, Entry *student)
{
    walk *w = ctx;

    if (seen(w, student))
        return true;
    if (w->left != SLAP_NO_LIMIT && w->left-- == 0)
        w->stopped = true;
    else
        w->stopped = !w->found(w->ctx, student, &w->all.ndn[w->at]);
    return !w->stopped;
}

/* Merged into an account that there still is: one that names nobody (any more)
 * has its children itself. */
static bool
is_merged(Operation *op, Entry *guardian)
{
    BerVarray into = ov_nvalues(guardian, ov_ad[EDC_AT_MERGED_INTO]);

    for (; into != NULL && !BER_BVISNULL(into); into++) {
        if (!ov_names_nobody(op, into))
            return true;
    }
    return false;
}

void
ov_children_each(Operation *op, Entry *guardian, int limit,
    bool (*found)(void *ctx, Entry *student, const struct berval *link),
    void *ctx)
{
    walk w = {.left = limit, .found = found, .ctx = ctx};

    if (!ov_has_class(guardian, EDC_OC_LEGAL_GUARDIAN) ||
        is_merged(op, guardian))
        return;
    find_accounts(&w.all, op, guardian);
    for (; w.at < w.all.n && !w.stopped; w.at++)
        ov_search_equal(op, ov_ad[EDC_AT_GUARDIAN], &w.all.ndn[w.at],
            SLAP_NO_LIMIT, found_child, &w);
    for (int i = 0; i < w.all.n; i++)
        ch_free(w.all.ndn[i].bv_val);
}

Entry *
ov_guardian_of_link(Operation *op, struct berval *link)
{
    Entry *e = ov_entry_copy(op, link);

    for (int i = 0; e != NULL && i < MERGED_MAX; i++) {
        BerVarray into = ov_nvalues(e, ov_ad[EDC_AT_MERGED_INTO]);
        Entry *next = NULL;

        for (; into != NULL && !BER_BVISNULL(into) && next == NULL; into++) {
            if (!ov_names_nobody(op, into))
                next = ov_entry_copy(op, into);
        }
        if (next == NULL)
            break;
        entry_free(e);
        e = next;
    }
    if (e != NULL && !ov_has_class(e, EDC_OC_LEGAL_GUARDIAN)) {
        entry_free(e);
        e = NULL;
    }
    return e;
}
