/* password.c - a new password on its way into an account: rules, history,
 * hash.
 */
#include "write/password.h"
#include "bind/guess.h"
#include "bind/hash.h"
#include "slapd/handover.h"
#include "slapd/log.h"
#include "write/record.h"

#include "core/password/opaque.h"
#include "core/password/scheme.h"

static bool
refuse_with(edc_refusal *refusal, edc_codes codes)
{
    refusal->codes |= codes;
    return false;
}

/* A hash is taken from a provisioner only, and only in a scheme that is
 * configured. */
static bool
import_hash(const edc_settings *settings, unsigned roles,
    ov_new_password *password, edc_refusal *refusal)
{
    edc_str scheme = edc_scheme_of(password->clear);
    bool allowed = false;

    for (char **s = settings->import_schemes; s != NULL && *s != NULL; s++)
        allowed = allowed || edc_str_caseeq(edc_str_of(*s), scheme);
    if (!allowed || (roles & EDC_PROVISIONER) == 0)
        return refuse_with(refusal, EDC_BIT(EDC_P10));
    switch (edc_scheme_check(password->clear, settings->ceiling)) {
    case EDC_SCHEME_OK:
        return edc_buf_copy(&password->stored, password->clear) ||
               refuse_with(refusal, EDC_BIT(EDC_X01));
    case EDC_SCHEME_TOO_COSTLY:
        return refuse_with(refusal, EDC_BIT(EDC_P11));
    default:
        return refuse_with(refusal, EDC_BIT(EDC_P10));
    }
}

/* One password held against others, until the gate has no room. */
typedef struct comparison {
    Operation *op;
    slap_overinst *on;
    const ov_new_password *password;
    bool busy;
} comparison;

/* Hashes that are over the ceiling count as different. */
static bool
is_same(comparison *c, edc_str stored)
{
    edc_work work = {
        .stored = stored,
        .clear = c->password->clear,
        .prepared = edc_buf_str(&c->password->prepared),
        .verify = true,
    };

    if (c->busy)
        return false;
    ov_hash_prepare(c->on, &work);
    if (!edc_work_quick(&work) &&
        ov_hash_run(c->op, c->on, &work) != EDC_GATE_DONE)
        c->busy = true;
    return work.verified == EDC_MATCH;
}

static bool
is_stored(comparison *c, const edc_account *account)
{
    return account->n_passwords > 0 && is_same(c, account->password);
}

static bool
is_former(comparison *c, Entry *entry, unsigned depth)
{
    BerVarray history = ov_values(entry, ov_kept[EDC_KEPT_PASSWORD_HISTORY]);

    for (; depth > 0 && history != NULL && !BER_BVISNULL(history); history++) {
        if (is_same(c, edc_history_hash(ov_str(history))))
            return true;
    }
    return false;
}

/* Whoever does not know the password would learn by this rule whether it
 * guessed it. So it is a guess: counted until the new password is stored, and
 * not looked at once there were too many. One that is known to be wrong may
 * still be a former one; one that was found wrong is, whether the former ones
 * could be looked at or not. */
static bool
was_used_counted(
    comparison *c, Entry *entry, const edc_account *account, unsigned depth)
{
    edc_ticket ticket;
    bool used, wrong;

    if (account->n_passwords == 0)
        return false;
    switch (ov_guess_begin(c->op, c->on, entry, account,
        edc_buf_str(&c->password->prepared), &ticket)) {
    case EDC_EVALUATE:
        used = is_stored(c, account);
        wrong = !used && !c->busy;
        used = used || is_former(c, entry, depth);
        ov_guess_end(c->op, c->on, entry, account->password, &ticket,
            wrong && !used ? EDC_GUESS_WRONG : EDC_GUESS_DROPPED);
        return used;
    case EDC_KNOWN_BAD:
        return is_former(c, entry, depth);
    default:
        return false;
    }
}

