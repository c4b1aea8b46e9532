/* ldif.c - the slapcat way: a file of slapcat's becomes one for slapadd.
 *
 * What is not adopted is written as it is.
 */
#include <errno.h>
#include <lber.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <ldif.h>

#include "adopt/adopt.h"
#include "ctl/catalog.h"
#include "ctl/dn.h"
#include "ctl/input.h"
#include "ctl/ldif_in.h"
#include "ctl/file.h"

typedef struct worker {
    adopt *a;
    const char *path;
    char *base; /* as ctl_dn_key() writes it */
    output out, dropped;
} worker;

/* ---- a record ---- */

static bool
read_line(adopt_entry *e, char *line)
{
    struct berval type, value = {0, NULL};
    int allocated = 0;
    char *name;

    if (ldif_parse_line2(line, &type, &value, &allocated) != 0)
        return false;
    name = ctl_copy_n(type.bv_val, type.bv_len);
    if (strcasecmp(name, "dn") == 0 && e->dn == NULL)
        e->dn = ctl_copy_n(value.bv_val, value.bv_len);
    else
        adopt_entry_add(e, name, value.bv_val, value.bv_len);
    free(name);
    if (allocated && value.bv_val != NULL) {
        OPENSSL_cleanse(value.bv_val, value.bv_len);
        ber_memfree(value.bv_val);
    }
    return true;
}

/* NULL, or why the file cannot be gone on with. */
static const char *
read_record(const ldif_in *in, adopt_entry *e)
{
    char *text = ctl_copy_n(in->text, in->n);
    char *next = text, *line;
    const char *why =
        in->fetched ? "a value is to be fetched from elsewhere" : NULL;

    while (why == NULL && (line = ldif_getline(&next)) != NULL) {
        if (strncasecmp(line, "version:", 8) != 0 && !read_line(e, line))
            why = "a line is no LDIF";
    }
    if (why == NULL && e->dn == NULL && e->n_items > 0)
        why = "a record without dn: this is no LDIF of entries";
    if (why == NULL && adopt_entry_get(e, "changetype", 0) != NULL)
        why = "it is a change, no entry";
    OPENSSL_cleanse(text, in->n);
    free(text);
    return why;
}

/* ---- who ---- */

static ctl_exit
want(adopt *a, const char *word, long line)
{
    static const char sql[] = "INSERT OR IGNORE INTO wanted VALUES (?,?,?,0)";
    sqlite3_stmt *q = store_kept(&a->s, sql);
    char *key = ctl_dn_key(word);

    store_text(q, 1, key);
    store_text(q, 2, word);
    store_number(q, 3, line);
    store_do(q);
    free(key);
    return CTL_OK;
}

static bool
is_wanted(adopt *a, const char *word, long *line)
{
    static const char sql[] = "SELECT line FROM wanted WHERE key = ?";
    static const char seen[] = "UPDATE wanted SET seen = 1 WHERE key = ?";
    sqlite3_stmt *q = store_kept(&a->s, sql);
    char *key = ctl_dn_key(word);
    bool wanted;

    store_text(q, 1, key);
    *line = (long)store_first(q, 0);
    wanted = *line > 0;
    if (wanted) {
        q = store_kept(&a->s, seen);
        store_text(q, 1, key);
        store_do(q);
    }
    free(key);
    return wanted;
}

static bool
is_below(const worker *w, const char *dn)
{
    char *key = ctl_dn_key(dn);
    size_t n = strlen(key), base = strlen(w->base);
    bool below = n >= base && strcmp(key + n - base, w->base) == 0 &&
                 (n == base || key[n - base - 1] == ',');

    free(key);
    return below;
}

static bool
is_meant(const worker *w, adopt_entry *e)
{
    const char *uid;
    bool meant;

    if (!is_below(w, e->dn))
        return false;
    meant = is_wanted(w->a, e->dn, &e->line);
    for (size_t i = 0; !meant && (uid = adopt_entry_get(e, "uid", i)) != NULL;
        i++)
        meant = is_wanted(w->a, uid, &e->line);
    return meant;
}

/* ---- an entry as an account ---- */

