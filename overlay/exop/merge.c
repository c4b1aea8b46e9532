/* merge.c - the merge operation: two accounts of one guardian become one.
 *
 * One write on the account that closes decides everything: its
 * educonnectMergedInto is what makes its children the other's. So a crash
 * leaves both as they were, or merged; and asking again for what is done
 * already is answered with success.
 */
#include "bind/guess.h"
#include "bind/lock.h"
#include "exop/answer.h"
#include "exop/operation.h"
#include "link/gone.h"
#include "slapd/memory.h"
#include "slapd/mods.h"
#include "slapd/reply.h"
#include "slapd/reserve.h"
#include "write/judge.h"

#include "core/account/access.h"
#include "core/account/identity.h"
#include "core/account/merge.h"

/* One merge under way. */
typedef struct merge {
    Operation *op;
    SlapReply *rs;
    slap_overinst *on;
    const ov_merge_request *request;
    bool by_holder;
    unsigned roles;
    struct berval kept;  /* normalised, in op's memory */
    struct berval other; /* the same */
    edc_buf verified;    /* by_holder: the other's stored password */
    Entry *kept_entry;   /* copies of the moment */
    Entry *other_entry;
} merge;

static int
deny(merge *m, edc_code code)
{
    return ov_deny_code(m->op, m->rs, m->on, code);
}

static void
free_entries(merge *m)
{
    if (m->kept_entry != NULL)
        entry_free(m->kept_entry);
    if (m->other_entry != NULL)
        entry_free(m->other_entry);
    m->kept_entry = m->other_entry = NULL;
}

/* ---- the one write ---- */

static bool
is_done(merge *m)
{
    return ov_has_dn(m->other_entry, ov_kept[EDC_KEPT_MERGED_INTO], &m->kept);
}

static int
succeed(merge *m)
{
    m->rs->sr_rspdata = ov_write_dn(&m->other_entry->e_name);
    return m->rs->sr_rspdata != NULL ? LDAP_SUCCESS : LDAP_OTHER;
}

/* To be freed; the ranges are the entry's. */
static edc_str *
names_of(Entry *e, AttributeDescription *ad, size_t *n)
{
    Attribute *a = attr_find(e->e_attrs, ad);
    edc_str *names;

    *n = a == NULL ? 0 : a->a_numvals;
    names = ch_calloc(*n + 1, sizeof(*names));
    for (size_t i = 0; i < *n; i++)
        names[i] = ov_str(&a->a_vals[i]);
    return names;
}

static bool
same_name(Entry *a, Entry *b, AttributeDescription *ad)
{
    size_t n, n_others;
    edc_str *names = names_of(a, ad, &n);
    edc_str *others = names_of(b, ad, &n_others);
    bool same = false;

    if (!edc_names_same(names, n, others, n_others, &same))
        same = false;
    ch_free(names);
    ch_free(others);
    return same;
}

static bool
same_names(merge *m)
{
    return same_name(m->kept_entry, m->other_entry, ov_ad_sn) &&
           same_name(m->kept_entry, m->other_entry, ov_ad_given_name);
}

static int
write_merge(merge *m, ov_write *w)
{
    Modifications *mods = NULL;
    int rc;

    ov_mods_serial(&mods, &w->account, w->plan.serial);
    ov_mods_event(&mods, m->on, &w->plan, w->before, (edc_str){NULL, 0});
    rc = ov_modify_internal(m->op, &m->other_entry->e_name,
        &m->other_entry->e_nname, mods, &m->rs->sr_text);
    if (rc != LDAP_SUCCESS)
        return rc;
    ov_event_done(m->op, w);
    return succeed(m);
}

/* Judges both accounts as they are now and merges them. Returns the result; or
 * OV_LOST_RACE. */
