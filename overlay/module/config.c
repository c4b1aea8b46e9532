/* config.c - the directives in slapd.conf and cn=config.
 *
 * The table is made from core/settings/directives.def; values are checked and
 * kept by core/settings/settings.c. Only roles, which name entries, are kept
 * here.
 */
#include "bind/hash.h"
#include "bind/identity.h"
#include "bind/known.h"
#include "bind/trail.h"
#include "slapd/sink.h"

#include "lutil.h"

#include "core/text/schema.h"

/* Longest value that is written back to cn=config. */
#define VALUE_MAX 4096

/* Room for one attribute definition. */
#define DEFINITION_MAX 256

static ConfigTable table[EDC_N_DIRECTIVES + 1];
static char definitions[EDC_N_DIRECTIVES][DEFINITION_MAX];
static char class_definition[1024];
static ConfigOCs classes[2];

static const struct {
    const char *name;
    unsigned role;
} role_names[] = {
    {"provisioner", EDC_PROVISIONER},
    {"registrar", EDC_REGISTRAR},
    {"assistance", EDC_ASSISTANCE},
    {"academy", EDC_ACADEMY},
};

static int
bad(ConfigArgs *c, const char *why)
{
    snprintf(c->cr_msg, sizeof(c->cr_msg), "<%s> %s", c->argv[0], why);
    Debug(LDAP_DEBUG_ANY, "%s: %s\n", c->log, c->cr_msg);
    return ARG_BAD_CONF;
}

static ov_instance *
instance_of(ConfigArgs *c)
{
    return ov_instance_of((slap_overinst *)c->bi);
}

static int
emit_values(ConfigArgs *c, const edc_settings *settings, edc_directive d)
{
    char value[VALUE_MAX], quoted[VALUE_MAX + 2];
    bool any = false;

    for (unsigned i = 0; edc_settings_get(settings, d, i, value, sizeof(value));
        i++) {
        bool path = d == EDC_CONF_PASSWORD_LIST || d == EDC_CONF_AUDIT;
        bool quote = path && strchr(value, ' ') != NULL;
        struct berval bv;

        snprintf(quoted, sizeof(quoted), quote ? "\"%s\"" : "%s", value);
        ber_str2bv(quoted, 0, 0, &bv);
        if (value_add_one(&c->rvalue_vals, &bv) != 0)
            return ARG_BAD_CONF;
        any = true;
    }
    return any ? 0 : 1;
}

/* Whether the schema has every attribute that is named. */
static int
check_attributes(ConfigArgs *c)
{
    for (int i = 1; i < c->argc; i++) {
        AttributeDescription *ad = NULL;
        const char *text = NULL;
        char why[256];

        if (slap_str2ad(c->argv[i], &ad, &text) == LDAP_SUCCESS)
            continue;
        snprintf(
            why, sizeof(why), "the schema has no attribute \"%s\"", c->argv[i]);
        return bad(c, why);
    }
    return 0;
}

static void
free_role(ov_role *r)
{
    ch_free(r->dn.bv_val);
    ch_free(r->ndn.bv_val);
    ch_free(r);
}

static int
delete_roles(ov_role **list, int which)
{
    for (int i = 0; *list != NULL; i++) {
        ov_role *r = *list;

        if (which >= 0 && i != which) {
            list = &r->next;
            continue;
        }
        *list = r->next;
        free_role(r);
    }
    return 0;
}

static ov_role *
copy_roles(ov_role *r)
{
    ov_role *copy = NULL, **end = &copy;

    for (; r != NULL; r = r->next) {
        *end = ch_malloc(sizeof(**end));
        **end = (ov_role){.role = r->role, .group = r->group};
        ber_dupbv(&(*end)->dn, &r->dn);
        ber_dupbv(&(*end)->ndn, &r->ndn);
        end = &(*end)->next;
    }
    return copy;
}

/* slapd's pause keeps its workers out of a change, and ends under another lock
 * than the one that they take their next work under: what every hook reads
 * first (module/open.c) is written last, so that it sees the change. */
static void
publish(ov_instance *instance)
{
    bool open = instance->open;

    instance->open = open;
}

/* Figures are checked against each other once all of a change is in: slapd
 * carries a replace out as a delete and an add. When they contradict themselves
 * slapd forgets the whole change, and undoes none of it: all is put back as it
 * was before. */
static int
check_change(ConfigArgs *c)
{
    ov_instance *instance = instance_of(c);
    char why[256] = "";
    bool good = edc_settings_check(&instance->settings, why, sizeof(why));

    instance->changing = false;
    if (good) {
        edc_settings_free(&instance->settings_before);
        delete_roles(&instance->roles_before, -1);
        ov_hash_follow(instance);
        ov_known_follow(instance);
        ov_trail_follow(instance);
        publish(instance);
        return 0;
    }
    edc_settings_free(&instance->settings);
    delete_roles(&instance->roles, -1);
    instance->settings = instance->settings_before;
    instance->roles = instance->roles_before;
    instance->roles_before = NULL;
    publish(instance);
    bad(c, why);
    return LDAP_CONSTRAINT_VIOLATION;
}