/* What the plan takes away of what the entry has. */
static bool
goes(const adopt_verdict *v, const char *name)
{
    size_t n = strcspn(name, ";");

    for (int k = 0; k < EDC_N_KEPT; k++) {
        const char *kept = edc_kept_name((edc_kept)k);

        if (strlen(kept) == n && strncasecmp(kept, name, n) == 0)
            return !edc_plan_keeps(&v->plan, (edc_kept)k);
    }
    return v->drop && n == 12 && strncasecmp(name, "userPassword", n) == 0;
}

static void
add_mod(ctl_change *entry, const struct ctl_mod *mod)
{
    ctl_change_mod(entry, LDAP_MOD_ADD, mod->attribute);
    for (size_t i = 0; i < mod->n_values; i++)
        ctl_change_value(entry, mod->values[i].bv_val, mod->values[i].bv_len);
}

/* Its object classes stand together: slapadd takes them no other way. */
static void
add_kept(ctl_change *entry, const adopt_entry *e, const adopt_verdict *v)
{
    const struct ctl_mod *classes = v->change.mods;
    bool classed = false;

    for (size_t i = 0; i < e->n_items; i++) {
        const struct adopt_item *item = e->items + i;

        if (goes(v, item->name))
            continue;
        ctl_change_mod(entry, LDAP_MOD_ADD, item->name);
        ctl_change_value(entry, item->value, item->n);
        if (!classed && strcasecmp(item->name, "objectClass") == 0) {
            add_mod(entry, classes);
            classed = true;
        }
    }
}

static void
add_plan(ctl_change *entry, const edc_plan *plan)
{
    for (size_t i = 0; i < plan->n_set; i++) {
        edc_str value = plan->set[i].value;

        if (value.n == 0)
            continue;
        ctl_change_mod(entry, LDAP_MOD_ADD, edc_kept_name(plan->set[i].kept));
        ctl_change_value(entry, value.p, value.n);
    }
    ctl_change_set(
        entry, LDAP_MOD_ADD, edc_kept_name(EDC_KEPT_SERIAL), plan->serial);
}

static void
write_account(worker *w, const adopt_entry *e, const adopt_verdict *v)
{
    ctl_change entry;

    ctl_change_begin(&entry, CTL_CHANGE_ADD, e->dn);
    add_kept(&entry, e, v);
    for (size_t i = 1; i < v->change.n_mods; i++)
        add_mod(&entry, v->change.mods + i);
    add_plan(&entry, &v->plan);
    ctl_change_print(&entry, true, w->out.file);
    ctl_change_free(&entry);
}

/* ---- one after the other ---- */

static ctl_exit
write_judged(worker *w, const adopt_entry *e, adopt_verdict *v)
{
    if (!edc_plan_first_serial(&v->plan))
        return ctl_fail(w->a->c, CTL_LOCAL, "%s: %s", e->dn, strerror(EIO));
    if (v->drop && w->dropped.file != NULL)
        adopt_print_passwords(e, w->dropped.file);
    write_account(w, e, v);
    return CTL_OK;
}

/* *made: it is an account in the file to come. */
static ctl_exit
judge(worker *w, adopt_entry *e, bool *made)
{
    ctl_exit status = CTL_OK;
    adopt_verdict v;

    adopt_judge(e, &w->a->wish, &v);
    *made = v.outcome == ADOPT_MIGRATED || v.outcome == ADOPT_CREATED;
    if (w->out.file == NULL)
        adopt_put(w->a, e, &v);
    else if (*made)
        status = write_judged(w, e, &v);
    adopt_verdict_free(&v);
    return status;
}

/* The file is read twice: nothing is written before all of it was judged. */
static ctl_exit
each(worker *w, const ldif_in *in)
{
    adopt_entry e = {NULL, 0, NULL, 0};
    const char *why = read_record(in, &e);
    ctl_exit status = CTL_OK;
    bool made = false;

    if (why != NULL)
        status = ctl_fail(
            w->a->c, CTL_INPUT, "%s:%ld: %s", w->path, in->begins, why);
    else if (e.dn != NULL && is_meant(w, &e))
        status = judge(w, &e, &made);
    if (status == CTL_OK && !made && w->out.file != NULL) {
        print_lines(w->out.file, in->text);
        print_lines(w->out.file, "\n");
    }
    adopt_entry_free(&e);
    return status;
}

