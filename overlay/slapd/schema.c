/* schema.c - the schema registered with slapd, and its invariants.
 *
 * The checks run inside the backend's own write, on the entry as it would be
 * stored. They hold no lock and start no operation. slapadd is asked to load
 * what slapcat wrote, all of it: there they name what is wrong, and count it.
 */
#include "slapd/schema.h"
#include "slapd/mobile.h"
#include "slapd/stack.h"
#include "slapd/worse.h"

#include "slapd/instance.h"

#include "core/text/diag.h"
#include "core/text/gentime.h"
#include "core/account/invariant.h"
#include "core/account/service.h"
#include "core/text/uai.h"

AttributeDescription *ov_ad[EDC_N_ATTRIBUTES];
AttributeDescription *ov_kept[EDC_N_KEPT];
AttributeDescription *ov_ad_uid, *ov_ad_sn, *ov_ad_given_name, *ov_ad_mobile;
AttributeDescription *ov_ad_member;
ObjectClass *ov_oc[EDC_N_CLASSES];
ObjectClass *ov_oc_group;

/* What a tool's checks found; they run in one thread of it. */
static unsigned long n_passed;

/* Whether all that is kept is directory operation, which most of what is asked
 * about is not. */
static bool kept_is_operational = true;

unsigned
ov_kept_number(const AttributeDescription *ad)
{
    unsigned i = 0;

    if (kept_is_operational &&
        ad->ad_type->sat_usage != LDAP_SCHEMA_DIRECTORY_OPERATION)
        return EDC_N_KEPT;
    while (i < EDC_N_KEPT && ov_kept[i]->ad_type != ad->ad_type)
        i++;
    return i;
}

bool
ov_is_kept(const AttributeDescription *ad)
{
    return ov_kept_number(ad) < EDC_N_KEPT;
}

bool
ov_is_password(const AttributeDescription *ad)
{
    return ad->ad_type == slap_schema.si_ad_userPassword->ad_type;
}

/* Nearly always it stands there by its name, and nothing is to be looked up. */
static bool
names_class(Entry *e, edc_class class)
{
    Attribute *a = attr_find(e->e_attrs, slap_schema.si_ad_objectClass);
    const struct berval *name = &ov_oc[class]->soc_cname;

    for (unsigned i = 0; a != NULL && i < a->a_numvals; i++) {
        if (a->a_vals[i].bv_len == name->bv_len &&
            strcasecmp(a->a_vals[i].bv_val, name->bv_val) == 0)
            return true;
    }
    return false;
}

bool
ov_has_class(Entry *e, edc_class class)
{
    return names_class(e, class) ||
           is_entry_objectclass_or_sub(e, ov_oc[class]) != 0;
}

bool
ov_is_account(Entry *e)
{
    return names_class(e, EDC_OC_STUDENT) ||
           names_class(e, EDC_OC_LEGAL_GUARDIAN) ||
           ov_has_class(e, EDC_OC_STUDENT) ||
           ov_has_class(e, EDC_OC_LEGAL_GUARDIAN);
}

static edc_str
first_value(Entry *e, AttributeDescription *ad)
{
    Attribute *a = attr_find(e->e_attrs, ad);

    return a == NULL ? (edc_str){NULL, 0} : ov_str(&a->a_vals[0]);
}

static int64_t
first_time(Entry *e, AttributeDescription *ad)
{
    int64_t seconds;

    return edc_time_parse(first_value(e, ad), &seconds) ? seconds : EDC_NO_TIME;
}

bool
ov_is_lock_for_good(edc_str value)
{
    return edc_str_eq(value, EDC_STR(EDC_LOCKED_FOR_GOOD)) ||
           edc_str_eq(value, EDC_STR("00000101000000Z"));
}

static void
read_passwords(Entry *e, edc_account *account)
{
    for (Attribute *a = e->e_attrs; a != NULL; a = a->a_next) {
        if (!ov_is_password(a->a_desc))
            continue;
        if (a->a_desc != slap_schema.si_ad_userPassword)
            account->password_option = true;
        if (account->n_passwords == 0)
            account->password = ov_str(&a->a_vals[0]);
        account->n_passwords += a->a_numvals;
    }
}

