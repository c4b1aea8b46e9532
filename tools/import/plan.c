/* plan.c - what every record wishes, held against its entry: the plan.
 *
 * State and password are never in it, but for the closing and coming back of
 * accounts that the import itself closed. Mobile and mail are the holder's own
 * once the account was activated.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/catalog.h"
#include "import/import.h"
#include "import/join.h"
#include "import/stay.h"
#include "import/values.h"
#include "import/wish.h"

/* ---- the plan's rows ---- */

void
import_plan_change(import *im, import_phase phase, int64_t record,
    const char *reason, ctl_change *change)
{
    static const char sql[] =
        "INSERT INTO plan (phase, record, reason, change) VALUES (?,?,?,?)";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    size_t n;
    char *bytes = ctl_change_pack(change, &n);

    store_number(q, 1, phase);
    store_number(q, 2, record);
    store_text(q, 3, reason);
    store_bytes(q, 4, bytes, n);
    store_do(q);
    free(bytes);
    ctl_change_free(change);
    /* What the import remembers is no change of what it is about. */
    im->n_planned += phase != PHASE_DATE;
}

/* ---- containers ---- */

static const char *
class_of_rdn(const char *dn)
{
    return strncasecmp(dn, "dc=", 3) == 0  ? "dcObject"
           : strncasecmp(dn, "o=", 2) == 0 ? "organization"
                                           : "organizationalUnit";
}

/* A container as its RDN wants it. */
static void
plan_container(import *im, const char *dn)
{
    ctl_change change;
    size_t n = strcspn(dn, "=");
    char *attribute = ctl_copy_n(dn, n);
    char *value = ctl_copy_n(dn + n + 1, strcspn(dn + n + 1, ","));

    ctl_change_begin(&change, CTL_CHANGE_ADD, dn);
    ctl_change_set(&change, LDAP_MOD_ADD, "objectClass", class_of_rdn(dn));
    if (strcasecmp(attribute, "dc") == 0) {
        ctl_change_value(&change, "organization", strlen("organization"));
        ctl_change_set(&change, LDAP_MOD_ADD, "o", value);
    }
    ctl_change_set(&change, LDAP_MOD_ADD, attribute, value);
    if (strcasecmp(dn, im->how.people) == 0) {
        char *remembered = import_remembered(im);

        if (remembered != NULL)
            ctl_change_set(&change, LDAP_MOD_ADD, "description", remembered);
        free(remembered);
    }
    import_plan_change(im, PHASE_CONTAINERS, 0, NULL, &change);
    free(value);
    free(attribute);
}

static bool
is_there(import *im, const char *dn)
{
    char *nothing[] = {LDAP_NO_ATTRS, NULL};
    LDAPMessage *found = NULL;
    int result;

    if (im->how.offline)
        return false;
    result = ldap_search_ext_s(im->c->ld, dn, LDAP_SCOPE_BASE,
        "(objectClass=*)", nothing, 0, NULL, NULL, NULL, 1, &found);
    ldap_msgfree(found);
    return result != LDAP_NO_SUCH_OBJECT;
}

static void
plan_containers(import *im)
{
    if (!is_there(im, im->c->base))
        plan_container(im, im->c->base);
    if (!is_there(im, im->how.schools))
        plan_container(im, im->how.schools);
    if (strcasecmp(im->how.schools, im->how.people) != 0 &&
        !is_there(im, im->how.people))
        plan_container(im, im->how.people);
}

/* ---- one record ---- */

typedef struct planner {
    import *im;
    wish_finder find;
    bag have, want, fields;
} planner;

static import_phase
phase_of(const wish *w)
{
    if (w->kind == SRC_SCHOOL)
        return PHASE_SCHOOLS;
    if (w->student)
        return w->guardian ? PHASE_BOTH : PHASE_STUDENTS;
    return PHASE_GUARDIANS;
}

static void
put_all(ctl_change *change, int op, const bag *b, import_attr attr)
{
    const char *value;

    ctl_change_mod(change, op, import_attr_name(attr));
    for (size_t i = 0; (value = bag_get(b, attr, i)) != NULL; i++)
        ctl_change_value(change, value, strlen(value));
}

/* The values of one passed-through name, "name:value". */
static void
extras_of(const bag *b, const char *name, size_t n, bag *values)
{
    const char *item, *value;

    bag_clear(values);
    for (size_t i = 0; (item = bag_get(b, ATTR_EXTRA, i)) != NULL; i++) {
        if (import_extra_split(item, &value) == n &&
            strncasecmp(item, name, n) == 0 && *value != '\0')
            bag_add(values, 0, value, strlen(value));
    }
}

/* What is passed through: each name once, where it comes first. */
static void
put_extras(planner *p, ctl_change *change, int op)
{
    bag want = {0};
    bag have = {0};
    const char *item, *value;

    for (size_t i = 0; (item = bag_get(&p->want, ATTR_EXTRA, i)) != NULL; i++) {
        size_t n = import_extra_split(item, &value);
        char *name = ctl_copy_n(item, n);
        bool done = false;

        for (size_t m = 0; m < change->n_mods && !done; m++)
            done = strcasecmp(change->mods[m].attribute, name) == 0;
        extras_of(&p->want, name, n, &want);
        extras_of(&p->have, name, n, &have);
        if (!done && !bag_same(&want, &have, 0)) {
            ctl_change_mod(change, op, name);
            for (size_t v = 0; (value = bag_get(&want, 0, v)) != NULL; v++)
                ctl_change_value(change, value, strlen(value));
        }
        free(name);
    }
    bag_free(&want);
    bag_free(&have);
}