static int
judge(merge *m)
{
    ov_write w = {
        .on = m->on, .before = m->other_entry, .ndn = m->other_entry->e_nname};
    edc_refusal refusal;
    edc_account kept;
    edc_code code;

    ov_account_read(m->kept_entry, &kept);
    ov_account_read(m->other_entry, &w.account);
    if (m->by_holder && (m->verified.n == 0 || !edc_str_eq(w.account.password,
                                                   edc_buf_str(&m->verified))))
        return deny(m, EDC_B02);
    code = edc_merge_judge(
        &kept, &w.account, bvmatch(&m->kept, &m->other), same_names(m));
    if (code != EDC_N_CODES)
        return deny(m, code);
    if (ov_gone_is_ahead(m->op, m->on, &m->kept))
        return deny(m, EDC_B03);
    w.request.wish = EDC_WISH_MERGE;
    w.request.roles = m->roles;
    w.request.now = m->op->o_time;
    w.request.into = ov_str(&m->kept_entry->e_name);
    if (!ov_judge(m->op, &w, m->other_entry, &refusal))
        return ov_deny(m->op, m->rs, m->on, &refusal);
    return write_merge(m, &w);
}

/* Both names are reserved, so that no link to them is written meanwhile, none
 * of them goes away, and a merge the other way round waits. */
static int
run_reserved(merge *m)
{
    AttributeDescription *ad = ov_ad[EDC_AT_GUARDIAN];
    ov_want wants[2] = {{.ad = ad, .value = m->kept, .share = OV_EXCLUSIVE},
        {.ad = ad, .value = m->other, .share = OV_EXCLUSIVE}};
    int rc = OV_LOST_RACE;

    if (!ov_reserve(m->op, m->on, wants, 2))
        return deny(m, EDC_B02);
    for (int try = 0; try < OV_TRIES && rc == OV_LOST_RACE; try++) {
        m->rs->sr_text = NULL;
        m->kept_entry = ov_entry_copy(m->op, &m->kept);
        m->other_entry = ov_entry_copy(m->op, &m->other);
        if (ov_is_unread(m->op))
            rc = ov_deny_unread(m->op, m->rs, m->on);
        else if (m->kept_entry == NULL || m->other_entry == NULL)
            rc = LDAP_NO_SUCH_OBJECT;
        else if (is_done(m))
            rc = succeed(m);
        else
            rc = judge(m);
        free_entries(m);
    }
    return rc == OV_LOST_RACE ? deny(m, EDC_B02) : rc;
}

/* ---- by the holder ---- */

typedef struct by_uid {
    Entry *entry; /* copy of the one account */
    size_t n;
} by_uid;

static bool
add_account(void *ctx, Entry *e)
{
    by_uid *found = ctx;

    if (!ov_is_account(e))
        return true;
    if (found->n++ == 0)
        found->entry = entry_dup(e);
    return found->n < 2;
}

/* The one account with a login; a copy, NULL when it is not one. */
static Entry *
find_by_uid(merge *m)
{
    struct berval uid = ov_berval(ov_tmp(m->op, m->request->uid)), value;
    MatchingRule *mr = ov_ad_uid->ad_type->sat_equality;
    const char *text = NULL;
    by_uid found = {NULL, 0};

    if (asserted_value_validate_normalize(ov_ad_uid, mr,
            SLAP_MR_EQUALITY | SLAP_MR_VALUE_OF_ASSERTION_SYNTAX, &uid, &value,
            &text, NULL) != LDAP_SUCCESS)
        return NULL;
    ov_search_equal(
        m->op, ov_ad_uid, &value, SLAP_NO_LIMIT, add_account, &found);
    ch_free(value.bv_val);
    if (found.n > 1) {
        entry_free(found.entry);
        return NULL;
    }
    return found.entry;
}

/* As for a bind, whoever asks is nobody yet. */
static bool
may_auth(Operation *op, Entry *entry)
{
    struct berval dn = op->o_dn, ndn = op->o_ndn;
    bool may;

    BER_BVZERO(&op->o_dn);
    BER_BVZERO(&op->o_ndn);
    may = access_allowed(op, entry, slap_schema.si_ad_userPassword, NULL,
              ACL_AUTH, NULL) != 0;
    op->o_dn = dn;
    op->o_ndn = ndn;
    return may;
}

/* The other account's password is shown to be known as in a bind: counted,
 * and with the work of one hash on every path. A merge that is done already
 * needs none, there is none any more. */
