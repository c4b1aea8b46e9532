/* claim.c - the claim operation: a guardian's account found by what only the
 * family knows, and activated.
 *
 * Everything that costs time is done before anybody is looked up: the password
 * is checked against what the request itself says and hashed. Then one answer
 * is given to whatever does not match.
 */
#include "bind/hash.h"
#include "bind/lock.h"
#include "exop/answer.h"
#include "exop/operation.h"
#include "link/family.h"
#include "slapd/apply.h"
#include "slapd/clock.h"
#include "slapd/excerpt.h"
#include "slapd/memory.h"
#include "slapd/mods.h"
#include "slapd/reply.h"
#include "slapd/reserve.h"
#include "write/judge.h"
#include "write/scan.h"
#include "write/unique.h"

#include "core/account/identity.h"
#include "core/password/looks.h"
#include "core/text/phone.h"

/* Accounts that are looked at for one number; more share no telephone. */
#define CANDIDATES_MAX 64

/* Children of one account, or of several that are one person's, each once. */
typedef struct births {
    struct berval students[OV_DATES_MAX]; /* normalised, in op's memory */
    edc_str dates[OV_DATES_MAX];
    size_t n;
    bool unknown; /* a child without a date, or more children than dates */
} births;

/* Accounts with the number and the names that were sent, taken together. */
typedef struct person {
    births births;
    size_t n_accounts; /* those that have children */
    bool active;       /* one of them, and so not to be claimed */
} person;

/* One claim under way. */
typedef struct claim {
    Operation *op;
    SlapReply *rs;
    slap_overinst *on;
    const ov_claim_request *request;
    unsigned roles;
    char number[EDC_PHONE_SIZE]; /* E.164 */
    edc_str stored;              /* the new password's hash; empty: federated */
    Entry *candidates[CANDIDATES_MAX]; /* copies */
    size_t n_candidates;
    bool too_many;
    person together;
    edc_code mismatch; /* what is said when it is not one account */
    edc_try try;
} claim;

static bool
is_federated(const claim *c)
{
    return c->request->password.n == 0;
}

/* ---- before anybody is looked up ---- */

/* The rules as far as the request itself says who is concerned. */
static bool
check_password(claim *c, edc_refusal *refusal)
{
    const edc_settings *settings = &ov_instance_of(c->on)->settings;
    const ov_claim_request *r = c->request;
    edc_policy policy = edc_settings_policy(settings, false, true);
    edc_person people[OV_DATES_MAX + 1] = {{.sn = &r->sn,
        .n_sn = 1,
        .given_name = &r->given_name,
        .n_given_name = 1}};
    edc_buf prepared = {NULL, 0};

    *refusal = (edc_refusal){0};
    if (is_federated(c))
        return true;
    if (edc_looks_hashed(r->password)) {
        refusal->codes = EDC_BIT(EDC_P10);
        return false;
    }
    refusal->params.min = policy.min;
    refusal->params.max = policy.max;
    refusal->params.classes = policy.classes;
    refusal->params.longenough = policy.longenough;
    for (size_t i = 0; i < r->n_dates; i++)
        people[i + 1].birthdate = r->dates[i];
    edc_password_check(r->password, &policy, people, r->n_dates + 1,
        settings->password_list, &prepared, &refusal->codes);
    edc_buf_wipe(&prepared);
    return refusal->codes == 0;
}

/* The work of one hash, whoever asks for what. Returns 0 or the refusal. */
static edc_codes
hash_password(claim *c, ov_new_password *made)
{
    edc_work nothing = {.prepared = c->request->federated_id, .level = true};
    edc_codes codes;

    ov_hash_prepare(c->on, &nothing);
    if (is_federated(c))
        return ov_hash_run(c->op, c->on, &nothing) == EDC_GATE_DONE
                   ? 0
                   : EDC_BIT(EDC_B01);
    made->clear = c->request->password;
    codes = ov_password_hash(c->op, c->on, made);
    c->stored = edc_buf_str(&made->stored);
    return codes;
}

/* ---- who it may be ---- */

static bool
add_candidate(void *ctx, Entry *e)
{
    claim *c = ctx;

    if (!ov_has_class(e, EDC_OC_LEGAL_GUARDIAN))
        return true;
    c->too_many = c->n_candidates == CANDIDATES_MAX;
    if (!c->too_many)
        c->candidates[c->n_candidates++] = entry_dup(e);
    return !c->too_many;
}

