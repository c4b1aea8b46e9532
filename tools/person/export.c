/* export.c - all that the directory holds of one person, given out. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <openssl/evp.h>

#include "core/text/gentime.h"
#include "ctl/output.h"
#include "person/person.h"

#define PRESENT "present (not shown)"

const char *const person_elsewhere[] = {
    "accesslog: the database of slapo-accesslog(5), where there is one",
    "the audit trail (educonnect-audit): educonnectctl history shows it",
    "slapd's own log, and its configuration (educonnect-role)",
    "what names a person otherwise than by DN: memberUid, lists of addresses",
    "backups, and exports of the directory",
    "the sources (AAF, SIECLE, ONDE): what is erased here comes back with them",
    NULL,
};

/* ---- LDIF: the same in every language, as JSON is ---- */

static void
print_mentions(const person *p, FILE *out)
{
    for (size_t i = 0; i < p->n_mentions; i++)
        print(out, "# named by %s: %s: %s\n", p->mentions[i].dn,
            p->mentions[i].attribute, p->mentions[i].value);
}

static void
as_ldif(const person *p, const char *now, FILE *out)
{
    print(
        out, "# All that this directory holds of the person, as of %s\n", now);
    for (size_t i = 0; i < p->n_entries; i++) {
        const person_entry *e = &p->entries[i];

        print(out, "\n");
        for (size_t s = 0; s < e->n_secrets; s++)
            print(out, "# %s: " PRESENT "\n", e->secrets[s]);
        ctl_change_print(&e->all, true, out);
    }
    print_mentions(p, out);
    /* With a length it is not looked up. */
    for (size_t i = 0; person_elsewhere[i] != NULL; i++)
        print(out, "# not searched: %.*s\n", (int)strlen(person_elsewhere[i]),
            person_elsewhere[i]);
}

/* ---- JSON ---- */

/* Text as it is; {"base64": ...} of what is none. */
static json_t *
json_value(const struct berval *value)
{
    json_t *text = json_stringn(value->bv_val, value->bv_len);
    unsigned char *coded;

    if (text != NULL)
        return text;
    coded = ctl_alloc(value->bv_len / 3 * 4 + 8, 1);
    EVP_EncodeBlock(
        coded, (const unsigned char *)value->bv_val, (int)value->bv_len);
    text = json_pack("{s:s}", "base64", (const char *)coded);
    free(coded);
    return text;
}

static json_t *
json_entry(const person_entry *e)
{
    json_t *attributes = json_object();

    for (size_t i = 0; i < e->all.n_mods; i++) {
        json_t *values = json_array();

        for (size_t v = 0; v < e->all.mods[i].n_values; v++)
            json_array_append_new(
                values, json_value(&e->all.mods[i].values[v]));
        json_object_set_new(attributes, e->all.mods[i].attribute, values);
    }
    for (size_t i = 0; i < e->n_secrets; i++)
        json_object_set_new(
            attributes, e->secrets[i], json_pack("[s]", PRESENT));
    return json_pack(
        "{s:o, s:o}", "dn", print_json_text(e->dn), "attributes", attributes);
}

static void
as_json(const person *p, const char *now, FILE *out)
{
    json_t *entries = json_array(), *mentions = json_array();
    json_t *elsewhere = json_array(), *all;

    for (size_t i = 0; i < p->n_entries; i++)
        json_array_append_new(entries, json_entry(&p->entries[i]));
    for (size_t i = 0; i < p->n_mentions; i++)
        json_array_append_new(
            mentions, json_pack("{s:o, s:o, s:o}", "dn",
                          print_json_text(p->mentions[i].dn), "attribute",
                          print_json_text(p->mentions[i].attribute), "value",
                          print_json_text(p->mentions[i].value)));
    for (size_t i = 0; person_elsewhere[i] != NULL; i++)
        json_array_append_new(elsewhere, json_string(person_elsewhere[i]));
    all = json_pack("{s:s, s:o, s:o, s:o}", "exported", now, "entries", entries,
        "namedBy", mentions, "notSearched", elsewhere);
    print_as_json(out, all, JSON_INDENT(2));
    json_decref(all);
}

/* ---- where to ---- */

ctl_exit
person_export(const person *p)
{
    const char *path = ctl_value(p->c, CTL_OPT_PERSON_OUTPUT, NULL);
    output o = {NULL, NULL, -1, NULL, NULL};
    const char *why =
        path == NULL ? NULL : output_begin(&o, path, OUTPUT_REPLACE);
    char now[EDC_TIME_SIZE];

    edc_time_format((int64_t)time(NULL), now);
    if (why == NULL) {
        FILE *out = path == NULL ? stdout : o.file;

        if (ctl_count(p->c, CTL_OPT_COMMON_JSON) > 0)
            as_json(p, now, out);
        else
            as_ldif(p, now, out);
        why = output_end(&o, true);
    }
    return why == NULL ? CTL_OK
                       : ctl_fail(p->c, CTL_LOCAL, "%s: %s", path, why);
}
