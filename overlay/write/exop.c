/* exop.c - the Password Modify extended operation (RFC 3062) on accounts.
 *
 * slapd's own code would hash with the default scheme, verify the old password
 * uncounted and make eight-character passwords. So it is carried out here, as
 * a Modify in the client's own name through the whole stack.
 */
#include "bind/session.h"
#include "slapd/entry.h"
#include "slapd/handover.h"
#include "slapd/hooks.h"
#include "slapd/memory.h"
#include "slapd/mods.h"
#include "slapd/reply.h"

#include <openssl/crypto.h>

#include "core/password/provisional.h"
#include "core/password/looks.h"

/* The answer, put in place when slapd sends it. slapd takes a backend's 53 for
 * "do it yourself", and has put a password of its own making, which nobody
 * stored, where the one made here belongs. */
typedef struct answer {
    int result;
    const char *text;
    int ppolicy;
    struct berval *response; /* RFC 3062: SEQUENCE { genPasswd [0] } */
    ov_controls controls;
    bool sent;
} answer;

static void
wipe_response(struct berval **response)
{
    if (*response == NULL)
        return;
    OPENSSL_cleanse((*response)->bv_val, (*response)->bv_len);
    ber_bvfree(*response);
    *response = NULL;
}

static int
answer_response(Operation *op, SlapReply *rs)
{
    answer *a = op->o_callback->sc_private;

    if (rs->sr_type != REP_EXTENDED || a->sent)
        return SLAP_CB_CONTINUE;
    a->sent = true;
    rs->sr_err = a->result;
    rs->sr_text = a->text;
    wipe_response(&rs->sr_rspdata);
    rs->sr_rspdata = a->response;
    a->response = NULL;
    ov_add_ppolicy(op, rs, a->ppolicy, &a->controls);
    return SLAP_CB_CONTINUE;
}

static int
answer_cleanup(Operation *op, SlapReply *rs)
{
    answer *a = op->o_callback->sc_private;

    ov_control_remove(op, rs, &a->controls);
    wipe_response(&a->response);
    return SLAP_CB_CONTINUE;
}

static answer *
begin_answer(Operation *op)
{
    answer *a = ov_keep(op, sizeof(*a));

    a->result = LDAP_OTHER;
    a->ppolicy = -1;
    ov_push_callback_below(op, answer_response, answer_cleanup, a);
    return a;
}

static void
refuse_with(Operation *op, SlapReply *rs, slap_overinst *on,
    const edc_refusal *refusal, answer *a)
{
    ov_rewrite(op, rs, on, refusal);
    a->result = rs->sr_err;
    a->text = rs->sr_text;
    a->ppolicy = edc_code_ppolicy(edc_codes_first(refusal->codes));
}

static int
keep_result(Operation *op, SlapReply *rs)
{
    answer *a = op->o_callback->sc_private;

    if (rs->sr_type != REP_RESULT)
        return 0;
    a->result = rs->sr_err;
    a->text = ov_lasting_text(rs->sr_text);
    return 0;
}

/* The words are slapd's own for a wrong old password, or French. */
static void
refuse_old(slap_overinst *on, answer *a)
{
    a->text = ov_say(on, "unwilling to verify old password",
        "l'ancien mot de passe n'est pas le bon");
    a->result = LDAP_UNWILLING_TO_PERFORM;
}

/* The Modify in the client's name: same identity, same controls, same
 * connection; its result stays here. */
static void
modify_as_client(Operation *op, slap_overinst *on,
    const struct berval *password, ov_exop *exop, answer *a)
{
    Operation inner = ov_op_copy(op);
    SlapReply rs = {.sr_type = REP_RESULT};
    slap_callback cb = {.sc_response = keep_result, .sc_private = a};
    Modifications *mod = NULL;
    ov_exop_extra extra = {.exop = *exop};

    ov_mods_append(
        &mod, LDAP_MOD_REPLACE, slap_schema.si_ad_userPassword, password, 1);
    mod->sml_flags = 0;
    inner.o_tag = LDAP_REQ_MODIFY;
    inner.o_bd = op->o_bd->bd_self;
    inner.o_callback = &cb;
    memset(&inner.o_request, 0, sizeof(inner.o_request));
    inner.orm_modlist = mod;
    ov_exop_hand(&inner, &extra);
    inner.o_bd->be_modify(&inner, &rs);
    ov_exop_take_back(&inner, &extra);
    ov_mods_wipe(inner.orm_modlist);
    *exop = extra.exop;
    a->ppolicy = exop->ppolicy;
    if (exop->old_is_bad)
        refuse_old(on, a);
}

