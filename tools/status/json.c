/* json.c - an account as a JSON object. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "status/print.h"
#include "status/words.h"

static json_t *
text(const char *s)
{
    json_t *value = s == NULL ? json_null() : print_json_text(s);

    return value == NULL ? json_null() : value;
}

/* The text is released. */
static json_t *
text_of(char *s)
{
    json_t *value = text(s);

    free(s);
    return value;
}

static json_t *
array(const status_values *values)
{
    json_t *list = json_array();

    for (size_t i = 0; i < values->n; i++)
        json_array_append_new(list, text(values->v[i]));
    return list;
}

static json_t *
time_of(const status_view *v, status_field field)
{
    const char *value = status_first(v->account, field);

    return value == NULL ? json_null() : text_of(status_time_iso(value));
}

static json_t *
schools(const status_school *list, size_t n)
{
    json_t *all = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(
            all, json_pack("{s:o, s:o, s:o}", "dn", text(list[i].dn), "uai",
                     text(list[i].uai), "name", text(list[i].name)));
    return all;
}

static json_t *
relatives(const status_relative *list, size_t n)
{
    json_t *all = json_array();

    for (size_t i = 0; i < n; i++) {
        const status_relative *r = list + i;

        json_array_append_new(all,
            json_pack("{s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o}", "dn",
                text(r->dn), "uid", text(r->uid), "name", text(r->name),
                "state",
                text(r->readable && r->state == NULL ? "uninformed" : r->state),
                "readable", r->readable, "contested", r->contested, "schools",
                schools(r->schools, r->n_schools), "classes",
                array(&r->classes)));
    }
    return all;
}

static json_t *
holds(const status_values *values)
{
    json_t *all = json_array();

    for (size_t i = 0; i < values->n; i++)
        json_array_append_new(
            all, json_pack("{s:o, s:o}", "hold", text(values->v[i]), "text",
                     text_of(status_hold_words(values->v[i]))));
    return all;
}

static json_t *
audience(const status_account *a)
{
    json_t *all = json_array();

    if (a->student)
        json_array_append_new(all, text("student"));
    if (a->guardian)
        json_array_append_new(all, text("guardian"));
    return all;
}

static json_t *
not_readable(const status_account *a)
{
    json_t *all = json_array();

    for (int f = 0; f < STATUS_N_FIELDS; f++) {
        if (a->field[f].hidden)
            json_array_append_new(
                all, text(status_field_name((status_field)f)));
    }
    return all;
}

static const char *
state(const status_account *a)
{
    const char *value = status_first(a, STATUS_STATE);

    return value == NULL && !a->field[STATUS_STATE].hidden ? "uninformed"
                                                           : value;
}

static void
put(json_t *o, const char *name, json_t *value)
{
    json_object_set_new(o, name, value);
}

static void
put_state(json_t *o, const status_view *v)
{
    const status_account *a = v->account;
    const char *bind = status_first(a, STATUS_BIND);

    put(o, "state", text(state(a)));
    put(o, "since", time_of(v, STATUS_SINCE));
    put(o, "why", text(v->why));
    put(o, "activatedBy", text(status_first(a, STATUS_ACTIVATED_BY)));
    put(o, "informedBy", text(status_first(a, STATUS_INFORMED_BY)));
    put(o, "informedByName", text(v->family->informer));
    put(o, "provisionalUntil", time_of(v, STATUS_UNTIL));
    put(o, "formerStates", array(a->field + STATUS_FORMER));
    put(o, "mergedInto", text(status_first(a, STATUS_MERGED_INTO)));
    put(o, "leftAt", time_of(v, STATUS_LEFT_AT));
    put(o, "legacyId", text(status_first(a, STATUS_LEGACY)));
    put(o, "bindStatus", text(bind));
    put(o, "bindStatusText",
        bind == NULL ? json_null() : text_of(status_bind_words(bind)));
}

void
status_json(const status_view *v, FILE *out)
{
    const status_account *a = v->account;
    const status_family *f = v->family;
    json_t *o = json_object();

    put(o, "dn", text(a->dn));
    put(o, "uid", text(status_first(a, STATUS_UID)));
    put(o, "name", text(status_first(a, STATUS_CN)));
    put(o, "audience", audience(a));
    put(o, "sourceIds", array(a->field + STATUS_SOURCE));
    put_state(o, v);
    put(o, "holds", holds(a->field + STATUS_HOLD));
    put(o, "schools", schools(f->schools, f->n_schools));
    put(o, "classes", array(a->field + STATUS_CLASS));
    put(o, "children", relatives(f->children, f->n_children));
    put(o, "guardians", relatives(f->guardians, f->n_guardians));
    put(o, "services", array(a->field + STATUS_SERVICES));
    put(o, "allowed", array(a->field + STATUS_ALLOWED));
    put(o, "notReadable", not_readable(a));
    print_as_json(out, o, JSON_INDENT(2));
    json_decref(o);
}
