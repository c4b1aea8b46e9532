/* find.c - the directory's entries, judged and put aside. */
#include <stdlib.h>
#include <string.h>

#include "adopt/adopt.h"
#include "ctl/catalog.h"
#include "ctl/dn.h"

const char **
adopt_attributes(const adopt *a)
{
    static const char *const always[] = {
        "objectClass", "uid", "userPassword", "pwdReset"};
    size_t n = 0, records = 0;
    const char **names;

    while (adopt_records[records] != NULL)
        records++;
    names = ctl_alloc(4 + records + a->wish.rules.n + 1, sizeof(*names));
    for (size_t i = 0; i < 4; i++) {
        /* What it was is the server's to judge. */
        if (!a->undo || i < 2)
            names[n++] = always[i];
    }
    for (size_t i = 0; a->undo && i < records; i++)
        names[n++] = adopt_records[i];
    for (size_t i = 0; i < a->wish.rules.n; i++) {
        if (a->wish.rules.list[i].taken)
            names[n++] = a->wish.rules.list[i].from;
    }
    return names;
}

/* ---- one entry ---- */

static void
read_attribute(adopt_entry *to, const ctl_entry *e, const char *name)
{
    struct berval **values = ctl_entry_values(e, name);

    for (size_t i = 0; values != NULL && values[i] != NULL; i++)
        adopt_entry_add(to, name, values[i]->bv_val, values[i]->bv_len);
    if (values != NULL)
        ldap_value_free_len(values);
}

void
adopt_entry_read(adopt_entry *to, const ctl_entry *e, long line)
{
    BerElement *ber = NULL;
    char *name = ldap_first_attribute(e->ld, e->message, &ber);

    *to = (adopt_entry){.dn = ctl_copy(e->dn), .line = line};
    for (; name != NULL; name = ldap_next_attribute(e->ld, e->message, ber)) {
        read_attribute(to, e, name);
        ldap_memfree(name);
    }
    ber_free(ber, 0);
}

typedef struct finder {
    adopt *a;
    long line;
    size_t n;
} finder;

static bool
found(void *ctx, const ctl_entry *e)
{
    finder *f = ctx;
    adopt_verdict verdict;
    adopt_entry entry;

    adopt_entry_read(&entry, e, f->line);
    if (f->a->undo)
        adopt_back(&entry, &verdict);
    else
        adopt_judge(&entry, &f->a->wish, &verdict);
    adopt_put(f->a, &entry, &verdict);
    adopt_verdict_free(&verdict);
    adopt_entry_free(&entry);
    f->n++;
    ctl_progress(catalog_text("reading"), f->a->n_found, 0);
    return true;
}

static ctl_exit
search(adopt *a, const char *base, int scope, const char *filter, finder *f)
{
    const char **names = adopt_attributes(a);
    int result = ctl_search(a->c, base, scope, filter, names, found, f);

    free(names);
    if (result == LDAP_SUCCESS ||
        (result == LDAP_NO_SUCH_OBJECT && a->filter == NULL))
        return CTL_OK;
    if (result == LDAP_FILTER_ERROR)
        return ctl_fail_ldap(a->c, CTL_USAGE, a->c->ld, result, "--filter");
    return ctl_fail_ldap(a->c, CTL_SERVER, a->c->ld, result, base);
}

static ctl_exit
of_list(adopt *a, const char *word, long line)
{
    finder f = {a, line, 0};
    bool dn = ctl_is_dn(word);
    char *filter = dn ? ctl_copy("(objectClass=*)") : ctl_filter("uid", word);
    ctl_exit status = search(a, dn ? word : a->c->base,
        dn ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE, filter, &f);

    if (status == CTL_OK && f.n == 0)
        adopt_put_nobody(a, word, line, "it is not there, or not to be read");
    free(filter);
    return status;
}

ctl_exit
adopt_find(adopt *a)
{
    finder f = {a, 0, 0};
    ctl_exit status = a->filter != NULL ? search(a, a->c->base,
                                              LDAP_SCOPE_SUBTREE, a->filter, &f)
                                        : adopt_list_read(a, of_list);

    ctl_progress_end();
    return status;
}
