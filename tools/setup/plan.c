/* plan.c - what is missing, as changes of cn=config.
 *
 * What the administrator has set is never weakened or replaced, unless
 * --replace says so: a difference is named and left.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/settings/settings.h"
#include "setup/setup.h"

/* Attributes that the overlay and the tools search by. */
static const char *const indexed[] = {"objectClass", "uid", "educonnectUai",
    "educonnectGuardian", "educonnectContestedGuardian", "educonnectMergedInto",
    "educonnectIne", "educonnectFederatedId", "educonnectSourceId",
    "educonnectHead", "educonnectStudentDelegate", "educonnectGuardianDelegate",
    "educonnectEnrolledAt", "educonnectClass", "educonnectMobileKey"};

/* Root of the machine, over ldapi: slapd's own way to an administrator without
 * a password. */
#define MACHINE_ROOT "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"

/* Takes a change over, unless it changes nothing. */
static void
keep(setup_plan *plan, ctl_change *change)
{
    if (change->n_mods == 0) {
        ctl_change_free(change);
        return;
    }
    plan->changes =
        ctl_resize(plan->changes, plan->n + 1, sizeof(*plan->changes));
    plan->changes[plan->n++] = *change;
}

void
setup_plan_free(setup_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++)
        ctl_change_free(plan->changes + i);
    free(plan->changes);
    setup_free(&plan->left);
    memset(plan, 0, sizeof(*plan));
}

/* ---- modules ---- */

static char *
module_value(const ctl *c, const char *name)
{
    const char *path = ctl_value(c, CTL_OPT_SETUP_MODULE_PATH, NULL);

    return path == NULL || strcmp(name, "educonnect") != 0
               ? ctl_copy(name)
               : ctl_format("%s/%s.so", path, name);
}

static void
plan_modules(ctl *c, const setup_config *config, setup_plan *plan)
{
    static const char *const names[] = {"ppolicy", "educonnect"};
    bool new = config->module_dn == NULL;
    bool begun = false;
    ctl_change change;

    ctl_change_begin(&change, new ? CTL_CHANGE_ADD : CTL_CHANGE_MODIFY,
        new ? "cn=module,cn=config" : config->module_dn);
    if (new) {
        ctl_change_set(&change, LDAP_MOD_ADD, "objectClass", "olcModuleList");
        ctl_change_set(&change, LDAP_MOD_ADD, "cn", "module");
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *value;

        if (setup_has(&config->modules, names[i]))
            continue;
        value = module_value(c, names[i]);
        if (!begun)
            ctl_change_mod(&change, LDAP_MOD_ADD, "olcModuleLoad");
        begun = true;
        ctl_change_value(&change, value, strlen(value));
        free(value);
    }
    keep(plan, &change);
}

/* ---- the database: indexes, limits, rootdn ---- */

static void
plan_index(const setup_config *config, setup_plan *plan, const char *attribute,
    ctl_change *change)
{
    char *value;

    for (size_t i = 0; i < config->indexes.n; i++) {
        const char *line = config->indexes.values[i];
        setup_index index = setup_index_of(line, attribute);

        if (index == SETUP_INDEX_OTHER) {
            value = ctl_format("%s: olcDbIndex \"%s\" has no eq for %s",
                config->database_dn, line, attribute);
            setup_add(&plan->left, value);
            free(value);
        }
        if (index != SETUP_INDEX_NONE)
            return;
    }
    if (change->n_mods == 0 ||
        strcmp(change->mods[change->n_mods - 1].attribute, "olcDbIndex") != 0)
        ctl_change_mod(change, LDAP_MOD_ADD, "olcDbIndex");
    value = ctl_format("%s eq", attribute);
    ctl_change_value(change, value, strlen(value));
    free(value);
}

/* Who reads the whole directory, page by page. who: dn=<DN> or
 * group=<DN>, the DN perhaps in quotes. */
static void
plan_limit(const setup_config *config, const char *who, ctl_change *change)
{
    bool group = strncmp(who, "group=", 6) == 0;
    const char *begin = who + strcspn(who, "=") + 1;
    char *dn, *value;
    bool there = false;

    begin += *begin == '"';
    dn = ctl_copy_n(begin, strcspn(begin, "\""));
    for (size_t i = 0; i < config->limits.n; i++)
        there = there || strcasestr(config->limits.values[i], dn) != NULL;
    if (!there) {
        value = ctl_format("%s=\"%s\" size=unlimited time=unlimited",
            group ? "group" : "dn.exact", dn);
        if (change->n_mods == 0 ||
            strcmp(change->mods[change->n_mods - 1].attribute, "olcLimits") !=
                0)
            ctl_change_mod(change, LDAP_MOD_ADD, "olcLimits");
        ctl_change_value(change, value, strlen(value));
        free(value);
    }
    free(dn);
}

void
setup_plan_database(const setup_config *config, const setup_values *roles,
    const setup_values *heads, setup_plan *plan)
{
    ctl_change change;

    ctl_change_begin(&change, CTL_CHANGE_MODIFY, config->database_dn);
    if (config->root_dn == NULL)
        ctl_change_set(&change, LDAP_MOD_ADD, "olcRootDN", MACHINE_ROOT);
    for (size_t i = 0; i < sizeof(indexed) / sizeof(indexed[0]); i++)
        plan_index(config, plan, indexed[i], &change);
    for (size_t i = 0; i < roles->n; i++) {
        const char *role = roles->values[i];
        const char *who = role + strcspn(role, " ");

        who += strspn(who, " ");
        if (strncmp(role, "provisioner ", strlen("provisioner ")) == 0)
            plan_limit(config, who, &change);
    }
    for (size_t i = 0; i < heads->n; i++)
        plan_limit(config, heads->values[i], &change);
    keep(plan, &change);
}

