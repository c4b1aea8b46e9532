/* erase.c - the person's entries, and what others say of them, taken out.
 *
 * What others say goes first: a run that is broken off is finished by another,
 * which still finds the account.
 */
#include <stdlib.h>
#include <string.h>

#include "person/person.h"

static const struct {
    const char *code, *sentence;
} duties[PERSON_N_DUTIES] = {
#define EDC_DUTY(id, code, sentence) [PERSON_DUTY_##id] = {code, sentence},
#include "person/duties.def"
#undef EDC_DUTY
};

/* ---- what holds it ---- */

static ctl_exit
refuse(const person *p, unsigned held)
{
    for (int d = 0; d < PERSON_N_DUTIES; d++) {
        if ((held & 1U << d) != 0)
            ctl_warn(p->c, "%s: %s %s", p->entries[0].dn, duties[d].code,
                duties[d].sentence);
    }
    for (size_t i = 0; i < p->n_mentions; i++) {
        if (p->mentions[i].enrolled)
            ctl_warn(p->c, "%s: of %s", p->entries[0].dn, p->mentions[i].dn);
    }
    return ctl_fail(
        p->c, CTL_STOPPED, "nothing was erased: a legal duty holds the record");
}

/* ---- the changes ---- */

static void
forget_mention(const person_mention *m, ctl_change *change)
{
    ctl_change_begin(change, CTL_CHANGE_MODIFY, m->dn);
    ctl_change_set(change, LDAP_MOD_DELETE, m->attribute, m->value);
}

/* As long as the entry is as it was read: who was enrolled meanwhile stays
 * (RFC 4528). NULL: no memory. */
static LDAPControl *
unchanged(const person *p, const person_entry *e)
{
    struct berval value = {0, NULL};
    LDAPControl *control = NULL;
    char *filter = ctl_filter("entryCSN", e->csn);

    if (ldap_create_assertion_control_value(p->c->ld, filter, &value) ==
        LDAP_SUCCESS)
        (void)ldap_control_create(LDAP_CONTROL_ASSERT, 1, &value, 1, &control);
    ber_memfree(value.bv_val);
    free(filter);
    return control;
}

static ctl_exit
send(const person *p, const ctl_change *change)
{
    int rc = ctl_change_apply(change, p->c->ld);

    if (rc == LDAP_SUCCESS)
        return CTL_OK;
    if (rc == LDAP_ASSERTION_FAILED)
        return ctl_fail(p->c, CTL_REFUSED,
            "%s: it has changed since it was read, and stays", change->dn);
    return ctl_fail_ldap(
        p->c, rc < 0 ? CTL_SERVER : CTL_REFUSED, p->c->ld, rc, change->dn);
}

/* Prints a change, or sends it. */
static ctl_exit
carry_out(const person *p, const ctl_change *change)
{
    if (ctl_count(p->c, CTL_OPT_PERSON_APPLY) > 0)
        return send(p, change);
    ctl_change_print(change, false, stdout);
    return CTL_OK;
}

static ctl_exit
erase_mentions(const person *p)
{
    ctl_exit status = CTL_OK;

    for (size_t i = 0; i < p->n_mentions && status == CTL_OK; i++) {
        ctl_change change;

        forget_mention(&p->mentions[i], &change);
        status = carry_out(p, &change);
        ctl_change_free(&change);
    }
    return status;
}

/* The accounts that were merged into it go before it. */
static ctl_exit
erase_entries(const person *p)
{
    ctl_exit status = CTL_OK;

    for (size_t i = p->n_entries; i > 0 && status == CTL_OK; i--) {
        const person_entry *e = &p->entries[i - 1];
        ctl_change change;

        if (e->csn == NULL)
            return ctl_fail(p->c, CTL_REFUSED,
                "%s: its entryCSN is not to be read by this identity", e->dn);
        ctl_change_begin(&change, CTL_CHANGE_DELETE, e->dn);
        change.control = unchanged(p, e);
        status = change.control != NULL
                     ? carry_out(p, &change)
                     : ctl_fail(p->c, CTL_LOCAL, "no assertion could be made");
        ldap_control_free(change.control);
        ctl_change_free(&change);
    }
    return status;
}

ctl_exit
person_erase(person *p)
{
    bool apply = ctl_count(p->c, CTL_OPT_PERSON_APPLY) > 0;
    unsigned held = person_duties(p);
    ctl_exit status;

    if (held != 0)
        return refuse(p, held);
    status = person_see(p);
    if (status == CTL_OK)
        status = erase_mentions(p);
    if (status == CTL_OK)
        status = erase_entries(p);
    if (status != CTL_OK)
        return status;
    print(stdout, "%s%zu entries and %zu mentions %s.\n", apply ? "" : "# ",
        p->n_entries, p->n_mentions,
        apply ? "were erased" : "would be erased; --apply erases them");
    for (size_t i = 0; person_elsewhere[i] != NULL; i++)
        print(stdout, "%snot erased: %s\n", apply ? "" : "# ",
            person_elsewhere[i]);
    return CTL_OK;
}
