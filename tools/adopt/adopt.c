/* adopt.c - educonnectctl adopt: from entries to accounts. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "adopt/adopt.h"
#include "core/password/scheme.h"
#include "ctl/alone.h"
#include "ctl/dn.h"
#include "ctl/file.h"
#include "source/day.h"

/* ---- options ---- */

static ctl_exit
read_kinds(adopt *a)
{
    ctl *c = a->c;

    for (size_t i = 0; i < ctl_count(c, CTL_OPT_ADOPT_KIND); i++) {
        const char *kind = ctl_nth(c, CTL_OPT_ADOPT_KIND, i);

        if (strcmp(kind, "student") == 0)
            a->wish.student = true;
        else if (strcmp(kind, "guardian") == 0)
            a->wish.guardian = true;
        else
            return ctl_fail(c, CTL_USAGE, "--kind is student or guardian");
    }
    if (!a->undo && !a->wish.student && !a->wish.guardian)
        return ctl_fail(c, CTL_USAGE, "name a --kind: student or guardian");
    return CTL_OK;
}

static ctl_exit
read_rules(adopt *a, ctl_opt opt, const char *name, bool taken)
{
    for (size_t i = 0; i < ctl_count(a->c, opt); i++) {
        const char *wrong =
            adopt_rule_add(&a->wish.rules, ctl_nth(a->c, opt, i), taken);

        if (wrong != NULL)
            return ctl_fail(a->c, CTL_USAGE, "%s: \"%s\" %s", name,
                ctl_nth(a->c, opt, i), wrong);
    }
    return CTL_OK;
}

static void
add_scheme(adopt *a, const char *scheme)
{
    char ***list = &a->wish.settings.import_schemes;
    size_t n = 0;

    while (*list != NULL && (*list)[n] != NULL)
        n++;
    *list = ctl_resize(*list, n + 2, sizeof(**list));
    (*list)[n] = ctl_copy(scheme);
    (*list)[n + 1] = NULL;
}

static ctl_exit
read_schemes(adopt *a)
{
    for (size_t i = 0; i < ctl_count(a->c, CTL_OPT_ADOPT_SCHEME); i++) {
        const char *scheme = ctl_nth(a->c, CTL_OPT_ADOPT_SCHEME, i);

        if (!edc_scheme_importable(edc_str_of(scheme)))
            return ctl_fail(a->c, CTL_USAGE,
                "--scheme: %s is none that educonnect-import-schemes takes",
                scheme);
        add_scheme(a, scheme);
    }
    return CTL_OK;
}

/* What does not go together. */
static ctl_exit
read_whom(adopt *a)
{
    ctl *c = a->c;
    bool ldif = ctl_count(c, CTL_OPT_ADOPT_LDIF) > 0;

    a->list = c->n_args == 1 ? c->args[0] : NULL;
    a->filter = ctl_value(c, CTL_OPT_ADOPT_FILTER, NULL);
    if (c->n_args > 1)
        return ctl_fail(c, CTL_USAGE, "name one list");
    if (a->list == NULL && a->filter == NULL && a->undo)
        a->filter = "(educonnectActivatedBy=migration)";
    if ((a->list == NULL) == (a->filter == NULL))
        return ctl_fail(c, CTL_USAGE, "name a list of entries, or a --filter");
    if (!ldif)
        return CTL_OK;
    if (a->undo)
        return ctl_fail(c, CTL_USAGE,
            "what --ldif read is what was there before: load that to undo");
    if (a->list == NULL)
        return ctl_fail(c, CTL_USAGE,
            "--ldif takes a list: what slapcat -a finds, its lines dn:");
    if (ctl_value(c, CTL_OPT_COMMON_BASE, NULL) == NULL)
        return ctl_fail(c, CTL_USAGE, "--ldif needs -b");
    if (!a->dry_run && ctl_count(c, CTL_OPT_ADOPT_OUTPUT) == 0)
        return ctl_fail(c, CTL_USAGE, "--ldif needs --output");
    return CTL_OK;
}