static void
plan_add(planner *p, const wish *w)
{
    ctl_change change;

    join_say_likely(p->im, w->record);
    ctl_change_begin(&change, CTL_CHANGE_ADD, w->dn);
    for (unsigned a = 0; a < N_ATTRS; a++) {
        if (a == ATTR_UID && w->kind == SRC_SCHOOL)
            ctl_change_set(
                &change, LDAP_MOD_ADD, "ou", bag_get(&p->want, ATTR_UAI, 0));
        if (bag_count(&p->want, a) > 0)
            put_all(&change, LDAP_MOD_ADD, &p->want, (import_attr)a);
    }
    put_extras(p, &change, LDAP_MOD_ADD);
    import_plan_change(p->im, phase_of(w), w->record, NULL, &change);
    import_outcome_set(
        p->im, w->record, OUTCOME_CREATED, w->notes[0] ? w->notes : NULL);
}

/* Values that go and values that come, one by one: what somebody else writes
 * in between stays. */
static void
put_difference(planner *p, ctl_change *change, import_attr attr, const wish *w)
{
    bag go = {0};
    bag come = {0};
    const char *value;

    for (size_t i = 0; (value = bag_get(&p->have, attr, i)) != NULL; i++) {
        if (!import_has(&p->want, attr, value))
            bag_add(&go, attr, value, strlen(value));
    }
    for (size_t i = 0; (value = bag_get(&p->want, attr, i)) != NULL; i++) {
        if (!import_has(&p->have, attr, value))
            bag_add(&come, attr, value, strlen(value));
    }
    if (go.n > 0)
        put_all(change, LDAP_MOD_DELETE, &go, attr);
    if (come.n > 0)
        put_all(change, LDAP_MOD_ADD, &come, attr);
    if (attr == ATTR_GUARDIAN) {
        p->find.links_removed += (int64_t)(go.n - w->n_handed);
        import_relink(p->im, w->entry, &go, false);
        import_relink(p->im, w->entry, &come, true);
    }
    bag_free(&go);
    bag_free(&come);
}

static void
plan_modify(planner *p, const wish *w)
{
    ctl_change change;

    ctl_change_begin(&change, CTL_CHANGE_MODIFY, w->dn);
    for (unsigned a = 0; a < N_ATTRS; a++) {
        if (!bag_named(&p->want, a))
            continue;
        if (import_by_value((import_attr)a))
            put_difference(p, &change, (import_attr)a, w);
        else if (!bag_same(&p->have, &p->want, a))
            put_all(&change, LDAP_MOD_REPLACE, &p->want, (import_attr)a);
    }
    put_extras(p, &change, LDAP_MOD_REPLACE);
    if (change.n_mods == 0) {
        ctl_change_free(&change);
        import_outcome_set(
            p->im, w->record, OUTCOME_SAME, w->notes[0] ? w->notes : NULL);
        return;
    }
    import_plan_change(p->im, phase_of(w), w->record, NULL, &change);
    import_outcome_set(
        p->im, w->record, OUTCOME_CHANGED, w->notes[0] ? w->notes : NULL);
}

static void
plan_record(planner *p, wish *w)
{
    if (w->kind == SRC_GUARDIAN && w->entry == 0 && !wish_linked(&p->find, w)) {
        import_outcome_set(p->im, w->record, OUTCOME_REFUSED, IMPORT_LEFT_OUT);
        return;
    }
    import_fields_of(p->im, w->record, &p->fields);
    bag_clear(&p->have);
    if (w->entry != 0)
        import_entry_of(p->im, w->entry, &p->have);
    wish_make(&p->find, w, &p->fields, &p->have, &p->want);
    if (w->entry == 0)
        plan_add(p, w);
    else
        plan_modify(p, w);
}

/* ---- all of them ---- */

static void
plan_kind(planner *p, src_kind kind)
{
    sqlite3_stmt *q = store_prepare(&p->im->s,
        "SELECT n, op, id, entry, dn, say FROM record WHERE kind = ? AND head "
        "= 0"
        " AND outcome = 0 AND op <> 2 AND self = 0 AND (kind <> 2 OR wanted"
        " OR ? OR EXISTS (SELECT 1 FROM entry WHERE entry.n = record.entry"
        " AND seen)) ORDER BY id");
    size_t n = 0;

    store_number(q, 1, kind);
    store_number(q, 2, !p->im->complete);
    while (store_next(q)) {
        wish w = {.record = store_col(q, 0),
            .kind = kind,
            .op = (src_op)store_col(q, 1),
            .entry = store_col(q, 3),
            .say = (import_say)store_col(q, 5)};
        char *id = ctl_copy(store_col_text(q, 2));
        char *dn = ctl_copy(store_col_text(q, 4));

        w.id = id;
        w.dn = dn;
        plan_record(p, &w);
        free(dn);
        free(id);
        ctl_progress(catalog_text("planning"), ++n, 0);
    }
    store_end(q);
}

/* The records of pupils' own second selves share what became of the pupils. */
static void
share_selves(import *im)
{
    store_run(&im->s, "UPDATE record SET head = self WHERE self <> 0");
}

void
import_plan(import *im)
{
    planner p = {.im = im};

    wish_open(&p.find, im);
    plan_containers(im);
    plan_kind(&p, SRC_SCHOOL);
    /* Pupils first: a new guardian whom they leave out gets no account. What is
     * sent first is for the phases to say. */
    plan_kind(&p, SRC_STUDENT);
    plan_kind(&p, SRC_GUARDIAN);
    share_selves(im);
    im->n_links_removed = p.find.links_removed;
    wish_close(&p.find);
    bag_free(&p.have);
    bag_free(&p.want);
    bag_free(&p.fields);
    ctl_progress_end();
}
