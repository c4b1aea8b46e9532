/* read.c - one account as the reading identity sees it. */
#include "status/read.h"

#include <stdlib.h>
#include <string.h>

/* What a Compare asks about where a search showed nothing: any value of the
 * syntax does. An attribute of one public is not missed on the other. */
#define STUDENT 1
#define GUARDIAN 2
#define BOTH 3
#define DN_PROBE "cn=nobody"
#define TIME_PROBE "20000101000000Z"

static const struct {
    const char *name;
    const char *probe;
    unsigned of;
} fields[STATUS_N_FIELDS] = {
    [STATUS_UID] = {"uid", "-", BOTH},
    [STATUS_CN] = {"cn", "-", BOTH},
    [STATUS_CLASSES] = {"objectClass", "top", BOTH},
    [STATUS_STATE] = {"educonnectState", "-", BOTH},
    [STATUS_SINCE] = {"educonnectStateSince", TIME_PROBE, BOTH},
    [STATUS_ACTIVATED_BY] = {"educonnectActivatedBy", "-", BOTH},
    [STATUS_INFORMED_BY] = {"educonnectInformedBy", "?", BOTH},
    [STATUS_UNTIL] = {"educonnectProvisionalUntil", TIME_PROBE, BOTH},
    [STATUS_FORMER] = {"educonnectFormerState", "-", BOTH},
    [STATUS_MERGED_INTO] = {"educonnectMergedInto", DN_PROBE, BOTH},
    [STATUS_LEFT_AT] = {"educonnectLeftAt", TIME_PROBE, BOTH},
    [STATUS_LEGACY] = {"educonnectLegacyId", "-", BOTH},
    [STATUS_SOURCE] = {"educonnectSourceId", "-", BOTH},
    [STATUS_ENROLLED] = {"educonnectEnrolledAt", DN_PROBE, STUDENT},
    [STATUS_CLASS] = {"educonnectClass", "-", STUDENT},
    [STATUS_GUARDIAN] = {"educonnectGuardian", DN_PROBE, STUDENT},
    [STATUS_CONTESTED] = {"educonnectContestedGuardian", DN_PROBE, STUDENT},
    [STATUS_CHILD] = {"educonnectChild", DN_PROBE, GUARDIAN},
    [STATUS_HOLD] = {"educonnectHold", "-", STUDENT},
    [STATUS_SERVICES] = {"educonnectServiceAccess", "-", BOTH},
    [STATUS_BIND] = {"educonnectBindStatus", "-", BOTH},
    [STATUS_ALLOWED] = {"educonnectAllowed", "-", BOTH},
};

const char *
status_field_name(status_field field)
{
    return fields[field].name;
}

status_values
status_values_of(const ctl_entry *e, const char *attribute)
{
    struct berval **found = ctl_entry_values(e, attribute);
    status_values values = {NULL, 0, false};

    if (found == NULL)
        return values;
    values.n = (size_t)ldap_count_values_len(found);
    values.v = ctl_alloc(values.n, sizeof(*values.v));
    for (size_t i = 0; i < values.n; i++)
        values.v[i] = ctl_copy_n(found[i]->bv_val, found[i]->bv_len);
    ldap_value_free_len(found);
    return values;
}

void
status_values_free(status_values *values)
{
    for (size_t i = 0; i < values->n; i++)
        free(values->v[i]);
    free(values->v);
    memset(values, 0, sizeof(*values));
}

char *
status_joined(const status_values *values, const char *separator)
{
    char *text = NULL;

    for (size_t i = 0; i < values->n; i++) {
        char *longer = ctl_format("%s%s%s", text == NULL ? "" : text,
            text == NULL ? "" : separator, values->v[i]);

        free(text);
        text = longer;
    }
    return text;
}

const char *
status_first(const status_account *account, status_field field)
{
    const status_values *values = account->field + field;

    return values->n == 0 ? NULL : values->v[0];
}

/* ---- reading ---- */

static bool
read_fields(void *ctx, const ctl_entry *e)
{
    status_account *account = ctx;

    account->dn = ctl_copy(e->dn);
    account->student = ctl_entry_has(e, "objectClass", "educonnectStudent");
    account->guardian =
        ctl_entry_has(e, "objectClass", "educonnectLegalGuardian");
    for (size_t i = 0; i < STATUS_N_FIELDS; i++)
        account->field[i] = status_values_of(e, fields[i].name);
    return false;
}

/* Whether an attribute that was not shown is there, or not to be known. */
static bool
is_hidden(ctl *c, const char *dn, size_t field)
{
    struct berval probe = {
        strlen(fields[field].probe), (char *)fields[field].probe};
    int result =
        ldap_compare_ext_s(c->ld, dn, fields[field].name, &probe, NULL, NULL);

    return result != LDAP_NO_SUCH_ATTRIBUTE;
}

ctl_exit
status_account_read(ctl *c, const char *dn, status_account *account)
{
    const char *names[STATUS_N_FIELDS + 1] = {NULL};
    unsigned of;
    int result;

    memset(account, 0, sizeof(*account));
    for (size_t i = 0; i < STATUS_N_FIELDS; i++)
        names[i] = fields[i].name;
    result = ctl_search(
        c, dn, LDAP_SCOPE_BASE, "(objectClass=*)", names, read_fields, account);
    if (result != LDAP_SUCCESS)
        return ctl_fail_ldap(c, CTL_SERVER, c->ld, result, dn);
    if (account->dn == NULL)
        return ctl_fail(c, CTL_REFUSED, "%s: not to be read", dn);
    of = (account->student ? STUDENT : 0) | (account->guardian ? GUARDIAN : 0);
    for (size_t i = 0; i < STATUS_N_FIELDS; i++) {
        status_values *values = account->field + i;

        if (values->n == 0 && (of == 0 || (fields[i].of & of) != 0))
            values->hidden = is_hidden(c, dn, i);
    }
    return CTL_OK;
}

void
status_account_free(status_account *account)
{
    for (size_t i = 0; i < STATUS_N_FIELDS; i++)
        status_values_free(account->field + i);
    free(account->dn);
    memset(account, 0, sizeof(*account));
}