static void
read_states(Entry *e, edc_account *account)
{
    Attribute *former = attr_find(e->e_attrs, ov_kept[EDC_KEPT_FORMER_STATE]);
    edc_str state = first_value(e, ov_kept[EDC_KEPT_STATE]);
    edc_state s;

    account->state_stored = state.p != NULL;
    account->state = EDC_UNINFORMED;
    if (account->state_stored)
        edc_state_parse(state, &account->state);
    for (unsigned i = 0; former != NULL && i < former->a_numvals; i++) {
        if (edc_state_parse(ov_str(&former->a_vals[i]), &s))
            account->former |= 1u << s;
    }
}

void
ov_account_read(Entry *e, edc_account *account)
{
    edc_str locked = first_value(e, ov_kept[EDC_KEPT_PWD_LOCKED_TIME]);

    *account = (edc_account){
        .student = ov_has_class(e, EDC_OC_STUDENT),
        .guardian = ov_has_class(e, EDC_OC_LEGAL_GUARDIAN),
        .serial = first_value(e, ov_kept[EDC_KEPT_SERIAL]),
        .informed_by = first_value(e, ov_kept[EDC_KEPT_INFORMED_BY]),
        .provisional_until = first_time(e, ov_kept[EDC_KEPT_PROVISIONAL_UNTIL]),
        .activated_by = first_value(e, ov_kept[EDC_KEPT_ACTIVATED_BY]),
        .changed = first_time(e, ov_kept[EDC_KEPT_PWD_CHANGED_TIME]),
        .must_reset = edc_str_caseeq(
            first_value(e, ov_kept[EDC_KEPT_PWD_RESET]), EDC_STR("TRUE")),
        .locked = first_time(e, ov_kept[EDC_KEPT_PWD_LOCKED_TIME]),
        .permanent_lock = ov_is_lock_for_good(locked),
        .merged = first_value(e, ov_kept[EDC_KEPT_MERGED_INTO]).p != NULL,
        .federated = first_value(e, ov_ad[EDC_AT_FEDERATED_ID]).p != NULL,
        .legacy = first_value(e, ov_ad[EDC_AT_LEGACY_ID]).p != NULL,
    };
    account->has_lock =
        locked.p != NULL ||
        attr_find(e->e_attrs, ov_kept[EDC_KEPT_PWD_FAILURE_TIME]) != NULL;
    read_passwords(e, account);
    read_states(e, account);
}

/* Refuses an entry for the reason in text, or lets it pass with a word in the
 * log. Replication may bring what no client can write, and a backup of it is
 * none if it cannot be loaded. "slapadd -o value-check=yes" is for who wrote
 * the LDIF by hand. */
static int
judge_entry(Entry *e, edc_code code, const char *text)
{
    const int mode = SLAP_TOOL_MODE | SLAP_TOOL_VALUE_CHECK;

    if ((slapMode & mode) != SLAP_TOOL_MODE)
        return edc_code_result(code);
    n_passed++;
    Debug(LDAP_DEBUG_ANY, "educonnect: loaded all the same: %s: %s\n",
        e->e_name.bv_val, text);
    return LDAP_SUCCESS;
}

void
ov_schema_report(void)
{
    if (n_passed != 0)
        Debug(LDAP_DEBUG_ANY,
            "educonnect: contradictions and bad values loaded: %lu; "
            "\"educonnectctl doctor\" tells what to do\n",
            n_passed);
}

bool
ov_is_tool(void)
{
    return (slapMode & SLAP_TOOL_MODE) != 0;
}

/* The overlay over the database that has the entry, or NULL. slapd gives a
 * check the database as its backend sees it, without its overlays. */
static const ov_instance *
instance_over(Entry *e)
{
    BackendDB *be = select_backend(&e->e_nname, 0);
    slap_overinst *on = be == NULL ? NULL : ov_overlay_of(be);

    return on != NULL && on->on_bi.bi_private != NULL ? ov_instance_of(on)
                                                      : NULL;
}

/* Refuses an attribute in the words of people where the entry's readers are
 * spoken to in French, and with a reason for who administers it elsewhere. */
static int
refuse_attribute(Entry *e, edc_code code, const char *attribute,
    const char *because, const char **text, char *textbuf, size_t textlen)
{
    const ov_instance *instance = ov_is_tool() ? NULL : instance_over(e);
    edc_refusal refusal = {
        .codes = EDC_BIT(code), .params.attributes = edc_str_of(attribute)};
    edc_language language =
        instance == NULL ? EDC_ENGLISH : instance->settings.language;

    if (language != EDC_ENGLISH && because != NULL)
        Debug(LDAP_DEBUG_STATS, "educonnect: %s: %s: %s\n", e->e_name.bv_val,
            attribute, because);
    if (language == EDC_ENGLISH && because != NULL)
        snprintf(textbuf, textlen, "%s %s: %s", edc_code_name(code), attribute,
            because);
    else
        edc_refusal_text(&refusal, language, textbuf, textlen);
    *text = textbuf;
    return judge_entry(e, code, textbuf);
}