/* What may not be chosen again: the account's own, and those it had. */
static void
check_former(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, bool own, unsigned depth,
    const ov_new_password *password, edc_codes *codes)
{
    comparison c = {op, on, password, false};
    bool used;

    if (own)
        used = is_stored(&c, account) || is_former(&c, entry, depth);
    else
        used = was_used_counted(&c, entry, account, depth);
    if (used)
        *codes |= EDC_BIT(EDC_P07);
    else if (c.busy)
        *codes = EDC_BIT(EDC_B01);
}

static void
set_params(edc_refusal *refusal, const edc_policy *policy)
{
    refusal->params.min = policy->min;
    refusal->params.max = policy->max;
    refusal->params.classes = policy->classes;
    refusal->params.longenough = policy->longenough;
}

/* What the server makes for a letter has its strength from where it comes; the
 * rules are for what people choose. */
bool
ov_password_check(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, const edc_plan *plan, ov_new_password *password,
    edc_refusal *refusal)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    edc_policy policy =
        edc_settings_policy(settings, account->student, account->guardian);
    bool own = plan->event == EDC_EV_ACTIVATE || plan->event == EDC_EV_CHANGE;
    ov_people people;

    set_params(refusal, &policy);
    if (password->source == EDC_SOURCE_SERVER &&
        (plan->effects & EDC_BEGIN_LETTER) != 0)
        return edc_opaque_prepare(password->clear, &password->prepared) ==
                   EDC_OPAQUE_OK ||
               refuse_with(refusal, EDC_BIT(EDC_X01));
    ov_people_find(op, entry, &people);
    edc_password_check(password->clear, &policy, people.people, people.n,
        settings->password_list, &password->prepared, &refusal->codes);
    ov_people_free(&people);
    if ((refusal->codes & EDC_BIT(EDC_X01)) != 0)
        ov_log_error(&entry->e_nname,
            "a new password could not be checked: educonnect-password-list "
            "cannot be read, is plain and too long or not sorted, or memory is "
            "out");
    if (password->prepared.n > 0)
        check_former(op, on, entry, account, own, policy.history, password,
            &refusal->codes);
    return refusal->codes == 0;
}

/* The hash of what is prepared, which is no longer needed then. Whoever gave up
 * meanwhile may have begun anew elsewhere (a run of letters that was killed, a
 * portal's second try): what is late must not undo that. */
static edc_codes
make_hash(Operation *op, slap_overinst *on, ov_new_password *password)
{
    edc_work work = {
        .prepared = edc_buf_str(&password->prepared), .make = true};
    edc_gate_end end;
    bool made;

    ov_hash_prepare(on, &work);
    end = ov_hash_run(op, on, &work);
    made = end == EDC_GATE_DONE && work.made[0] != '\0' &&
           edc_buf_copy(&password->stored, edc_str_of(work.made));

    edc_buf_wipe(&password->prepared);
    if (end != EDC_GATE_DONE || ov_is_given_up(op))
        return EDC_BIT(EDC_B01);
    return made ? 0 : EDC_BIT(EDC_X01);
}

bool
ov_password_make(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, const edc_plan *plan, unsigned roles,
    ov_new_password *password, edc_refusal *refusal)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    edc_codes codes;

    if (password->source == EDC_SOURCE_HASHED)
        return import_hash(settings, roles, password, refusal);
    if (!ov_password_check(op, on, entry, account, plan, password, refusal))
        return false;
    codes = make_hash(op, on, password);
    return codes == 0 || refuse_with(refusal, codes);
}

edc_codes
ov_password_hash(Operation *op, slap_overinst *on, ov_new_password *password)
{
    if (edc_opaque_prepare(password->clear, &password->prepared) !=
        EDC_OPAQUE_OK)
        return EDC_BIT(EDC_X01);
    return make_hash(op, on, password);
}

void
ov_password_wipe(ov_new_password *password)
{
    edc_buf_wipe(&password->stored);
    edc_buf_wipe(&password->prepared);
}