/* While a configuration is read, all is in when the database is opened. */
static int
check_later(ConfigArgs *c)
{
    ov_instance *instance = instance_of(c);

    if (!instance->open || instance->changing)
        return 0;
    if (!edc_settings_copy(&instance->settings_before, &instance->settings))
        return bad(c, "slapd has no memory");
    if (config_push_cleanup(c, check_change) != 0) {
        edc_settings_free(&instance->settings_before);
        return bad(c, "slapd has no room for another check");
    }
    instance->roles_before = copy_roles(instance->roles);
    instance->changing = true;
    return 0;
}

/* slapd verifies imported hashes, with the modules that it has loaded. */
static int
check_schemes(ConfigArgs *c)
{
    for (int i = 1; i < c->argc; i++) {
        char why[256];

        if (c->argv[i][0] != '{' || lutil_passwd_scheme(c->argv[i]) != 0)
            continue;
        snprintf(why, sizeof(why),
            "slapd does not know the scheme %.60s: load its module before",
            c->argv[i]);
        return bad(c, why);
    }
    return 0;
}

/* A slapd that starts is not kept from it by a file that is not there: the disk
 * may come later. */
static int
check_audit(ConfigArgs *c)
{
    edc_settings wanted = {.audit = NULL};
    const char *reason = NULL;
    char why[256];

    if (!edc_settings_set(&wanted, EDC_CONF_AUDIT, c->argc - 1,
            (const char *const *)c->argv + 1, NULL, 0))
        return 0;
    if ((slapMode & SLAP_SERVER_RUNNING) == 0)
        (void)ov_sink_may(wanted.audit, &reason);
    else
        (void)ov_sink_can(wanted.audit, &reason);
    edc_settings_free(&wanted);
    if (reason == NULL)
        return 0;
    snprintf(
        why, sizeof(why), "the file cannot be opened to append: %s", reason);
    return bad(c, why);
}

/* Sets or unsets one directive. */
static int
change_value(ConfigArgs *c, edc_settings *settings, edc_directive d, bool set)
{
    char why[256] = "", value[VALUE_MAX];
    bool one = !set && c->valx >= 0 && edc_directive_info_of(d)->many;

    if (check_later(c) != 0)
        return ARG_BAD_CONF;
    if (set) {
        if (d == EDC_CONF_IMPORT_SCHEMES && check_schemes(c) != 0)
            return ARG_BAD_CONF;
        if (d == EDC_CONF_ELIGIBILITY && check_attributes(c) != 0)
            return ARG_BAD_CONF;
        if (d == EDC_CONF_AUDIT && check_audit(c) != 0)
            return ARG_BAD_CONF;
        if (!edc_settings_set(settings, d, c->argc - 1,
                (const char *const *)c->argv + 1, why, sizeof(why)))
            return bad(c, why);
        if (d == EDC_CONF_TEST_DATA && settings->test_data)
            Debug(LDAP_DEBUG_ANY,
                "%s: TEST DATA: codes of schools may have a wrong check "
                "letter\n",
                c->log);
    } else {
        if (one && !edc_settings_get(
                       settings, d, (unsigned)c->valx, value, sizeof(value)))
            return 0;
        if (!edc_settings_unset(settings, d, one ? value : NULL))
            return bad(c, "cannot be put back to its default");
    }
    return 0;
}

static int
config_value(ConfigArgs *c)
{
    edc_settings *settings = &instance_of(c)->settings;
    edc_directive d = (edc_directive)(c->type - 1);

    if (c->op != SLAP_CONFIG_EMIT)
        ov_identity_forget(instance_of(c)->identities);
    switch (c->op) {
    case SLAP_CONFIG_EMIT:
        return emit_values(c, settings, d);
    case LDAP_MOD_DELETE:
        return change_value(c, settings, d, false);
    default:
        return change_value(c, settings, d, true);
    }
}

/* Writes a role as it is read: quotes around the DN, backslashes doubled. */
static void
write_role(const ov_role *r, char *out, size_t size)
{
    const char *name = "";
    size_t n;

    for (size_t i = 0; i < sizeof(role_names) / sizeof(role_names[0]); i++) {
        if (role_names[i].role == r->role)
            name = role_names[i].name;
    }
    n = (size_t)snprintf(
        out, size, "%s %s=\"", name, r->group ? "group" : "dn");
    for (ber_len_t i = 0; i < r->dn.bv_len && n + 4 < size; i++) {
        if (strchr("\\\"", r->dn.bv_val[i]) != NULL)
            out[n++] = '\\';
        out[n++] = r->dn.bv_val[i];
    }
    snprintf(out + n, size - n, "\"");
}

