/* reply.c - answers: refusals with their words and controls. */
#include "slapd/reply.h"
#include "slapd/handover.h"
#include "slapd/log.h"
#include "slapd/memory.h"
#include "slapd/schema.h"

#include <openssl/crypto.h>

#include "core/account/access.h"

/* Longest diagnosticMessage: every sentence of the list with its parameters. */
#define TEXT_MAX 2048

/* Tags of the password-policy response value
 * (draft-behera-ldap-password-policy-11 section 6.2). */
#define PPOLICY_ERROR 0x81UL

int ov_ppolicy_cid, ov_usability_cid;

int
ov_reply_init(void)
{
    if (slap_find_control_id(LDAP_CONTROL_PASSWORDPOLICYREQUEST,
            &ov_ppolicy_cid) == LDAP_SUCCESS &&
        slap_find_control_id(LDAP_CONTROL_X_ACCOUNT_USABILITY,
            &ov_usability_cid) == LDAP_SUCCESS)
        return 0;
    Debug(LDAP_DEBUG_ANY,
        "educonnect: the password policy controls are not there: put "
        "\"moduleload ppolicy\" before \"moduleload educonnect\"\n");
    return -1;
}

/* The words of the last refusal of each thread. slapd logs them when the
 * operation's callbacks, and with them its memory, are gone already. */
static _Thread_local char words[TEXT_MAX];

const char *
ov_refusal_text(slap_overinst *on, const edc_refusal *refusal)
{
    edc_refusal_text(
        refusal, ov_instance_of(on)->settings.language, words, TEXT_MAX);
    return words;
}

const char *
ov_say(slap_overinst *on, const char *english, const char *french)
{
    return ov_instance_of(on)->settings.language == EDC_FRENCH ? french
                                                               : english;
}

const char *
ov_lasting_text(const char *text)
{
    if (text != NULL && text != words)
        snprintf(words, sizeof(words), "%s", text);
    return text == NULL ? NULL : words;
}

static int
ppolicy_error(const edc_refusal *refusal)
{
    return edc_code_ppolicy(edc_codes_first(refusal->codes));
}

void
ov_count_refusal(slap_overinst *on, const edc_refusal *refusal)
{
    ov_instance *instance = ov_instance_of(on);

    for (int code = 0; code < EDC_N_CODES; code++) {
        if ((refusal->codes & EDC_BIT(code)) != 0)
            instance->counters.refusals[code]++;
    }
}

void
ov_rewrite(
    Operation *op, SlapReply *rs, slap_overinst *on, const edc_refusal *refusal)
{
    rs->sr_err = edc_code_result(edc_codes_first(refusal->codes));
    rs->sr_text = ov_refusal_text(on, refusal);
    ov_count_refusal(on, refusal);
    ov_log_refusal(op, refusal);
}

/* Before slapd frees what it was told to free. */
static int
restore_cleanup(Operation *op, SlapReply *rs)
{
    ov_control_remove(op, rs, op->o_callback->sc_private);
    return SLAP_CB_CONTINUE;
}

/* ---- what is refused ---- */

static void
cleanse_values(const AttributeDescription *ad, BerVarray values)
{
    if (!ov_is_password(ad))
        return;
    for (; values != NULL && !BER_BVISNULL(values); values++)
        OPENSSL_cleanse(values->bv_val, values->bv_len);
}

void
ov_cleanse_request(Operation *op)
{
    switch (op->o_tag) {
    case LDAP_REQ_ADD:
        for (Attribute *a = op->ora_e->e_attrs; a != NULL; a = a->a_next) {
            cleanse_values(a->a_desc, a->a_vals);
            cleanse_values(a->a_desc, a->a_nvals);
        }
        return;
    case LDAP_REQ_MODIFY:
        for (Modifications *m = op->orm_modlist; m != NULL; m = m->sml_next) {
            cleanse_values(m->sml_desc, m->sml_values);
            cleanse_values(m->sml_desc, m->sml_nvalues);
        }
        return;
    case LDAP_REQ_COMPARE:
        if (ov_is_password(op->orc_ava->aa_desc))
            OPENSSL_cleanse(
                op->orc_ava->aa_value.bv_val, op->orc_ava->aa_value.bv_len);
        return;
    case LDAP_REQ_EXTENDED:
        if (op->ore_reqdata != NULL)
            OPENSSL_cleanse(op->ore_reqdata->bv_val, op->ore_reqdata->bv_len);
        return;
    default:
        return;
    }
}

int
ov_refuse(
    Operation *op, SlapReply *rs, slap_overinst *on, const edc_refusal *refusal)
{
    ov_controls *controls = ov_keep(op, sizeof(*controls));

    ov_rewrite(op, rs, on, refusal);
    ov_push_callback(op, NULL, restore_cleanup, controls);
    ov_add_ppolicy(op, rs, ppolicy_error(refusal), controls);
    ov_cleanse_request(op);
    op->o_bd->bd_info = (BackendInfo *)on->on_info;
    send_ldap_result(op, rs);
    return rs->sr_err;
}