/* ---- the overlay ---- */

static bool
has_words(const setup_values *v, const char *value)
{
    for (size_t i = 0; v != NULL && i < v->n; i++) {
        if (setup_same_words(v->values[i], value))
            return true;
    }
    return false;
}

/* One wish against what is there. Attributes with several values take another
 * one; of one value there is a difference to leave or to replace. */
static void
plan_setting(ctl *c, const setup_config *config, setup_plan *plan,
    const char *attribute, const char *value, bool many, ctl_change *change)
{
    const setup_values *have = setup_setting_of(config, attribute);
    bool replace = ctl_count(c, CTL_OPT_SETUP_REPLACE) > 0;
    char *what;

    if (has_words(have, value))
        return;
    if (many || have == NULL || have->n == 0 || replace) {
        struct ctl_mod *last =
            change->n_mods > 0 ? change->mods + change->n_mods - 1 : NULL;

        if (last == NULL || !many || strcmp(last->attribute, attribute) != 0)
            ctl_change_mod(change,
                many || change->kind == CTL_CHANGE_ADD ? LDAP_MOD_ADD
                                                       : LDAP_MOD_REPLACE,
                attribute);
        ctl_change_value(change, value, strlen(value));
        return;
    }
    what = ctl_format("%s: %s is \"%s\", not \"%s\"; --replace changes it",
        config->overlay_dn, attribute, have->values[0], value);
    setup_add(&plan->left, what);
    free(what);
}

static bool
is_many(const char *attribute)
{
    for (int d = 0; d < EDC_N_DIRECTIVES; d++) {
        const edc_directive_info *info =
            edc_directive_info_of((edc_directive)d);

        if (strcmp(info->olc, attribute) == 0)
            return info->many;
    }
    return false;
}

/* Options that are no settings; CTL_USAGE after it has said which. */
static ctl_exit
plan_settings(
    ctl *c, const setup_config *config, setup_plan *plan, ctl_change *change)
{
    const char *text, *value, *attribute;
    char why[256];

    for (size_t i = 0; (text = ctl_nth(c, CTL_OPT_SETUP_ROLE, i)) != NULL;
        i++) {
        const char *wrong = setup_role_check(text);

        if (wrong != NULL)
            return ctl_fail(c, CTL_USAGE, "--role \"%s\": %s", text, wrong);
        plan_setting(c, config, plan, "olcEduconnectRole", text, true, change);
    }
    for (size_t i = 0; (text = ctl_nth(c, CTL_OPT_SETUP_SET, i)) != NULL; i++) {
        attribute = setup_setting_check(text, &value, why, sizeof(why));
        if (attribute == NULL)
            return ctl_fail(c, CTL_USAGE, "--set \"%s\": %s", text, why);
        plan_setting(
            c, config, plan, attribute, value, is_many(attribute), change);
    }
    return CTL_OK;
}

static ctl_exit
plan_overlay(ctl *c, const setup_config *config, setup_plan *plan)
{
    bool new = config->overlay_dn == NULL;
    char *dn = new ? ctl_format("olcOverlay=educonnect,%s", config->database_dn)
                   : ctl_copy(config->overlay_dn);
    ctl_change change;
    ctl_exit status;

    ctl_change_begin(&change, new ? CTL_CHANGE_ADD : CTL_CHANGE_MODIFY, dn);
    free(dn);
    if (new) {
        ctl_change_mod(&change, LDAP_MOD_ADD, "objectClass");
        ctl_change_value(
            &change, "olcOverlayConfig", strlen("olcOverlayConfig"));
        ctl_change_value(
            &change, "olcEduconnectConfig", strlen("olcEduconnectConfig"));
        ctl_change_set(&change, LDAP_MOD_ADD, "olcOverlay", "educonnect");
    }
    status = plan_settings(c, config, plan, &change);
    if (status == CTL_OK)
        keep(plan, &change);
    else
        ctl_change_free(&change);
    return status;
}

ctl_exit
setup_make_plan(ctl *c, const setup_config *config, setup_plan *plan)
{
    setup_values roles = {NULL, 0}, heads = {NULL, 0};
    const char *role;

    memset(plan, 0, sizeof(*plan));
    if (config->schema_file && !setup_has(&config->modules, "educonnect"))
        return ctl_fail(c, CTL_STOPPED,
            "cn=schema,cn=config has the schema educonnect, which the module "
            "brings itself; slapd takes it away only when it is stopped and "
            "the file is removed from slapd.d");
    for (size_t i = 0; (role = ctl_nth(c, CTL_OPT_SETUP_ROLE, i)) != NULL; i++)
        setup_add(&roles, role);
    for (size_t i = 0; (role = ctl_nth(c, CTL_OPT_SETUP_HEADS, i)) != NULL;
        i++) {
        const char *wrong = setup_who_check(role);

        if (wrong != NULL) {
            setup_free(&roles);
            return ctl_fail(c, CTL_USAGE, "--heads \"%s\": %s", role, wrong);
        }
        setup_add(&heads, role);
    }
    plan_modules(c, config, plan);
    setup_plan_database(config, &roles, &heads, plan);
    setup_free(&heads);
    setup_free(&roles);
    return plan_overlay(c, config, plan);
}