static ov_guess
guess_other(merge *m, Entry *other, edc_account *account)
{
    struct berval cred = ov_berval(m->request->password);
    ov_guess guess;

    if (other != NULL) {
        ov_account_read(other, account);
        ov_lock_date(m->on, other, account, m->op->o_time);
        if (!may_auth(m->op, other))
            account->n_passwords = 0;
    }
    guess = ov_password_guess(m->op, m->on, other, account, &cred);
    if (other != NULL &&
        ov_has_dn(other, ov_kept[EDC_KEPT_MERGED_INTO], &m->kept))
        return OV_GUESS_RIGHT;
    return guess;
}

/* Remembers which stored password was right; false without memory. */
static bool
keep_verified(merge *m, ov_guess guess, const edc_account *account)
{
    return guess != OV_GUESS_RIGHT || account->n_passwords == 0 ||
           edc_buf_copy(&m->verified, account->password);
}

/* What a right password would meet at a bind decides whether it proves
 * anything: a letter that has expired does not. */
static int
prove(merge *m)
{
    const edc_settings *settings = &ov_instance_of(m->on)->settings;
    Entry *other = find_by_uid(m);
    edc_refusal refusal = {.codes = EDC_BIT(EDC_S03)};
    char until[EDC_TIME_SIZE] = "";
    edc_account account = {0};
    ov_guess guess = guess_other(m, other, &account);
    int rc = LDAP_SUCCESS;

    if (ov_is_unread(m->op)) {
        rc = ov_deny_unread(m->op, m->rs, m->on);
    } else if (!keep_verified(m, guess, &account)) {
        rc = deny(m, EDC_X01);
    } else if (guess == OV_GUESS_BUSY) {
        rc = deny(m, EDC_B01);
    } else if (guess != OV_GUESS_RIGHT) {
        rc = LDAP_INVALID_CREDENTIALS;
    } else if (edc_access_of(&account, settings, m->op->o_time) ==
               EDC_ACCESS_EXPIRED) {
        edc_time_format(account.provisional_until, until);
        refusal.params.until = edc_str_of(until);
        rc = ov_deny(m->op, m->rs, m->on, &refusal);
    } else {
        m->other = ov_keep_bv(m->op, &other->e_nname);
    }
    if (other != NULL)
        entry_free(other);
    return rc;
}

typedef struct self_look {
    bool account;
    bool may_stay;
} self_look;

static void
look_at_self(void *ctx, Entry *e)
{
    self_look *look = ctx;
    edc_account account;

    ov_account_read(e, &account);
    look->account = ov_is_account(e);
    look->may_stay = edc_merge_may_stay(&account);
}

static int
run_self(merge *m)
{
    self_look look = {false, false};
    int rc;

    ov_entry_look(m->op, &m->op->o_ndn, look_at_self, &look);
    if (ov_is_unread(m->op))
        return ov_deny_unread(m->op, m->rs, m->on);
    if (!look.account)
        return ov_deny_role(m->op, m->rs, m->on, "merge");
    if (!look.may_stay)
        return deny(m, EDC_M03);
    m->by_holder = true;
    m->roles = EDC_SELF;
    m->kept = m->op->o_ndn;
    rc = prove(m);
    return rc == LDAP_SUCCESS ? run_reserved(m) : rc;
}

/* ---- by those who name both ---- */

static bool
read_dn(merge *m, edc_str text, struct berval *ndn)
{
    if (!ov_keep_dn(m->op, text, ndn)) {
        m->rs->sr_text = ov_say(m->on, "a name in the request is no DN",
            "un des comptes donnés n'est pas un nom de l'annuaire");
        return false;
    }
    return true;
}

static int
run_named(merge *m)
{
    m->roles = ov_actor_roles(m->op, m->on);
    if (!edc_may_wish(EDC_WISH_MERGE, m->roles))
        return ov_deny_role(m->op, m->rs, m->on, "merge");
    if (!read_dn(m, m->request->dn, &m->other) ||
        !read_dn(m, m->request->into, &m->kept))
        return LDAP_INVALID_DN_SYNTAX;
    return run_reserved(m);
}

int
ov_merge(Operation *op, SlapReply *rs, slap_overinst *on,
    const ov_merge_request *request)
{
    merge m = {.op = op, .rs = rs, .on = on, .request = request};
    BackendInfo *bi = ov_enter(op, on);
    int rc = request->dn.n > 0 ? run_named(&m) : run_self(&m);

    ov_leave(op, bi);
    edc_buf_wipe(&m.verified);
    return rc;
}