static void
find_candidates(claim *c)
{
    struct berval value = ov_berval(edc_str_of(c->number));

    ov_search_equal(c->op, ov_kept[EDC_KEPT_MOBILE_KEY], &value, SLAP_NO_LIMIT,
        add_candidate, c);
}

static void
free_candidates(claim *c)
{
    while (c->n_candidates > 0)
        entry_free(c->candidates[--c->n_candidates]);
}

static void
put_birth(births *b, const struct berval *student, edc_str date)
{
    for (size_t i = 0; i < b->n; i++) {
        if (dn_match(&b->students[i], student))
            return;
    }
    b->unknown = b->unknown || b->n == OV_DATES_MAX;
    if (b->unknown)
        return;
    b->students[b->n] = *student;
    b->dates[b->n++] = date;
}

/* Where the children of one account go. */
typedef struct birth_reader {
    Operation *op;
    births *births;
} birth_reader;

static bool
add_birth(void *ctx, Entry *student, const struct berval *link)
{
    birth_reader *r = ctx;
    BerVarray date = ov_values(student, ov_ad[EDC_AT_BIRTH_DATE]);
    struct berval name = ov_keep_bv(r->op, &student->e_nname);

    (void)link;
    if (date == NULL)
        r->births->unknown = true;
    else
        put_birth(r->births, &name, ov_tmp(r->op, ov_str(date)));
    return !r->births->unknown;
}

static bool
has_name(Entry *e, AttributeDescription *ad, edc_str wanted)
{
    BerVarray values = ov_values(e, ad);
    bool same = false;

    for (; values != NULL && !BER_BVISNULL(values) && !same; values++) {
        edc_str value = ov_str(values);

        if (!edc_names_same(&value, 1, &wanted, 1, &same))
            return false;
    }
    return same;
}

/* One more account of the same person. */
static void
put_account(person *together, const births *b, bool active)
{
    together->n_accounts += b->n > 0;
    together->active = together->active || active;
    together->births.unknown = together->births.unknown || b->unknown;
    for (size_t i = 0; i < b->n; i++)
        put_birth(&together->births, &b->students[i], b->dates[i]);
}

static bool
has_dates(const claim *c, const births *b)
{
    return !b->unknown && edc_dates_same(b->dates, b->n, c->request->dates,
                              c->request->n_dates);
}

/* Reads the same of every candidate, whatever already speaks against it.
 * together, if not NULL, takes up what is this person's. */
static bool
matches(claim *c, Entry *e, person *together)
{
    births b = {.n = 0};
    birth_reader reader = {c->op, &b};
    edc_account account;
    bool open, active, named;

    ov_account_read(e, &account);
    ov_children_each(c->op, e, SLAP_NO_LIMIT, add_birth, &reader);
    open = !account.merged && account.guardian &&
           (account.state == EDC_UNINFORMED || account.state == EDC_INFORMED);
    active = !account.merged && account.guardian &&
             (account.state == EDC_ACTIVE || account.state == EDC_RESET);
    named = has_name(e, ov_ad_sn, c->request->sn);
    named = has_name(e, ov_ad_given_name, c->request->given_name) && named;
    if (together != NULL && named && (open || active))
        put_account(together, &b, active);
    return open && named && has_dates(c, &b);
}

/* What is said of a claim that matches no account alone: where several of the
 * same number and names have, together, exactly the children that were sent,
 * whoever asks knows all there is to know of them, and is told what to do. */
static edc_code
code_of_mismatch(const claim *c)
{
    const person *p = &c->together;

    if (!has_dates(c, &p->births) || p->n_accounts < 2)
        return EDC_C01;
    return p->active ? EDC_C04 : EDC_C03;
}

static bool
pass_by(void *ctx, Entry *e)
{
    (void)ctx;
    (void)e;
    return true;
}

/* The searches that a candidate's family costs, for nobody. */
static void
search_nobody(claim *c)
{
    struct berval *nobody = &c->op->o_bd->be_nsuffix[0];

    ov_search_equal(
        c->op, ov_ad[EDC_AT_MERGED_INTO], nobody, SLAP_NO_LIMIT, pass_by, NULL);
    ov_search_equal(
        c->op, ov_ad[EDC_AT_GUARDIAN], nobody, SLAP_NO_LIMIT, pass_by, NULL);
}

