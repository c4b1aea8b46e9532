/* judge.c - what becomes of one entry. */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "adopt/adopt.h"
#include "core/password/scheme.h"
#include "ctl/dn.h"
#include "source/day.h"

/* ---- an entry ---- */

void
adopt_entry_add(adopt_entry *e, const char *name, const char *value, size_t n)
{
    struct adopt_item *item;

    e->items = ctl_resize(e->items, e->n_items + 1, sizeof(*e->items));
    item = e->items + e->n_items++;
    item->name = ctl_copy(name);
    item->value = ctl_alloc(n + 1, 1);
    if (n > 0)
        memcpy(item->value, value, n);
    item->n = n;
}

void
adopt_entry_free(adopt_entry *e)
{
    for (size_t i = 0; i < e->n_items; i++) {
        OPENSSL_cleanse(e->items[i].value, e->items[i].n);
        free(e->items[i].value);
        free(e->items[i].name);
    }
    free(e->items);
    free(e->dn);
    *e = (adopt_entry){NULL, 0, NULL, 0};
}

const char *
adopt_entry_get(const adopt_entry *e, const char *name, size_t i)
{
    for (size_t k = 0; k < e->n_items; k++) {
        if (strcasecmp(e->items[k].name, name) == 0 && i-- == 0)
            return e->items[k].value;
    }
    return NULL;
}

bool
adopt_entry_has(const adopt_entry *e, const char *name, const char *value)
{
    const char *has;

    for (size_t i = 0; (has = adopt_entry_get(e, name, i)) != NULL; i++) {
        if (strcasecmp(has, value) == 0)
            return true;
    }
    return false;
}

/* ---- its account ---- */

bool
adopt_is_password(const char *name, bool *options)
{
    size_t n = strcspn(name, ";");

    *options = name[n] != '\0';
    return n == 12 && strncasecmp(name, "userPassword", n) == 0;
}

static edc_account
account_of(const adopt_entry *e, const adopt_wish *wish)
{
    edc_account a = {.student = wish->student,
        .guardian = wish->guardian,
        .state = EDC_ABSENT,
        .provisional_until = EDC_NO_TIME,
        .changed = EDC_NO_TIME,
        .locked = EDC_NO_TIME};
    bool options;

    for (size_t i = 0; i < e->n_items; i++) {
        if (!adopt_is_password(e->items[i].name, &options))
            continue;
        if (a.n_passwords++ == 0)
            a.password = (edc_str){e->items[i].value, e->items[i].n};
        a.password_option = a.password_option || options;
    }
    a.must_reset = adopt_entry_has(e, "pwdReset", "TRUE");
    return a;
}

static void
refuse(adopt_verdict *v, char *reason)
{
    if (v->outcome != ADOPT_REFUSED)
        v->reason = reason;
    else
        free(reason);
    v->outcome = ADOPT_REFUSED;
}

/* ---- classes ---- */

static const char student[] = "educonnectStudent";
static const char guardian[] = "educonnectLegalGuardian";

static bool
has_class(const adopt_entry *e, const char *name)
{
    return adopt_entry_has(e, "objectClass", name);
}

/* Returns false when nothing more is to be judged. */
static bool
judge_classes(const adopt_entry *e, const adopt_wish *wish, adopt_verdict *v)
{
    bool is_student = has_class(e, student);
    bool is_guardian = has_class(e, guardian);

    if (has_class(e, "educonnectSchool") || has_class(e, "educonnectService"))
        refuse(v, ctl_copy("it is a school's or a service's entry"));
    else if ((is_student || is_guardian) &&
             ((wish->student && !is_student) ||
                 (wish->guardian && !is_guardian)))
        refuse(v, ctl_copy("it is an account already, of the other public"));
    else if (is_student || is_guardian)
        v->outcome = ADOPT_SAME;
    else if (adopt_entry_get(e, "uid", 0) == NULL)
        refuse(v, ctl_copy("it has no login (uid)"));
    else
        return true;
    return false;
}

/* ---- its password ---- */

static edc_adoption
ask_core(const edc_account *a, const adopt_wish *wish, edc_code *code)
{
    edc_settings settings = wish->settings;
    edc_str scheme = edc_scheme_of(a->password);
    char *own = ctl_copy_n(scheme.n == 0 ? "" : scheme.p, scheme.n);
    char *list[] = {own, NULL};
    edc_adoption adoption;

    if (wish->any_scheme)
        settings.import_schemes = edc_scheme_importable(scheme) ? list : NULL;
    adoption = edc_adopt_judge(a, &settings, code);
    free(own);
    return adoption;
}

static char *
words_of(edc_code code)
{
    edc_refusal refusal = {
        .codes = EDC_BIT(code), .params.attributes = EDC_STR("pwdReset")};
    char text[512];

    (void)edc_refusal_text(&refusal, EDC_ENGLISH, text, sizeof(text));
    return ctl_copy(text);
}

