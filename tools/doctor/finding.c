/* finding.c - what was found: kept, and told at the end. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "doctor/doctor.h"

typedef enum severity { DOCTOR_ERROR, DOCTOR_WARNING, DOCTOR_NOTE } severity;

typedef struct finding_row {
    const char *code;
    severity severity;
    const char *title, *explanation;
} finding_row;

static const finding_row rows[DOCTOR_N] = {
#define EDC_FINDING(id, code, severity, title, explanation)                    \
    {code, DOCTOR_##severity, title, explanation},
#include "doctor/doctor.def"
#undef EDC_FINDING
};

static const char *
severity_name(severity of)
{
    static const char *const names[] = {N_("error"), N_("warning"), N_("note")};

    return names[of];
}

/* ---- what was found ---- */

void
doctor_found(doctor *d, doctor_id id, const char *subject, const char *detail,
    ctl_change *repair)
{
    static const char sql[] =
        "INSERT INTO found (id, subject, detail, repair) VALUES (?,?,?,?)";
    sqlite3_stmt *q = store_kept(&d->s, sql);
    size_t n = 0;
    char *bytes = repair == NULL ? NULL : ctl_change_pack(repair, &n);

    store_number(q, 1, id);
    store_text(q, 2, subject);
    store_text(q, 3, catalog_text(detail));
    store_bytes(q, 4, bytes, n);
    store_do(q);
    free(bytes);
    if (repair != NULL)
        ctl_change_free(repair);
}

void
doctor_repair(ctl_change *repair, const char *dn, int op, const char *attribute,
    const char *value)
{
    ctl_change_begin(repair, CTL_CHANGE_MODIFY, dn);
    ctl_change_mod(repair, op, attribute);
    if (value != NULL)
        ctl_change_value(repair, value, strlen(value));
}

/* ---- printing ---- */

static char *
ldif_of(sqlite3_stmt *q)
{
    size_t n;
    const char *bytes = store_col_bytes(q, 3, &n);
    char *text = NULL;
    size_t length = 0;
    ctl_change change;
    FILE *out;

    if (n == 0 || !ctl_change_unpack(&change, bytes, n))
        return NULL;
    out = open_memstream(&text, &length);
    if (out != NULL) {
        ctl_change_print(&change, false, out);
        if (fclose(out) != 0) {
            free(text);
            text = NULL;
        }
    }
    ctl_change_free(&change);
    return text;
}

static void
print_json(const finding_row *row, sqlite3_stmt *q)
{
    char *ldif = ldif_of(q);
    json_t *object = json_pack("{ss ss so so* ss ss ss*}", "code", row->code,
        "severity", severity_name(row->severity), "subject",
        print_json_text(store_col_text(q, 1)), "detail",
        print_json_text(
            *store_col_text(q, 2) == '\0' ? NULL : store_col_text(q, 2)),
        "title", row->title, "explanation", row->explanation, "repair", ldif);

    print_as_json(stdout, object, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(object);
    free(ldif);
}

/* A finding's title once, then each subject; a repair stands so that it can be
 * cut out and given to ldapmodify. */
static void
print_text(
    const finding_row *row, sqlite3_stmt *q, bool first, bool first_of_all)
{
    char *ldif = ldif_of(q);

    if (first)
        print(stdout,
            first_of_all ? N_("%s %s: %s\n    %s\n")
                         : N_("\n%s %s: %s\n    %s\n"),
            row->code, catalog_text(severity_name(row->severity)), row->title,
            row->explanation);
    print(stdout, "  - %s%s%s\n", store_col_text(q, 1),
        *store_col_text(q, 2) == '\0' ? "" : ": ", store_col_text(q, 2));
    if (ldif != NULL) {
        print(stdout, "\n");
        print_lines(stdout, ldif);
    }
    free(ldif);
}

ctl_exit
doctor_print(doctor *d, bool whole)
{
    bool json = ctl_count(d->c, CTL_OPT_COMMON_JSON) > 0;
    sqlite3_stmt *q = store_prepare(
        &d->s, "SELECT id, subject, detail, repair FROM found ORDER BY id, n");
    size_t count[3] = {0, 0, 0};
    int64_t last = -1;

    while (store_next(q)) {
        const finding_row *row = rows + store_col(q, 0);

        count[row->severity]++;
        if (json)
            print_json(row, q);
        else
            print_text(row, q, last != store_col(q, 0), last < 0);
        last = store_col(q, 0);
    }
    store_end(q);
    if (!json) {
        print(stdout,
            last < 0 ? "%zu errors, %zu warnings, %zu notes"
                     : "\n%zu errors, %zu warnings, %zu notes",
            count[DOCTOR_ERROR], count[DOCTOR_WARNING], count[DOCTOR_NOTE]);
        if (d->data)
            print(stdout, " in %zu entries", d->n_entries);
        print(stdout, "%s\n", whole ? "" : "; the rest could not be looked at");
    }
    return count[DOCTOR_ERROR] + count[DOCTOR_WARNING] > 0 ? CTL_REFUSED
                                                           : CTL_OK;
}