/* Whether this try may still match somebody. */
static bool
may_match(claim *c)
{
    ov_instance *instance = ov_instance_of(c->on);

    return edc_claims_go_on(instance->claims, &instance->settings.claim,
        edc_str_of(c->number), c->n_candidates > 0, ov_clock(), &c->try);
}

/* The one account that is meant, in op's memory; null when it is not one. What
 * may match nobody any more costs what a mismatch costs. */
static struct berval
find_match(claim *c)
{
    struct berval found = BER_BVNULL;
    size_t n = 0;
    bool may;

    find_candidates(c);
    may = may_match(c);
    if (c->n_candidates == 0)
        search_nobody(c);
    for (size_t i = 0; i < c->n_candidates; i++) {
        if (!matches(c, c->candidates[i], &c->together))
            continue;
        if (n++ == 0)
            found = ov_keep_bv(c->op, &c->candidates[i]->e_nname);
    }
    if (n != 1 || c->too_many || !may)
        BER_BVZERO(&found);
    c->mismatch = c->too_many || !may ? EDC_C01 : code_of_mismatch(c);
    free_candidates(c);
    return found;
}

/* ---- the one write ---- */

/* What the federated identity brings: unique in the directory. */
static bool
reserve_federated(
    claim *c, Entry *entry, Modifications *mods, edc_refusal *refusal)
{
    const char *attribute = "";
    Entry *after = ov_shadow(c->op, entry);

    ov_scan_apply(c->op, after, mods);
    refusal->codes = ov_unique_reserve(c->op, c->on, after, entry, &attribute);
    refusal->params.attributes = edc_str_of(attribute);
    return refusal->codes == 0;
}

static bool
check_family(claim *c, ov_write *w, edc_refusal *refusal)
{
    ov_new_password password = {
        .clear = c->request->password, .source = EDC_SOURCE_CLEAR};
    bool good =
        is_federated(c) || ov_password_check(c->op, c->on, w->before,
                               &w->account, &w->plan, &password, refusal);

    ov_password_wipe(&password);
    return good;
}

static Modifications *
write_plan(claim *c, ov_write *w)
{
    Modifications *mods = NULL;
    struct berval id = ov_berval(c->request->federated_id);

    ov_mods_serial(&mods, &w->account, w->plan.serial);
    if (is_federated(c))
        ov_mods_append(
            &mods, LDAP_MOD_REPLACE, ov_ad[EDC_AT_FEDERATED_ID], &id, 1);
    ov_mods_event(&mods, c->on, &w->plan, w->before, c->stored);
    return mods;
}

/* Judges the account as it is now and activates it. Returns the result; or
 * OV_LOST_RACE. */
static int
activate(claim *c, Entry *entry)
{
    ov_write w = {.on = c->on, .before = entry, .ndn = entry->e_nname};
    edc_refusal refusal = {0};
    Modifications *mods;
    int rc;

    ov_account_read(entry, &w.account);
    w.request.wish = EDC_WISH_CLAIM;
    w.request.roles = c->roles;
    w.request.federated = is_federated(c);
    w.request.source = is_federated(c) ? EDC_SOURCE_NONE : EDC_SOURCE_CLEAR;
    w.request.now = c->op->o_time;
    if (!ov_judge(c->op, &w, entry, &refusal) || !check_family(c, &w, &refusal))
        return ov_deny(c->op, c->rs, c->on, &refusal);
    if (ov_is_unread(c->op))
        return ov_deny_unread(c->op, c->rs, c->on);
    mods = write_plan(c, &w);
    if (is_federated(c) && !reserve_federated(c, entry, mods, &refusal)) {
        ov_mods_wipe(mods);
        return ov_deny(c->op, c->rs, c->on, &refusal);
    }
    rc = ov_modify_internal(
        c->op, &entry->e_name, &entry->e_nname, mods, &c->rs->sr_text);
    if (rc != LDAP_SUCCESS)
        return rc;
    ov_event_done(c->op, &w);
    c->rs->sr_rspdata = ov_write_dn(&entry->e_name);
    return c->rs->sr_rspdata != NULL ? LDAP_SUCCESS : LDAP_OTHER;
}

/* The account is reserved, so that its links stay as they are judged. Sets
 * *outcome to what the try was. */
