/* read.c - cn=config, as far as setup wants to know. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/settings/settings.h"
#include "setup/setup.h"

void
setup_add(setup_values *v, const char *value)
{
    v->values = ctl_resize(v->values, v->n + 1, sizeof(*v->values));
    v->values[v->n++] = ctl_copy(value);
}

bool
setup_has(const setup_values *v, const char *value)
{
    for (size_t i = 0; i < v->n; i++) {
        if (strcasecmp(v->values[i], value) == 0)
            return true;
    }
    return false;
}

void
setup_free(setup_values *v)
{
    for (size_t i = 0; i < v->n; i++)
        free(v->values[i]);
    free(v->values);
    *v = (setup_values){NULL, 0};
}

void
setup_config_free(setup_config *config)
{
    free(config->module_dn);
    free(config->database_dn);
    free(config->suffix);
    free(config->root_dn);
    free(config->overlay_dn);
    free(config->size_limit);
    setup_free(&config->modules);
    setup_free(&config->paths);
    setup_free(&config->indexes);
    setup_free(&config->limits);
    for (size_t i = 0; i < config->n_settings; i++)
        setup_free(&config->settings[i].values);
    memset(config, 0, sizeof(*config));
}

const setup_values *
setup_setting_of(const setup_config *config, const char *attribute)
{
    for (size_t i = 0; i < config->n_settings; i++) {
        if (strcasecmp(config->settings[i].attribute, attribute) == 0)
            return &config->settings[i].values;
    }
    return NULL;
}

/* ---- entries ---- */

void
setup_read_values(const ctl_entry *e, const char *attribute, setup_values *v)
{
    struct berval **values = ctl_entry_values(e, attribute);

    for (size_t i = 0; values != NULL && values[i] != NULL; i++)
        setup_add(v, setup_bare(values[i]->bv_val));
    if (values != NULL)
        ldap_value_free_len(values);
}

static bool
read_modules(void *ctx, const ctl_entry *e)
{
    setup_config *config = ctx;
    setup_values loaded = {NULL, 0};

    if (config->module_dn == NULL) {
        config->module_dn = ctl_copy(e->dn);
        setup_read_values(e, "olcModulePath", &config->paths);
    }
    setup_read_values(e, "olcModuleLoad", &loaded);
    for (size_t i = 0; i < loaded.n; i++) {
        char *name = setup_module_name(loaded.values[i]);

        setup_add(&config->modules, name);
        free(name);
    }
    setup_free(&loaded);
    return true;
}

static bool
read_schema(void *ctx, const ctl_entry *e)
{
    setup_config *config = ctx;
    setup_values names = {NULL, 0};

    setup_read_values(e, "cn", &names);
    config->schema_file =
        config->schema_file || setup_has(&names, "educonnect");
    setup_free(&names);
    return true;
}

typedef struct finder {
    setup_config *config;
    const char *wanted;
} finder;

static void
take_database(setup_config *config, const ctl_entry *e)
{
    free(config->database_dn);
    free(config->suffix);
    free(config->root_dn);
    setup_free(&config->indexes);
    setup_free(&config->limits);
    config->database_dn = ctl_copy(e->dn);
    config->suffix = ctl_entry_first(e, "olcSuffix");
    config->root_dn = ctl_entry_first(e, "olcRootDN");
    setup_read_values(e, "olcDbIndex", &config->indexes);
    setup_read_values(e, "olcLimits", &config->limits);
    free(config->size_limit);
    config->size_limit = ctl_entry_first(e, "olcSizeLimit");
}

static bool
read_database(void *ctx, const ctl_entry *e)
{
    finder *f = ctx;

    if (f->wanted != NULL && strcasecmp(f->wanted, e->dn) != 0 &&
        !ctl_entry_has(e, "olcSuffix", f->wanted))
        return true;
    if (f->config->n_databases++ == 0)
        take_database(f->config, e);
    return true;
}

