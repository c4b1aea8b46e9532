/* data.c - the entries, from the server or from slapcat's output, held
 * against each other on disk.
 */
#include <lber.h>
#include <stdio.h>
#include <ldif.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "ctl/input.h"
#include "ctl/ldif_in.h"
#include "doctor/entry.h"

/* ---- entries of the server ---- */

static bool
of_server(void *ctx, const ctl_entry *e)
{
    doctor_reading *r = ctx;

    bag_clear(&r->attrs);
    for (unsigned k = 0; k < N_KEYS; k++) {
        struct berval **values = ctl_entry_values(e, doctor_attributes[k]);

        for (size_t i = 0; values != NULL && values[i] != NULL; i++)
            bag_add(&r->attrs, k, values[i]->bv_val, values[i]->bv_len);
        if (values != NULL)
            ldap_value_free_len(values);
    }
    doctor_entry(r, e->dn);
    return true;
}

/* slapd's limit ended it. The repair goes before all other limits, since the
 * first that fits counts. */
static void
found_part(doctor_reading *r)
{
    doctor *d = r->d;
    char *detail = ctl_format("ended after %zu entries", r->n);
    char *value;
    ctl_change repair;

    r->part = true;
    if (d->identity == NULL || d->config.database_dn == NULL) {
        doctor_found(d, DOCTOR_PART_, d->c->base, detail, NULL);
    } else {
        value = ctl_format(
            "{0}dn.exact=\"%s\" size=unlimited time=unlimited", d->identity);
        doctor_repair(
            &repair, d->config.database_dn, LDAP_MOD_ADD, "olcLimits", value);
        doctor_found(d, DOCTOR_PART_, d->identity, detail, &repair);
        free(value);
    }
    free(detail);
}

static ctl_exit
read_server(doctor_reading *r)
{
    ctl *c = r->d->c;
    int result = ctl_search(c, c->base, LDAP_SCOPE_SUBTREE, "(objectClass=*)",
        doctor_attributes, of_server, r);

    if (result == LDAP_SIZELIMIT_EXCEEDED ||
        result == LDAP_TIMELIMIT_EXCEEDED ||
        result == LDAP_ADMINLIMIT_EXCEEDED) {
        found_part(r);
        return CTL_OK;
    }
    /* An empty database has no base. */
    if (result != LDAP_SUCCESS && result != LDAP_NO_SUCH_OBJECT)
        return ctl_fail_ldap(c, CTL_SERVER, c->ld, result, c->base);
    if (r->n == 0)
        doctor_found(r->d, DOCTOR_NOTHING_READ_, c->base, NULL, NULL);
    return CTL_OK;
}

/* ---- entries of slapcat ---- */

static void
take_value(doctor_reading *r, const char *name, const struct berval *value)
{
    for (unsigned k = 0; k < N_KEYS; k++) {
        if (strcasecmp(doctor_attributes[k], name) == 0)
            bag_add(&r->attrs, k, value->bv_val, value->bv_len);
    }
}

/* One line of a record. NULL, or why it is none of an entry; dn is the entry's,
 * allocated. libldap's reader of whole records would print a line that it does
 * not understand, and the line may be a password's. */
static const char *
take_line(doctor_reading *r, char *line, char **dn)
{
    struct berval type, value = {0, NULL};
    int allocated = 0;
    const char *wrong = NULL;
    char *name;

    if (ldif_parse_line2(line, &type, &value, &allocated) != 0)
        return "a line of it is no LDIF";
    name = ctl_copy_n(type.bv_val, type.bv_len);
    if (strcasecmp(name, "dn") == 0 && *dn == NULL)
        *dn = ctl_copy_n(value.bv_val, value.bv_len);
    else if (strcasecmp(name, "changetype") == 0)
        wrong = "it is no entry";
    else if (*dn != NULL)
        take_value(r, name, &value);
    else if (strcasecmp(name, "version") != 0)
        wrong = "it has no dn at its beginning";
    free(name);
    if (allocated && value.bv_val != NULL) {
        OPENSSL_cleanse(value.bv_val, value.bv_len);
        ber_memfree(value.bv_val);
    }
    return wrong;
}

static ctl_exit
of_record(doctor_reading *r, const char *path, ldif_in *in)
{
    char *rest = in->text, *line, *dn = NULL;
    const char *wrong =
        in->fetched ? "a value of it is in another file, which is not read"
                    : NULL;

    bag_clear(&r->attrs);
    while (wrong == NULL && (line = ldif_getline(&rest)) != NULL)
        wrong = take_line(r, line, &dn);
    if (wrong == NULL && dn != NULL)
        doctor_entry(r, dn);
    free(dn);
    return wrong == NULL ? CTL_OK
                         : ctl_fail(r->d->c, CTL_INPUT,
                               "%s:%ld: the record that begins here: %s", path,
                               in->begins, wrong);
}

