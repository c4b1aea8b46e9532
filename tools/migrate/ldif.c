/* ldif.c - former accounts from LDIF content records. */
#include <lber.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <ldif.h>
#include <openssl/crypto.h>

#include "ctl/catalog.h"
#include "source/charset.h"
#include "ctl/input.h"
#include "ctl/ldif_in.h"
#include "migrate/migrate.h"

static const struct {
    const char *column, *names;
} known[N_LEGACY] = {
#define EDC_LEGACY(id, column, ldif, meaning) {column, ldif},
#include "migrate/columns.def"
#undef EDC_LEGACY
};

migrate_field
migrate_column(const char *name)
{
    size_t f = 0;

    while (f < N_LEGACY && strcasecmp(known[f].column, name) != 0)
        f++;
    return (migrate_field)f;
}

migrate_field
migrate_attribute(const char *name, unsigned *rank)
{
    size_t n = strlen(name);
    migrate_field column = migrate_column(name);

    *rank = 0;
    if (column != N_LEGACY)
        return column;
    for (size_t f = 0; f < N_LEGACY; f++) {
        const char *at = known[f].names;

        for (*rank = 1; *at != '\0'; ++*rank) {
            size_t length = strcspn(at, " ");

            if (length == n && strncasecmp(at, name, n) == 0)
                return (migrate_field)f;
            at += length;
            at += strspn(at, " ");
        }
    }
    return N_LEGACY;
}

/* ---- one entry ---- */

typedef struct entry {
    bag fields;
    unsigned rank[N_LEGACY]; /* of the name that the field's values came by */
    char *dn;
    const char *refused;
} entry;

/* LDIF is UTF-8; what former tools wrote is not always. */
static void
add(entry *e, migrate_field field, const struct berval *value)
{
    charset decoder;
    edc_str text = {value->bv_val, value->bv_len};

    if (!charset_begin(&decoder, NULL))
        return;
    if (charset_feed(&decoder, value->bv_val, value->bv_len, true, &text) &&
        text.n > 0)
        bag_add(&e->fields, field, text.p, text.n);
    charset_end(&decoder);
}

static void
take(entry *e, const char *name, const struct berval *value)
{
    unsigned rank;
    migrate_field field = migrate_attribute(name, &rank);

    if (field == N_LEGACY || value->bv_len == 0)
        return;
    if (bag_count(&e->fields, field) > 0 && rank > e->rank[field])
        return;
    if (bag_count(&e->fields, field) > 0 && rank < e->rank[field])
        bag_drop(&e->fields, field);
    e->rank[field] = rank;
    add(e, field, value);
}

/* "name:< file:///..." would be read from this machine. */
static bool
is_fetched(const char *line)
{
    const char *colon = strchr(line, ':');

    return colon != NULL && colon[1] == '<';
}

static void
take_line(entry *e, char *line)
{
    struct berval type, value = {0, NULL};
    int allocated = 0;
    char *name;

    if (is_fetched(line)) {
        e->refused = "a value is to be fetched from elsewhere";
        return;
    }
    if (ldif_parse_line2(line, &type, &value, &allocated) != 0) {
        e->refused = "a line is no LDIF";
        return;
    }
    name = ctl_copy_n(type.bv_val, type.bv_len);
    if (strcasecmp(name, "dn") == 0) {
        free(e->dn);
        e->dn = ctl_copy_n(value.bv_val, value.bv_len);
    } else if (strcasecmp(name, "changetype") == 0) {
        e->refused = "it is a change, no entry";
    } else {
        take(e, name, &value);
    }
    free(name);
    if (allocated && value.bv_val != NULL) {
        OPENSSL_cleanse(value.bv_val, value.bv_len);
        ber_memfree(value.bv_val);
    }
}

static void
entry_free(entry *e)
{
    bag_free(&e->fields);
    free(e->dn);
}

static ctl_exit
each(migrate *m, const char *path, char *text, long line)
{
    entry e = {.refused = NULL};
    char *next = text;
    char *one;
    ctl_exit status = CTL_OK;

    while ((one = ldif_getline(&next)) != NULL) {
        if (strncasecmp(one, "version:", 8) != 0)
            take_line(&e, one);
    }
    if (e.dn != NULL)
        migrate_stage(m, line, e.dn, &e.fields, e.refused);
    else if (e.refused != NULL || e.fields.n > 0)
        status = ctl_fail(m->c, CTL_INPUT,
            "%s:%ld: a record without dn: this is no LDIF of entries", path,
            line);
    entry_free(&e);
    return status;
}

ctl_exit
migrate_read_ldif(migrate *m, const char *path)
{
    const char *why;
    ldif_in in = {.file = input_stream(path, &why)};
    ctl_exit status = CTL_OK;
    ldif_end end = LDIF_RECORD;

    if (in.file == NULL)
        return ctl_fail(m->c, CTL_INPUT, "%s: %s", path, why);
    input_warn(fileno(in.file), path);
    while (status == CTL_OK && (end = ldif_in_next(&in, &why)) == LDIF_RECORD) {
        status = each(m, path, in.text, in.begins);
        ctl_progress(catalog_text("reading"), m->n_found, 0);
    }
    if (status == CTL_OK && end == LDIF_BROKEN)
        status = ctl_fail(m->c, CTL_INPUT, "%s:%ld: %s", path, in.begins, why);
    ldif_in_free(&in);
    (void)input_close(in.file);
    ctl_progress_end();
    return status;
}
