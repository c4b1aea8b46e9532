/* people.c - an account as letters see it. */
#include <stdlib.h>
#include <string.h>

#include "ctl/dn.h"
#include "letters/letters.h"
#include "letters/words.h"

const char *const letter_attributes[] = {"uid", "sn", "givenName", "mail",
    "mobile", "postalAddress", "street", "postalCode", "l", "educonnectClass",
    "educonnectGuardian", "educonnectState", "educonnectBindStatus",
    "educonnectInformedBy", "educonnectProvisionalUntil",
    "educonnectMergedInto", "educonnectAllowed", NULL};

/* A Postal Address (RFC 4517, 3.3.28): lines separated by '$', in which \24
 * and \5C stand for '$' and '\'. */
static char *
lines_of_postal(const char *value)
{
    char *lines = ctl_alloc(strlen(value) + 2, 1);
    char *to = lines;

    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '$') {
            *to++ = '\n';
        } else if (strncmp(p, "\\24", 3) == 0) {
            *to++ = '$';
            p += 2;
        } else if (strncasecmp(p, "\\5C", 3) == 0) {
            *to++ = '\\';
            p += 2;
        } else if (*p != '\n' &&
                   (*p != ' ' || (to > lines && to[-1] != '\n'))) {
            *to++ = *p;
        }
    }
    if (to > lines && to[-1] != '\n')
        *to++ = '\n';
    *to = '\0';
    return lines;
}

/* The address's lines: postalAddress, or what street, postalCode and l make. */
static char *
address_of(const ctl_entry *entry)
{
    char *postal = ctl_entry_first(entry, "postalAddress");
    char *street, *code, *town;
    char *lines = NULL;

    if (postal != NULL) {
        lines = lines_of_postal(postal);
        free(postal);
        return lines;
    }
    street = ctl_entry_first(entry, "street");
    code = ctl_entry_first(entry, "postalCode");
    town = ctl_entry_first(entry, "l");
    if (street != NULL && town != NULL)
        lines = ctl_format("%s\n%s%s%s\n", street, code != NULL ? code : "",
            code != NULL ? " " : "", town);
    free(street);
    free(code);
    free(town);
    return lines;
}

static void
read_state(letter *l, const ctl_entry *entry)
{
    free(l->state);
    free(l->status);
    free(l->informed_by);
    free(l->until);
    l->state = ctl_entry_first(entry, "educonnectState");
    l->status = ctl_entry_first(entry, "educonnectBindStatus");
    l->informed_by = ctl_entry_first(entry, "educonnectInformedBy");
    l->until = ctl_entry_first(entry, "educonnectProvisionalUntil");
}

letter
letter_of(const ctl_entry *entry, bool guardian)
{
    letter l = {.dn = ctl_copy(entry->dn), .guardian = guardian};

    l.key = ctl_dn_key(entry->dn);
    l.uid = ctl_entry_first(entry, "uid");
    if (l.uid == NULL)
        l.uid = ctl_copy(entry->dn);
    l.last = ctl_entry_first(entry, "sn");
    l.first = ctl_entry_first(entry, "givenName");
    l.mail = ctl_entry_first(entry, "mail");
    l.mobile = ctl_entry_first(entry, "mobile");
    l.address = address_of(entry);
    l.group = guardian ? NULL : ctl_entry_first(entry, "educonnectClass");
    if (l.group == NULL)
        l.group = ctl_copy("");
    l.merged = ctl_entry_first(entry, "educonnectMergedInto");
    read_state(&l, entry);
    l.may =
        ctl_entry_has(entry, "educonnectAllowed", "inform") ||
        (l.state != NULL && strcmp(l.state, "reset") == 0 &&
            (ctl_entry_has(entry, "educonnectAllowed", "school-reset") ||
                ctl_entry_has(entry, "educonnectAllowed", "academy-reset")));
    return l;
}

void
letter_free(letter *l)
{
    char *const strings[] = {l->dn, l->key, l->uid, l->last, l->first, l->mail,
        l->mobile, l->address, l->group, l->state, l->status, l->informed_by,
        l->until, l->merged, l->mark};

    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
        free(strings[i]);
    for (size_t i = 0; i < l->n_children; i++)
        free(l->children[i]);
    free(l->children);
    letters_wipe(&l->password);
    memset(l, 0, sizeof(*l));
}

static bool
keep_state(void *ctx, const ctl_entry *entry)
{
    read_state(ctx, entry);
    return true;
}

int
letter_refresh(ctl *c, letter *l)
{
    static const char *const attributes[] = {"educonnectState",
        "educonnectBindStatus", "educonnectInformedBy",
        "educonnectProvisionalUntil", NULL};

    return ctl_search(c, l->dn, LDAP_SCOPE_BASE, "(objectClass=*)", attributes,
        keep_state, l);
}