static int
run_match(claim *c, const struct berval *ndn, edc_outcome *outcome)
{
    ov_want want = {
        .ad = ov_ad[EDC_AT_GUARDIAN], .value = *ndn, .share = OV_EXCLUSIVE};
    struct berval name = *ndn;
    int rc = OV_LOST_RACE;

    *outcome = EDC_GUESS_DROPPED;
    if (!ov_reserve(c->op, c->on, &want, 1))
        return ov_deny_code(c->op, c->rs, c->on, EDC_B02);
    for (int try = 0; try < OV_TRIES && rc == OV_LOST_RACE; try++) {
        Entry *entry = ov_entry_copy(c->op, &name);
        bool match = entry != NULL && matches(c, entry, NULL);

        bool unread = ov_is_unread(c->op);

        c->rs->sr_text = NULL;
        if (unread)
            rc = ov_deny_unread(c->op, c->rs, c->on);
        else
            rc = match ? activate(c, entry)
                       : ov_deny_code(c->op, c->rs, c->on, EDC_C01);
        if (entry != NULL)
            entry_free(entry);
        if (!match && !unread)
            *outcome = EDC_GUESS_WRONG;
        else if (rc == LDAP_SUCCESS)
            *outcome = EDC_GUESS_RIGHT;
    }
    return rc == OV_LOST_RACE ? ov_deny_code(c->op, c->rs, c->on, EDC_B02) : rc;
}

static int
run(claim *c)
{
    ov_instance *instance = ov_instance_of(c->on);
    edc_claim_rules rules = instance->settings.claim;
    edc_str number = edc_str_of(c->number);
    edc_outcome outcome = EDC_GUESS_WRONG;
    ov_new_password made = {.source = EDC_SOURCE_CLEAR};
    struct berval ndn;
    edc_refusal refusal;
    int rc;

    if (!check_password(c, &refusal))
        return ov_deny(c->op, c->rs, c->on, &refusal);
    if (!edc_claims_begin(
            instance->claims, &rules, number, ov_clock(), &c->try))
        return ov_deny_code(c->op, c->rs, c->on, EDC_C02);
    refusal.codes = hash_password(c, &made);
    if (refusal.codes != 0) {
        outcome = EDC_GUESS_DROPPED;
        rc = ov_deny(c->op, c->rs, c->on, &refusal);
    } else {
        ndn = find_match(c);
        if (ov_is_unread(c->op)) {
            outcome = EDC_GUESS_DROPPED;
            rc = ov_deny_unread(c->op, c->rs, c->on);
        } else {
            rc = BER_BVISNULL(&ndn)
                     ? ov_deny_code(c->op, c->rs, c->on, c->mismatch)
                     : run_match(c, &ndn, &outcome);
        }
    }
    edc_claims_end(instance->claims, &rules, &c->try, outcome, ov_clock());
    ov_password_wipe(&made);
    return rc;
}

static bool
is_identity(edc_str id)
{
    Syntax *syntax = ov_ad[EDC_AT_FEDERATED_ID]->ad_type->sat_syntax;
    struct berval value = ov_berval(id);

    return syntax->ssyn_validate == NULL ||
           syntax->ssyn_validate(syntax, &value) == LDAP_SUCCESS;
}

int
ov_claim(Operation *op, SlapReply *rs, slap_overinst *on,
    const ov_claim_request *request)
{
    claim *c = ov_keep(op, sizeof(*c));
    BackendInfo *bi;
    int rc;

    c->op = op;
    c->rs = rs;
    c->on = on;
    c->request = request;
    c->roles = ov_actor_roles(op, on);
    if (!edc_may_wish(EDC_WISH_CLAIM, c->roles))
        return ov_deny_role(op, rs, on, "claim");
    if (!edc_phone_read(
            request->mobile, ov_instance_of(on)->settings.region, c->number)) {
        rs->sr_text = ov_say(on, "the mobile number is none",
            "ce qui a été donné n'est pas un numéro de mobile");
        return LDAP_PROTOCOL_ERROR;
    }
    if (is_federated(c) && !is_identity(request->federated_id)) {
        rs->sr_text = ov_say(on, "the federated identity is no text",
            "l'identité fédérée n'est pas un texte");
        return LDAP_PROTOCOL_ERROR;
    }
    bi = ov_enter(op, on);
    rc = run(c);
    ov_leave(op, bi);
    return rc;
}