static ctl_exit
read_options(adopt *a)
{
    ctl *c = a->c;
    ctl_exit status;

    a->undo = ctl_count(c, CTL_OPT_ADOPT_UNDO) > 0;
    a->dry_run = ctl_count(c, CTL_OPT_ADOPT_DRY_RUN) > 0;
    a->dropped = ctl_value(c, CTL_OPT_ADOPT_DROP, NULL);
    a->wish.drop = a->dropped != NULL;
    a->wish.now = time(NULL);
    src_day_today(a->wish.today);
    if (!ctl_share(ctl_value(c, CTL_OPT_ADOPT_MAX_REFUSED, "10%"), &a->share))
        return ctl_fail(c, CTL_USAGE, "--max-refused: 0%% to 100%%");
    status = read_kinds(a);
    if (status == CTL_OK)
        status = read_rules(a, CTL_OPT_ADOPT_GIVE, "--give", false);
    if (status == CTL_OK)
        status = read_rules(a, CTL_OPT_ADOPT_TAKE, "--take", true);
    if (status == CTL_OK)
        status = read_schemes(a);
    return status == CTL_OK ? read_whom(a) : status;
}

/* ---- what the server takes ---- */

static bool
found_schemes(void *ctx, const ctl_entry *e)
{
    adopt *a = ctx;
    struct berval **values = ctl_entry_values(e, "olcEduconnectImportSchemes");

    a->wish.any_scheme = false;
    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        char *text = ctl_copy_n(values[i]->bv_val, values[i]->bv_len);

        for (char *rest = text, *word;
            (word = strtok_r(rest, " ", &rest)) != NULL;)
            add_scheme(a, word);
        free(text);
    }
    if (values != NULL)
        ldap_value_free_len(values);
    return true;
}

/* Who may not read cn=config hears it from the server, entry by entry; but no
 * password goes for that. */
static ctl_exit
find_schemes(adopt *a)
{
    static const char *const names[] = {"olcEduconnectImportSchemes", NULL};

    if (a->wish.settings.import_schemes != NULL)
        return CTL_OK;
    a->wish.any_scheme = true;
    (void)ctl_search(a->c, "cn=config", LDAP_SCOPE_SUBTREE,
        "(objectClass=olcEduconnectConfig)", names, found_schemes, a);
    if (!a->wish.any_scheme)
        return CTL_OK;
    if (a->wish.drop)
        return ctl_fail(a->c, CTL_USAGE,
            "--drop-passwords needs --scheme: cn=config is not to be read");
    ctl_warn(a->c,
        "cn=config is not to be read: without --scheme the server says entry "
        "by entry which passwords it takes");
    return CTL_OK;
}

/* ---- schools ---- */

static bool
found_school(void *ctx, const ctl_entry *e)
{
    *(char **)ctx = ctl_copy(e->dn);
    return false;
}

static void
look_for_school(adopt *a, const char *uai)
{
    static const char sql[] = "INSERT OR IGNORE INTO school VALUES (?, ?)";
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    sqlite3_stmt *q = store_kept(&a->s, sql);
    char *is = ctl_filter("educonnectUai", uai);
    char *filter = ctl_format("(&(objectClass=educonnectSchool)%s)", is);
    char *dn = NULL;

    (void)ctl_search(a->c, a->c->base, LDAP_SCOPE_SUBTREE, filter, nothing,
        found_school, &dn);
    store_text(q, 1, uai);
    store_text(q, 2, dn == NULL ? "" : dn);
    store_do(q);
    free(dn);
    free(filter);
    free(is);
}

static char *
school_of(void *ctx, const char *uai)
{
    static const char sql[] = "SELECT dn FROM school WHERE uai = ?";
    adopt *a = ctx;
    sqlite3_stmt *q = store_kept(&a->s, sql);
    char *dn = NULL;

    store_text(q, 1, uai);
    if (!store_next(q)) {
        if (a->c->ld == NULL)
            return NULL;
        look_for_school(a, uai);
        store_text(q, 1, uai);
        if (!store_next(q))
            return NULL;
    }
    if (store_col_text(q, 0)[0] != '\0')
        dn = ctl_copy(store_col_text(q, 0));
    store_again(q);
    return dn;
}