static int
check_account(Entry *e, const char **text, char *textbuf, size_t textlen)
{
    edc_account account;
    edc_contradiction contradiction;

    ov_account_read(e, &account);
    if (edc_invariant_holds(&account, &contradiction) ||
        (!ov_is_tool() && !ov_worse_is(e, edc_invariant_broken(&account))))
        return LDAP_SUCCESS;
    return refuse_attribute(e, EDC_D04, contradiction.attribute,
        contradiction.because, text, textbuf, textlen);
}

/* One with a state is checked by that attribute, which classes that descend
 * from ours have as well. */
static int
check_class(BackendDB *be, Entry *e, ObjectClass *oc, const char **text,
    char *textbuf, size_t textlen)
{
    (void)oc;
    ov_mobile_set_by_tool(be, e);
    if (attr_find(e->e_attrs, ov_kept[EDC_KEPT_STATE]) != NULL)
        return LDAP_SUCCESS;
    return check_account(e, text, textbuf, textlen);
}

/* Values that a syntax does not describe. */
static bool
is_state(edc_str value)
{
    edc_state state;

    return edc_state_parse(value, &state);
}

static bool
is_level(edc_str value)
{
    return edc_level_parse(value) != 0;
}

static bool
is_audience(edc_str value)
{
    return edc_str_caseeq(value, EDC_STR("student")) ||
           edc_str_caseeq(value, EDC_STR("guardian"));
}

static bool
is_way(edc_str value)
{
    return edc_str_caseeq(value, EDC_STR("letter")) ||
           edc_str_caseeq(value, EDC_STR("self-registration")) ||
           edc_str_caseeq(value, EDC_STR("federation")) ||
           edc_str_caseeq(value, EDC_STR("migration"));
}

/* Whether a database that is marked for test data has the entry. */
static bool
is_test_data(Entry *e)
{
    const ov_instance *instance = instance_over(e);

    return instance != NULL && instance->settings.test_data;
}

static const struct {
    edc_attribute attribute;
    bool (*valid)(edc_str value);
} value_checks[] = {
    {EDC_AT_UAI, edc_uai_valid},
    {EDC_AT_BIRTH_DATE, edc_birthdate_valid},
    {EDC_AT_SCHOOL_LEVEL, is_level},
    {EDC_AT_AUDIENCE, is_audience},
    {EDC_AT_STATE, is_state},
    {EDC_AT_FORMER_STATE, is_state},
    {EDC_AT_ACTIVATED_BY, is_way},
};

#define N_VALUE_CHECKS (sizeof(value_checks) / sizeof(value_checks[0]))

static int
refuse_values(Entry *e, const Attribute *a, const char **text, char *textbuf,
    size_t textlen)
{
    return refuse_attribute(
        e, EDC_D01, a->a_desc->ad_cname.bv_val, NULL, text, textbuf, textlen);
}

/* A value with attribute options is none to the rules, but one to whoever
 * searches for the attribute: there are none of ours. */
static bool
is_bad(Entry *e, const Attribute *a, unsigned v)
{
    edc_str value = ov_str(&a->a_vals[v]);

    if (!BER_BVISEMPTY(&a->a_desc->ad_tags))
        return true;
    for (size_t i = 0; i < N_VALUE_CHECKS; i++) {
        if (ov_ad[value_checks[i].attribute]->ad_type == a->a_desc->ad_type)
            return !value_checks[i].valid(value) &&
                   !(value_checks[i].attribute == EDC_AT_UAI &&
                       edc_uai_shaped(value) && is_test_data(e));
    }
    return false;
}

static bool
has_bad(Entry *e, const Attribute *a)
{
    for (unsigned v = 0; v < a->a_numvals; v++) {
        if (is_bad(e, a, v))
            return true;
    }
    return false;
}

/* slapd asks a class's check of that class only, not of those that descend from
 * it; an entry of such a class that has a state is checked here. */