static int
emit_roles(ConfigArgs *c, const ov_role *r)
{
    char value[VALUE_MAX];
    struct berval bv;

    if (r == NULL)
        return 1;
    for (; r != NULL; r = r->next) {
        write_role(r, value, sizeof(value));
        ber_str2bv(value, 0, 0, &bv);
        if (value_add_one(&c->rvalue_vals, &bv) != 0)
            return ARG_BAD_CONF;
    }
    return 0;
}

static int
add_role(ConfigArgs *c, ov_role **list)
{
    ov_role *r, *known;
    struct berval dn;
    unsigned role = 0;
    bool group;

    for (size_t i = 0; i < sizeof(role_names) / sizeof(role_names[0]); i++) {
        if (strcasecmp(c->argv[1], role_names[i].name) == 0)
            role = role_names[i].role;
    }
    if (role == 0)
        return bad(c,
            "the role is one of provisioner, registrar, assistance, academy");
    if (c->argc != 3)
        return bad(c, "wants a role and one of dn=<DN>, group=<DN>");
    group = strncasecmp(c->argv[2], "group=", 6) == 0;
    if (!group && strncasecmp(c->argv[2], "dn=", 3) != 0)
        return bad(c, "wants dn=<DN> or group=<DN> after the role");
    ber_str2bv(c->argv[2] + (group ? 6 : 3), 0, 0, &dn);
    r = ch_calloc(1, sizeof(*r));
    r->role = role;
    r->group = group;
    if (BER_BVISEMPTY(&dn) ||
        dnPrettyNormal(NULL, &dn, &r->dn, &r->ndn, NULL) != LDAP_SUCCESS) {
        ch_free(r);
        return bad(c, "the DN cannot be read");
    }
    for (; (known = *list) != NULL; list = &known->next) {
        if (known->role == role && known->group == group &&
            dn_match(&known->ndn, &r->ndn)) {
            free_role(r);
            return bad(c, "this role is there already");
        }
    }
    *list = r;
    return 0;
}

static int
config_role(ConfigArgs *c)
{
    ov_instance *instance = instance_of(c);

    if (c->op == SLAP_CONFIG_EMIT)
        return emit_roles(c, instance->roles);
    if (check_later(c) != 0)
        return ARG_BAD_CONF;
    if (c->op == LDAP_MOD_DELETE)
        return delete_roles(&instance->roles, c->valx);
    return add_role(c, &instance->roles);
}

void
ov_roles_free(ov_instance *instance)
{
    delete_roles(&instance->roles, -1);
}

/* One row of slapd's table from one of ours. The OID's last number is the
 * row's place: rows are appended only. */
static void
make_row(edc_directive d)
{
    const edc_directive_info *info = edc_directive_info_of(d);
    int place = (int)d + 1;

    snprintf(definitions[d], DEFINITION_MAX,
        "( " EDC_OID_ARC ".5.1.%d NAME '%s' EQUALITY caseIgnoreMatch "
        "SYNTAX OMsDirectoryString%s )",
        place, info->olc, info->many ? "" : " SINGLE-VALUE");
    table[d].name = info->name;
    table[d].what = info->syntax;
    table[d].min_args = 2;
    table[d].arg_type = ARG_MAGIC | (unsigned)place;
    table[d].arg_item =
        d == EDC_CONF_ROLE ? (void *)config_role : (void *)config_value;
    table[d].attribute = definitions[d];
}

int
ov_config_register(slap_overinst *overlay)
{
    size_t n;

    n = (size_t)snprintf(class_definition, sizeof(class_definition),
        "( " EDC_OID_ARC ".5.2.1 NAME 'olcEduconnectConfig' "
        "DESC 'educonnect overlay configuration' SUP olcOverlayConfig MAY ( ");
    for (int d = 0; d < EDC_N_DIRECTIVES; d++) {
        make_row((edc_directive)d);
        n += (size_t)snprintf(class_definition + n,
            sizeof(class_definition) - n, "%s%s", d > 0 ? " $ " : "",
            edc_directive_info_of((edc_directive)d)->olc);
    }
    snprintf(class_definition + n, sizeof(class_definition) - n, " ) )");
    table[EDC_N_DIRECTIVES].arg_type = ARG_IGNORED;
    classes[0].co_def = class_definition;
    classes[0].co_type = Cft_Overlay;
    classes[0].co_table = table;
    overlay->on_bi.bi_cf_ocs = classes;
    return config_register_schema(table, classes);
}