/* ---- the run ---- */

ctl_exit
adopt_brake(adopt *a)
{
    int64_t bad = store_count(
        &a->s, "SELECT count(*) FROM entry WHERE outcome = 4 OR drops");

    if (a->undo || bad == 0 || (double)bad <= a->share * (double)a->n_found)
        return CTL_OK;
    ctl_warn(a->c,
        "%lld of %zu entries would be refused or lose their password, more "
        "than %g %%; --dry-run with --report says why, --max-refused goes on",
        (long long)bad, a->n_found, 100 * a->share);
    return CTL_STOPPED;
}

static ctl_exit
online(adopt *a)
{
    ctl_exit status = a->undo ? CTL_OK : find_schemes(a), braked;

    if (status == CTL_OK)
        status = adopt_find(a);
    if (status != CTL_OK)
        return status;
    braked = adopt_brake(a);
    if (braked != CTL_OK && !a->dry_run)
        return braked;
    status = adopt_apply(a);
    return status == CTL_OK ? braked : status;
}

static ctl_exit
offline(adopt *a)
{
    return adopt_ldif(a, ctl_value(a->c, CTL_OPT_ADOPT_LDIF, NULL),
        ctl_value(a->c, CTL_OPT_ADOPT_OUTPUT, NULL));
}

static ctl_exit
finish(adopt *a, output *report, ctl_exit status)
{
    bool json = ctl_count(a->c, CTL_OPT_COMMON_JSON) > 0;
    bool told = status == CTL_OK || status == CTL_SERVER ||
                status == CTL_STOPPED || status == CTL_LOCAL;
    int64_t refused = 0;
    ctl_exit ended;

    if (report->file != NULL && told)
        adopt_report(a, json, report->file);
    if (told)
        refused = adopt_summary(a, json, a->dry_run ? stderr : stdout);
    ended = ctl_file_end(a->c, report, told);
    if (ended != CTL_OK)
        return ended;
    if (status != CTL_OK)
        return status;
    return refused > 0 ? CTL_REFUSED : CTL_OK;
}

static ctl_exit
connect_to(adopt *a)
{
    ctl_exit status = ctl_connect(a->c);

    if (status != CTL_OK)
        return status;
    return ctl_alone(a->c, a->dry_run ? CTL_ONLY_LOOKS
                           : ctl_count(a->c, CTL_OPT_ADOPT_TOGETHER) > 0
                               ? CTL_TOGETHER
                               : CTL_ALONE);
}

static ctl_exit
run(adopt *a)
{
    output report = {NULL, NULL, -1, NULL, NULL};
    bool ldif = ctl_count(a->c, CTL_OPT_ADOPT_LDIF) > 0;
    ctl_exit status = CTL_OK;

    if (ldif)
        a->c->base = ctl_copy(ctl_value(a->c, CTL_OPT_COMMON_BASE, NULL));
    else
        status = connect_to(a);
    if (status == CTL_OK)
        status = ctl_file_beside(a->c, &report,
            ctl_value(a->c, CTL_OPT_ADOPT_REPORT, NULL), a->list);
    if (status != CTL_OK)
        return status;
    adopt_open(a);
    a->wish.school = school_of;
    a->wish.ctx = a;
    status = finish(a, &report, ldif ? offline(a) : online(a));
    store_close(&a->s);
    return status;
}

ctl_exit
ctl_adopt(ctl *c)
{
    adopt a = {.c = c};
    ctl_exit status;

    if (!edc_settings_init(&a.wish.settings))
        return ctl_fail(c, CTL_LOCAL, "out of memory");
    status = read_options(&a);
    if (status == CTL_OK)
        status = run(&a);
    adopt_rules_free(&a.wish.rules);
    edc_settings_free(&a.wish.settings);
    return status;
}