int
ov_refuse_code(Operation *op, SlapReply *rs, slap_overinst *on, edc_code code)
{
    edc_refusal refusal = {.codes = EDC_BIT(code)};

    return ov_refuse(op, rs, on, &refusal);
}

int
ov_refuse_acl(Operation *op, SlapReply *rs, slap_overinst *on, const char *text)
{
    ov_cleanse_request(op);
    op->o_bd->bd_info = (BackendInfo *)on->on_info;
    send_ldap_error(op, rs, LDAP_INSUFFICIENT_ACCESS, text);
    return rs->sr_err;
}

/* One control, its value behind it, in slapd's temporary memory: another
 * overlay may tell slapd to free all of them. */
static LDAPControl *
make_control(Operation *op, const char *oid, BerElement *ber)
{
    LDAPControl *control;
    struct berval value;

    if (ber_flatten2(ber, &value, 0) == -1)
        return NULL;
    control = op->o_tmpalloc(sizeof(*control) + value.bv_len, op->o_tmpmemctx);
    control->ldctl_oid = (char *)oid;
    control->ldctl_iscritical = 0;
    control->ldctl_value.bv_val = (char *)(control + 1);
    control->ldctl_value.bv_len = value.bv_len;
    AC_MEMCPY(control->ldctl_value.bv_val, value.bv_val, value.bv_len);
    return control;
}

bool
ov_asks_ppolicy(const Operation *op)
{
    return op->o_ctrlflag[ov_ppolicy_cid] != SLAP_CONTROL_NONE;
}

void
ov_add_ppolicy(Operation *op, SlapReply *rs, int error, ov_controls *controls)
{
    BerElementBuffer buffer;
    BerElement *ber = (BerElement *)&buffer;
    LDAPControl *control = NULL;

    if (ov_exop_of(op) != NULL)
        ov_exop_of(op)->ppolicy = error;
    if (!ov_asks_ppolicy(op))
        return;
    ber_init2(ber, NULL, LBER_USE_DER);
    if (ber_printf(ber, "{") != -1 &&
        (error < 0 || ber_printf(ber, "te", PPOLICY_ERROR, error) != -1) &&
        ber_printf(ber, "N}") != -1)
        control = make_control(op, LDAP_CONTROL_PASSWORDPOLICYRESPONSE, ber);
    ber_free_buf(ber);
    if (control == NULL)
        return;
    ov_control_add(op, rs, control, controls);
}

/* Seconds until an account unlocks, for the control's INTEGER. */
static int
unlock_after(int64_t until, int64_t now)
{
    int64_t left = until - now;

    return left > 0 && left < INT32_MAX ? (int)left : -1;
}

static LDAPControl *
usability_control(Operation *op, edc_access access, int64_t until)
{
    BerElementBuffer buffer;
    BerElement *ber = (BerElement *)&buffer;
    LDAPControl *control = NULL;
    bool reset = access == EDC_ACCESS_MUST_CHANGE;
    bool expired = access == EDC_ACCESS_EXPIRED || access == EDC_ACCESS_LEGACY;
    bool inactive = !reset && !expired;
    int unlock =
        access == EDC_ACCESS_LOCKED ? unlock_after(until, op->o_time) : -1;

    ber_init2(ber, NULL, LBER_USE_DER);
    if (access == EDC_ACCESS_OK) {
        ber_put_int(ber, -1, LDAP_TAG_X_ACCOUNT_USABILITY_AVAILABLE);
    } else {
        ber_start_seq(ber, LDAP_TAG_X_ACCOUNT_USABILITY_NOT_AVAILABLE);
        ber_put_boolean(ber, inactive, LDAP_TAG_X_ACCOUNT_USABILITY_INACTIVE);
        ber_put_boolean(ber, reset, LDAP_TAG_X_ACCOUNT_USABILITY_RESET);
        ber_put_boolean(ber, expired, LDAP_TAG_X_ACCOUNT_USABILITY_EXPIRED);
        ber_put_int(ber, -1, LDAP_TAG_X_ACCOUNT_USABILITY_REMAINING_GRACE);
        ber_put_int(ber, unlock, LDAP_TAG_X_ACCOUNT_USABILITY_UNTIL_UNLOCK);
        ber_put_seq(ber);
    }
    control = make_control(op, LDAP_CONTROL_X_ACCOUNT_USABILITY, ber);
    ber_free_buf(ber);
    return control;
}

void
ov_add_usability(Operation *op, SlapReply *rs, const edc_account *account,
    const edc_settings *settings, ov_controls *controls)
{
    edc_access access = edc_access_of(account, settings, op->o_time);
    LDAPControl *control = usability_control(
        op, access, edc_access_locked_until(account, settings, op->o_time));

    if (control == NULL)
        return;
    ov_control_add(op, rs, control, controls);
    ov_control_give(rs, controls);
}