/* The event, and its plan. */
static void
judge_password(const adopt_wish *wish, adopt_verdict *v)
{
    edc_request request = {.roles = EDC_PROVISIONER, .now = wish->now};
    edc_refusal refusal;
    edc_code code;
    edc_adoption adoption = ask_core(&v->account, wish, &code);

    if (adoption == EDC_ADOPT_REFUSE && wish->drop) {
        v->drop = true;
        v->account.n_passwords = 0;
        adoption = EDC_ADOPT_CREATE;
    }
    if (adoption == EDC_ADOPT_REFUSE) {
        refuse(v, words_of(code));
        return;
    }
    request.wish =
        adoption == EDC_ADOPT_MIGRATE ? EDC_WISH_MIGRATE : EDC_WISH_CREATE;
    v->outcome = adoption == EDC_ADOPT_MIGRATE ? ADOPT_MIGRATED : ADOPT_CREATED;
    if (!edc_decide(&v->account, &request, &wish->settings, &v->plan, &refusal))
        refuse(v, words_of(edc_codes_first(refusal.codes)));
}

/* ---- its attributes ---- */

static char *
school_of(const adopt_wish *wish, const char *value, adopt_verdict *v)
{
    char *dn = ctl_is_dn(value)       ? ctl_copy(value)
               : wish->school == NULL ? NULL
                                      : wish->school(wish->ctx, value);

    if (dn == NULL)
        refuse(v, ctl_format("the school %s is not in the directory", value));
    return dn;
}

static char *
day_of(const adopt_wish *wish, const char *value, const char *from,
    adopt_verdict *v)
{
    src_day day;
    src_day_verdict verdict =
        src_day_read(edc_str_of(value), wish->today, &day);

    if (verdict == SRC_DAY_GOOD)
        return ctl_copy(day.iso);
    refuse(v, ctl_format("%s: %s", from, src_day_words(verdict)));
    return NULL;
}

static char *
converted(const adopt_rule *rule, const adopt_wish *wish, const char *value,
    adopt_verdict *v)
{
    const char *from = rule->taken ? rule->from : rule->attribute;

    switch (rule->kind) {
    case ADOPT_DAY:
        return day_of(wish, value, from, v);
    case ADOPT_SCHOOL:
        return school_of(wish, value, v);
    case ADOPT_NAME:
        if (!ctl_is_dn(value)) {
            refuse(v, ctl_format("%s: it is no DN", from));
            return NULL;
        }
        return ctl_copy(value);
    default:
        return ctl_copy(value);
    }
}

/* The attribute's values so far, NULL when it has none yet. */
static struct ctl_mod *
mod_of(ctl_change *change, const char *attribute)
{
    for (size_t i = 0; i < change->n_mods; i++) {
        if (strcmp(change->mods[i].attribute, attribute) == 0)
            return change->mods + i;
    }
    return NULL;
}

static void
give(ctl_change *change, const char *attribute, const char *value)
{
    struct ctl_mod *mod = mod_of(change, attribute);

    for (size_t i = 0; mod != NULL && i < mod->n_values; i++) {
        if (strcasecmp(mod->values[i].bv_val, value) == 0)
            return;
    }
    if (mod == NULL)
        ctl_change_mod(change, LDAP_MOD_ADD, attribute);
    else if (mod != change->mods + change->n_mods - 1) {
        struct ctl_mod last = change->mods[change->n_mods - 1];

        change->mods[change->n_mods - 1] = *mod;
        *mod = last;
    }
    ctl_change_value(change, value, strlen(value));
}

static void
follow(const adopt_rule *rule, const adopt_entry *e, const adopt_wish *wish,
    adopt_verdict *v)
{
    const char *value = rule->from;

    for (size_t i = 0;; i++) {
        char *made;

        if (rule->taken)
            value = adopt_entry_get(e, rule->from, i);
        if (value == NULL || (!rule->taken && i > 0))
            return;
        made = value[0] == '\0' ? NULL : converted(rule, wish, value, v);
        if (made != NULL)
            give(&v->change, rule->attribute, made);
        free(made);
    }
}

static void
make_change(const adopt_entry *e, const adopt_wish *wish, adopt_verdict *v)
{
    ctl_change_begin(&v->change, CTL_CHANGE_MODIFY, e->dn);
    v->change.relax = v->outcome == ADOPT_MIGRATED;
    if (wish->student)
        give(&v->change, "objectClass", student);
    if (wish->guardian)
        give(&v->change, "objectClass", guardian);
    for (size_t i = 0; i < wish->rules.n; i++)
        follow(wish->rules.list + i, e, wish, v);
}

void
adopt_judge(
    const adopt_entry *e, const adopt_wish *wish, adopt_verdict *verdict)
{
    *verdict = (adopt_verdict){.account = account_of(e, wish)};
    if (!judge_classes(e, wish, verdict))
        return;
    judge_password(wish, verdict);
    if (verdict->outcome != ADOPT_REFUSED)
        make_change(e, wish, verdict);
}

void
adopt_verdict_free(adopt_verdict *verdict)
{
    ctl_change_free(&verdict->change);
    free(verdict->reason);
    verdict->reason = NULL;
}
