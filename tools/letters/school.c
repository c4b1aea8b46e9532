/* school.c - the school that letters are of. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "letters/letters.h"

static bool
keep_school(void *ctx, const ctl_entry *entry)
{
    letters_school *school = ctx;

    school->uai = ctl_entry_first(entry, "educonnectUai");
    school->name = ctl_entry_first(entry, "description");
    if (school->name == NULL)
        school->name = ctl_entry_first(entry, "ou");
    return false;
}

static bool
found_one(void *ctx, const ctl_entry *entry)
{
    (void)entry;
    *(bool *)ctx = true;
    return false;
}

/* Whether the session's identity acts for the school: a letter of its making
 * is then the school's. The server compares the DNs. */
static bool
acts_for(ctl *c, const char *dn)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    struct berval *who = NULL;
    char *head, *student, *guardian, *filter;
    bool acts = false;

    if (ldap_whoami_s(c->ld, &who, NULL, NULL) != LDAP_SUCCESS || who == NULL)
        return false;
    if (who->bv_len > 3 && strncasecmp(who->bv_val, "dn:", 3) == 0) {
        head = ctl_filter("educonnectHead", who->bv_val + 3);
        student = ctl_filter("educonnectStudentDelegate", who->bv_val + 3);
        guardian = ctl_filter("educonnectGuardianDelegate", who->bv_val + 3);
        filter = ctl_format("(|%s%s%s)", head, student, guardian);
        (void)ctl_search(
            c, dn, LDAP_SCOPE_BASE, filter, nothing, found_one, &acts);
        free(filter);
        free(guardian);
        free(student);
        free(head);
    }
    ber_bvfree(who);
    return acts;
}

ctl_exit
letters_find_school(ctl *c, letters_school *school)
{
    static const char *const attributes[] = {
        "educonnectUai", "description", "ou", NULL};
    const char *word = ctl_value(c, CTL_OPT_LETTERS_SCHOOL, NULL);
    int result;

    school->dn = ctl_find_school(c, word);
    if (school->dn == NULL)
        return CTL_USAGE;
    result = ctl_search(c, school->dn, LDAP_SCOPE_BASE,
        "(objectClass=educonnectSchool)", attributes, keep_school, school);
    if (result != LDAP_SUCCESS)
        return ctl_fail_ldap(c, CTL_SERVER, c->ld, result, school->dn);
    if (school->uai == NULL)
        return ctl_fail(c, CTL_USAGE, "%s: no such school", word);
    if (school->name == NULL)
        school->name = ctl_copy(school->uai);
    school->acts_for = acts_for(c, school->dn);
    return CTL_OK;
}

void
letters_school_free(letters_school *school)
{
    for (size_t i = 0; i < school->n; i++)
        letter_free(school->letters + i);
    free(school->letters);
    free(school->dn);
    free(school->uai);
    free(school->name);
    memset(school, 0, sizeof(*school));
}