static int
check_values(BackendDB *be, Entry *e, Attribute *a, const char **text,
    char *textbuf, size_t textlen)
{
    int result = LDAP_SUCCESS;

    if (has_bad(e, a) && (ov_is_tool() || ov_worse_is_attribute(e, a, is_bad)))
        result = refuse_values(e, a, text, textbuf, textlen);
    if (result != LDAP_SUCCESS)
        return result;
    if (a->a_desc == ov_ad[EDC_AT_STATE] && ov_is_account(e)) {
        ov_mobile_set_by_tool(be, e);
        return check_account(e, text, textbuf, textlen);
    }
    return LDAP_SUCCESS;
}

/* For slapd's tools, also of classes that descend from ours. */
static int
check_mobile(BackendDB *be, Entry *e, Attribute *a, const char **text,
    char *textbuf, size_t textlen)
{
    (void)a;
    (void)text;
    (void)textbuf;
    (void)textlen;
    if (ov_is_tool() && ov_is_account(e))
        ov_mobile_set_by_tool(be, e);
    return LDAP_SUCCESS;
}

static int
find(const char *name, AttributeDescription **ad)
{
    const char *text = NULL;

    *ad = NULL;
    return slap_str2ad(name, ad, &text) == LDAP_SUCCESS ? 0 : -1;
}

static int
register_attributes(void)
{
    for (int i = 0; i < EDC_N_ATTRIBUTES; i++) {
        const edc_definition *def = edc_schema_attribute((edc_attribute)i);

        if (register_at(def->text, &ov_ad[i], 0) != 0) {
            Debug(LDAP_DEBUG_ANY,
                "educonnect: attribute %s cannot be registered: take "
                "educonnect.schema out of the configuration, the module "
                "brings it\n",
                def->name);
            return -1;
        }
    }
    return 0;
}

static int
register_classes(void)
{
    for (int i = 0; i < EDC_N_CLASSES; i++) {
        const edc_definition *def = edc_schema_class((edc_class)i);

        if (register_oc(def->text, &ov_oc[i], 0) != 0) {
            Debug(LDAP_DEBUG_ANY,
                "educonnect: class %s cannot be registered: is the schema of "
                "inetOrgPerson there?\n",
                def->name);
            return -1;
        }
    }
    return 0;
}

static int
find_kept(void)
{
    for (int i = 0; i < EDC_N_KEPT; i++) {
        if (find(edc_kept_name((edc_kept)i), &ov_kept[i]) != 0) {
            Debug(LDAP_DEBUG_ANY,
                "educonnect: attribute %s is not there: put \"moduleload "
                "ppolicy\" before \"moduleload educonnect\" (the module only; "
                "the ppolicy overlay is not needed)\n",
                edc_kept_name((edc_kept)i));
            return -1;
        }
        if (ov_kept[i]->ad_type->sat_usage != LDAP_SCHEMA_DIRECTORY_OPERATION)
            kept_is_operational = false;
    }
    return 0;
}

int
ov_schema_register(void)
{
    if (find("pwdChangedTime", &ov_kept[EDC_KEPT_PWD_CHANGED_TIME]) != 0 ||
        find("pwdAccountLockedTime", &ov_kept[EDC_KEPT_PWD_LOCKED_TIME]) != 0) {
        Debug(LDAP_DEBUG_ANY,
            "educonnect: the schema of the password policy is not there: put "
            "\"moduleload ppolicy\" before \"moduleload educonnect\" (the "
            "module only; the ppolicy overlay is not needed)\n");
        return -1;
    }
    if (find("uid", &ov_ad_uid) != 0)
        return -1;
    if (register_attributes() != 0 || register_classes() != 0 ||
        find_kept() != 0)
        return -1;
    for (int a = 0; a < EDC_N_ATTRIBUTES; a++)
        ov_ad[a]->ad_type->sat_check = check_values;
    ov_oc[EDC_OC_STUDENT]->soc_check = check_class;
    ov_oc[EDC_OC_LEGAL_GUARDIAN]->soc_check = check_class;
    return 0;
}

int
ov_schema_complete(void)
{
    ov_oc_group = oc_find(SLAPD_GROUP_CLASS);
    if (find("sn", &ov_ad_sn) == 0 &&
        find("givenName", &ov_ad_given_name) == 0 &&
        find("mobile", &ov_ad_mobile) == 0 &&
        find(SLAPD_GROUP_ATTR, &ov_ad_member) == 0 && ov_oc_group != NULL) {
        ov_ad_mobile->ad_type->sat_check = check_mobile;
        return 0;
    }
    Debug(LDAP_DEBUG_ANY,
        "educonnect: sn, givenName, mobile, groupOfNames are not "
        "there: the core, cosine and "
        "inetorgperson schemas come before the overlay\n");
    return -1;
}