/* A school that an entry may name. */
static ctl_exit
learn(worker *w, const ldif_in *in)
{
    static const char sql[] = "INSERT OR IGNORE INTO school VALUES (?, ?)";
    adopt_entry e = {NULL, 0, NULL, 0};
    const char *uai = NULL;

    if (read_record(in, &e) == NULL)
        uai = adopt_entry_get(&e, "educonnectUai", 0);
    if (uai != NULL && e.dn != NULL) {
        sqlite3_stmt *q = store_kept(&w->a->s, sql);

        store_text(q, 1, uai);
        store_text(q, 2, e.dn);
        store_do(q);
    }
    adopt_entry_free(&e);
    return CTL_OK;
}

static ctl_exit
read_all(worker *w, ctl_exit (*step)(worker *w, const ldif_in *in))
{
    const char *why = NULL;
    int fd = input_open(w->path, INPUT_FILE, &why);
    ldif_in in = {.file = fd < 0 ? NULL : fdopen(fd, "r")};
    ctl_exit status = CTL_OK;
    ldif_end end = LDIF_RECORD;
    size_t n = 0;

    if (in.file == NULL)
        return ctl_fail(w->a->c, CTL_INPUT, "%s: %s", w->path,
            why == NULL ? "it cannot be read" : why);
    while (status == CTL_OK && (end = ldif_in_next(&in, &why)) == LDIF_RECORD) {
        status = step(w, &in);
        ctl_progress(catalog_text("reading"), ++n, 0);
    }
    if (status == CTL_OK && end == LDIF_BROKEN)
        status =
            ctl_fail(w->a->c, CTL_INPUT, "%s:%ld: %s", w->path, in.begins, why);
    ldif_in_free(&in);
    (void)input_close(in.file);
    ctl_progress_end();
    return status;
}

static bool
asks_for_schools(const adopt *a)
{
    for (size_t i = 0; i < a->wish.rules.n; i++) {
        if (a->wish.rules.list[i].kind == ADOPT_SCHOOL)
            return true;
    }
    return false;
}

static void
put_missing(adopt *a)
{
    sqlite3_stmt *q = store_prepare(
        &a->s, "SELECT word, line FROM wanted WHERE NOT seen ORDER BY line");

    while (store_next(q))
        adopt_put_nobody(a, store_col_text(q, 0), (long)store_col(q, 1),
            "it is not in the file");
    store_end(q);
}

static ctl_exit
begin(worker *w, const char *path)
{
    adopt *a = w->a;
    ctl_exit status = ctl_file_begin(a->c, &w->out, path, OUTPUT_NEW);

    if (status == CTL_OK)
        status = ctl_file_begin(a->c, &w->dropped, a->dropped, OUTPUT_NEW);
    return status;
}

static ctl_exit
end(worker *w, ctl_exit status)
{
    ctl_exit out = ctl_file_end(w->a->c, &w->out, true);
    ctl_exit dropped = ctl_file_end(w->a->c, &w->dropped, true);

    if (status == CTL_OK)
        status = out;
    return status == CTL_OK ? dropped : status;
}

/* What the file says was done once it is loaded. */
static void
settle(adopt *a)
{
    store_run(&a->s, "UPDATE entry SET outcome = planned WHERE outcome = 0");
}

static ctl_exit
judge_all(worker *w)
{
    adopt *a = w->a;
    ctl_exit status = adopt_list_read(a, want);

    if (status == CTL_OK && asks_for_schools(a))
        status = read_all(w, learn);
    if (status == CTL_OK)
        status = read_all(w, each);
    if (status == CTL_OK)
        put_missing(a);
    return status;
}

ctl_exit
adopt_ldif(adopt *a, const char *path, const char *output_path)
{
    worker w = {.a = a,
        .path = path,
        .base = ctl_dn_key(a->c->base),
        .out = {NULL, NULL, -1, NULL, NULL},
        .dropped = {NULL, NULL, -1, NULL, NULL}};
    ctl_exit status = judge_all(&w), braked;

    braked = status == CTL_OK ? adopt_brake(a) : CTL_OK;
    if (status == CTL_OK && braked == CTL_OK && !a->dry_run) {
        status = begin(&w, output_path);
        if (status == CTL_OK)
            status = read_all(&w, each);
        status = end(&w, status);
    }
    if (status == CTL_OK && (braked == CTL_OK || a->dry_run))
        settle(a);
    free(w.base);
    return status == CTL_OK ? braked : status;
}