static ctl_exit
read_slapcat(doctor_reading *r, const char *path)
{
    ctl *c = r->d->c;
    const char *why;
    ldif_in in = {.file = input_stream(path, &why)};
    ctl_exit status = CTL_OK;
    ldif_end end = LDIF_RECORD;

    if (in.file == NULL)
        return ctl_fail(c, CTL_INPUT, "%s: %s", path, why);
    input_warn(fileno(in.file), path);
    r->d->passwords_known = true;
    while (status == CTL_OK && (end = ldif_in_next(&in, &why)) == LDIF_RECORD)
        status = of_record(r, path, &in);
    if (status == CTL_OK && end == LDIF_BROKEN)
        status = ctl_fail(c, CTL_INPUT, "%s:%ld: %s", path, in.begins, why);
    ldif_in_free(&in);
    (void)input_close(in.file);
    return status;
}

/* ---- held against each other ---- */

static void
find_dangling(doctor *d)
{
    static const doctor_id ids[N_KEYS] = {
        [KEY_ENROLLED] = DOCTOR_NO_SCHOOL_,
        [KEY_GUARDIAN] = DOCTOR_DANGLING_,
        [KEY_HEAD] = DOCTOR_NO_ACTOR_,
        [KEY_STUDENT_DELEGATE] = DOCTOR_NO_ACTOR_,
        [KEY_GUARDIAN_DELEGATE] = DOCTOR_NO_ACTOR_,
    };
    sqlite3_stmt *q = store_prepare(&d->s,
        "SELECT link.dn, attribute, value FROM link LEFT JOIN entry"
        " ON entry.key = link.key WHERE entry.key IS NULL"
        " OR (attribute = 6 AND NOT guardian)"
        " OR (attribute = 5 AND NOT school) ORDER BY link.dn");

    while (store_next(q)) {
        char *dn = ctl_copy(store_col_text(q, 0));
        unsigned attribute = (unsigned)store_col(q, 1);
        char *value = ctl_copy(store_col_text(q, 2));
        ctl_change repair;

        doctor_repair(
            &repair, dn, LDAP_MOD_DELETE, doctor_attributes[attribute], value);
        doctor_found(d, ids[attribute], dn, value, &repair);
        free(value);
        free(dn);
    }
    store_end(q);
}

static void
find_twice(doctor *d)
{
    sqlite3_stmt *q = store_prepare(&d->s,
        "SELECT name, value, group_concat(dn, '; ') FROM single"
        " GROUP BY name, value HAVING count(DISTINCT dn) > 1"
        " ORDER BY name, value");

    while (store_next(q)) {
        const char *name = store_col_text(q, 0);
        bool ine = strcmp(name, doctor_attributes[KEY_INE]) == 0;
        doctor_id id = ine ? DOCTOR_SAME_INE_
                       : strcmp(name, doctor_attributes[KEY_UAI]) == 0
                           ? DOCTOR_SAME_UAI_
                           : DOCTOR_SAME_VALUE_;
        char *subject = ctl_copy(store_col_text(q, 2));
        char *detail =
            ine ? NULL : ctl_format("%s %s", name, store_col_text(q, 1));

        doctor_found(d, id, subject, detail, NULL);
        free(detail);
        free(subject);
    }
    store_end(q);
}

static void
found_number(doctor *d, doctor_id id, size_t n)
{
    char *text = id == DOCTOR_ALONE_ ? ctl_format("%zu pupils", n)
                                     : ctl_format("%zu accounts", n);

    if (n > 0)
        doctor_found(d, id, text, NULL, NULL);
    free(text);
}

ctl_exit
doctor_data(doctor *d, const char *path)
{
    doctor_reading r = {.d = d, .now = (int64_t)time(NULL)};
    ctl_exit status;

    store_run(&d->s, doctor_entry_tables);
    status = path == NULL ? read_server(&r) : read_slapcat(&r, path);
    ctl_progress_end();
    bag_free(&r.attrs);
    d->n_entries = r.n;
    if (status != CTL_OK)
        return status;
    d->looked = true;
    store_run(&d->s, "CREATE INDEX single_value ON single (name, value)");
    /* What was not shown is not missing. */
    if (!r.part)
        find_dangling(d);
    find_twice(d);
    doctor_family(d, KEY_GUARDIAN);
    found_number(d, DOCTOR_ALONE_, r.n_alone);
    found_number(d, DOCTOR_EXPIRED_, r.n_expired);
    found_number(d, DOCTOR_PURGE_DUE_, r.n_due);
    return CTL_OK;
}