static void
change_password(Operation *op, SlapReply *rs, slap_overinst *on,
    const struct berval *new, const struct berval *old, answer *a)
{
    ov_exop exop = {
        .client = op,
        .source = EDC_SOURCE_CLEAR,
        .old = *old,
        .ppolicy = -1,
    };
    edc_refusal failed = {.codes = EDC_BIT(EDC_X01)};
    struct berval password = *new;

    if (BER_BVISEMPTY(new)) {
        exop.source = EDC_SOURCE_SERVER;
        if (!edc_provisional_make(EDC_KEPT_GROUPS, &exop.made)) {
            refuse_with(op, rs, on, &failed, a);
            return;
        }
        password = ov_berval(edc_buf_str(&exop.made));
    } else if (edc_looks_hashed(ov_str(new))) {
        exop.source = EDC_SOURCE_HASHED;
    }
    modify_as_client(op, on, &password, &exop, a);
    password = ov_berval(edc_buf_str(&exop.made));
    if (a->result == LDAP_SUCCESS && exop.made.n > 0)
        a->response = slap_passwd_return(&password);
    edc_buf_wipe(&exop.made);
}

static void
run(Operation *op, SlapReply *rs, slap_overinst *on, answer *a)
{
    struct berval id = BER_BVNULL, old = BER_BVNULL, new = BER_BVNULL;
    edc_refusal refusal = {.codes = EDC_BIT(EDC_S05)};

    if (op->o_txnSpec) {
        refuse_with(op, rs, on, &refusal, a);
        return;
    }
    a->result = slap_passwd_parse(op->ore_reqdata, &id, &old, &new, &a->text);
    if (a->result != LDAP_SUCCESS)
        return;
    change_password(op, rs, on, &new, &old, a);
}

/* Of operations that are not judged here (Refresh, RFC 2589), who asks is. */
static int
judge_session(Operation *op, SlapReply *rs, slap_overinst *on)
{
    edc_refusal refusal;

    ov_keep_begin(op);
    if (ov_session_allows(op, on, false, &refusal))
        return SLAP_CB_CONTINUE;
    ov_rewrite(op, rs, on, &refusal);
    return rs->sr_err;
}

int
ov_extended(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    bool own = dn_match(&op->o_ndn, &op->o_req_ndn);
    int rc = SLAP_CB_CONTINUE;
    edc_refusal refusal;
    BackendInfo *bi;
    Entry *entry;
    answer *a = NULL;

    if (ber_bvcmp(&slap_EXOP_MODIFY_PASSWD, &op->ore_reqoid) != 0)
        return judge_session(op, rs, on);
    if (be_shadow_update(op))
        return SLAP_CB_CONTINUE;
    ov_keep_begin(op);
    bi = ov_enter(op, on);
    entry = ov_entry_copy(op, &op->o_req_ndn);
    if (!ov_session_allows(op, on, own, &refusal)) {
        a = begin_answer(op);
        refuse_with(op, rs, on, &refusal, a);
    } else if (ov_is_unread(op)) {
        refusal = (edc_refusal){.codes = EDC_BIT(ov_unread_code())};
        a = begin_answer(op);
        refuse_with(op, rs, on, &refusal, a);
    } else if (entry != NULL && ov_is_account(entry)) {
        a = begin_answer(op);
        run(op, rs, on, a);
    }
    /* slapo-chain sends the request after a referral. */
    if (a != NULL && a->result != LDAP_REFERRAL)
        ov_cleanse_request(op);
    if (a != NULL)
        rc = a->result == LDAP_SUCCESS ? LDAP_SUCCESS : LDAP_OTHER;
    else
        /* slapd writes by itself now, and drops every callback before. */
        ov_keep_drop(op);
    if (entry != NULL)
        entry_free(entry);
    ov_leave(op, bi);
    return rc;
}