static bool
read_overlay(void *ctx, const ctl_entry *e)
{
    setup_config *config = ctx;

    config->overlay_dn = ctl_copy(e->dn);
    for (int d = 0; d < EDC_N_DIRECTIVES; d++) {
        struct setup_setting *s = config->settings + config->n_settings++;

        s->attribute = edc_directive_info_of((edc_directive)d)->olc;
        setup_read_values(e, s->attribute, &s->values);
    }
    return false;
}

/* Where the database has none of its own. */
static bool
read_size_limit(void *ctx, const ctl_entry *e)
{
    setup_config *config = ctx;

    if (config->size_limit == NULL)
        config->size_limit = ctl_entry_first(e, "olcSizeLimit");
    return true;
}

/* ---- all of it ---- */

static ctl_exit
search(ctl *c, const char *base, int scope, const char *filter,
    bool (*each)(void *ctx, const ctl_entry *e), void *ctx)
{
    static const char *const all[] = {LDAP_ALL_USER_ATTRIBUTES, NULL};
    int result = ctl_search(c, base, scope, filter, all, each, ctx);

    if (result == LDAP_SUCCESS)
        return CTL_OK;
    if (result == LDAP_NO_SUCH_OBJECT || result == LDAP_INSUFFICIENT_ACCESS)
        return ctl_fail(c, CTL_SERVER,
            "cn=config cannot be read: it takes its administrator, such as "
            "root by -Y EXTERNAL -H ldapi:///");
    return ctl_fail_ldap(c, CTL_SERVER, c->ld, result, base);
}

static ctl_exit
check_database(ctl *c, const char *wanted, const setup_config *config)
{
    if (config->n_databases == 1 && config->suffix != NULL)
        return CTL_OK;
    if (config->n_databases == 0 && wanted != NULL)
        return ctl_fail(c, CTL_USAGE, "--database: no mdb database %s", wanted);
    return ctl_fail(c, CTL_USAGE,
        "%zu mdb databases could be meant; --database SUFFIX says which",
        config->n_databases);
}

bool
setup_may_read(ctl *c)
{
    char *nothing[] = {LDAP_NO_ATTRS, NULL};
    LDAPMessage *found = NULL;
    int result = ldap_search_ext_s(c->ld, "cn=config", LDAP_SCOPE_BASE,
        "(objectClass=*)", nothing, 0, NULL, NULL, NULL, 1, &found);
    bool may = result == LDAP_SUCCESS && ldap_count_entries(c->ld, found) == 1;

    ldap_msgfree(found);
    return may;
}

ctl_exit
setup_read(ctl *c, const char *wanted, setup_config *config)
{
    finder f = {config, wanted};
    ctl_exit status;

    memset(config, 0, sizeof(*config));
    status = search(c, "cn=config", LDAP_SCOPE_ONELEVEL,
        "(objectClass=olcModuleList)", read_modules, config);
    if (status == CTL_OK)
        status = search(c, "cn=config", LDAP_SCOPE_SUBTREE,
            "(objectClass=olcSchemaConfig)", read_schema, config);
    if (status == CTL_OK)
        status = search(c, "cn=config", LDAP_SCOPE_ONELEVEL,
            "(objectClass=olcMdbConfig)", read_database, &f);
    if (status == CTL_OK)
        status = check_database(c, wanted, config);
    if (status == CTL_OK)
        status = search(c, config->database_dn, LDAP_SCOPE_ONELEVEL,
            "(objectClass=olcEduconnectConfig)", read_overlay, config);
    if (status == CTL_OK)
        status = search(c, "cn=config", LDAP_SCOPE_ONELEVEL,
            "(objectClass=olcFrontendConfig)", read_size_limit, config);
    if (status == CTL_OK)
        status = search(c, "cn=config", LDAP_SCOPE_BASE, "(objectClass=*)",
            read_size_limit, config);
    return status;
}
