/* ov_password.c - a new password on its way into an account: rules, history,
 * hash.
 */
#include "ov_ops.h"

#include "ov_log.h"

#include "core/opaque.h"
#include "core/scheme.h"

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

/* Hashes that are over the ceiling count as different. */
static bool
is_stored(const edc_settings *settings, const edc_account *account,
    const ov_new_password *password)
{
    return account->n_passwords > 0 &&
           ov_password_verify(settings, account->password, password->clear,
               edc_buf_str(&password->prepared)) == EDC_MATCH;
}

static bool
is_former(const edc_settings *settings, Entry *entry, unsigned depth,
    const ov_new_password *password)
{
    BerVarray history = ov_values(entry, ov_kept[EDC_KEPT_PASSWORD_HISTORY]);

    for (; depth > 0 && history != NULL && !BER_BVISNULL(history); history++) {
        if (ov_password_verify(settings, edc_history_hash(ov_str(history)),
                password->clear, edc_buf_str(&password->prepared)) == EDC_MATCH)
            return true;
    }
    return false;
}

/* Whoever does not know the password would learn by this rule whether it
 * guessed it. So it is a guess: counted until the new password is stored, and
 * not looked at once there were too many. One that is known to be wrong may
 * still be a former one. */
static bool
was_used_counted(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, unsigned depth, const ov_new_password *password)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    edc_ticket ticket;
    bool used;

    if (account->n_passwords == 0)
        return false;
    switch (ov_guess_begin(
        op, on, entry, account, edc_buf_str(&password->prepared), &ticket)) {
    case EDC_EVALUATE:
        used = is_stored(settings, account, password) ||
               is_former(settings, entry, depth, password);
        ov_guess_end(op, on, entry, account->password, &ticket,
            used ? EDC_GUESS_DROPPED : EDC_GUESS_WRONG);
        return used;
    case EDC_KNOWN_BAD:
        return is_former(settings, entry, depth, password);
    default:
        return false;
    }
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
            "cannot be read, or memory is out");
    if (password->prepared.n > 0 &&
        (own ? is_stored(settings, account, password) ||
                    is_former(settings, entry, policy.history, password)
             : was_used_counted(
                   op, on, entry, account, policy.history, password)))
        refusal->codes |= EDC_BIT(EDC_P07);
    return refusal->codes == 0;
}

bool
ov_password_make(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, const edc_plan *plan, unsigned roles,
    ov_new_password *password, edc_refusal *refusal)
{
    const edc_settings *settings = &ov_instance_of(on)->settings;
    char stored[EDC_STORED_MAX];
    bool made;

    if (password->source == EDC_SOURCE_HASHED)
        return import_hash(settings, roles, password, refusal);
    if (!ov_password_check(op, on, entry, account, plan, password, refusal))
        return false;
    made = edc_hash_make(edc_buf_str(&password->prepared), settings->hash,
               stored, sizeof(stored)) &&
           edc_buf_copy(&password->stored, edc_str_of(stored));
    edc_buf_wipe(&password->prepared);
    return made || refuse_with(refusal, EDC_BIT(EDC_X01));
}

bool
ov_password_rehash(const edc_settings *settings, ov_new_password *password)
{
    char stored[EDC_STORED_MAX];
    bool made = edc_opaque_prepare(password->clear, &password->prepared) ==
                    EDC_OPAQUE_OK &&
                edc_hash_make(edc_buf_str(&password->prepared), settings->hash,
                    stored, sizeof(stored)) &&
                edc_buf_copy(&password->stored, edc_str_of(stored));

    edc_buf_wipe(&password->prepared);
    return made;
}

void
ov_password_wipe(ov_new_password *password)
{
    edc_buf_wipe(&password->stored);
    edc_buf_wipe(&password->prepared);
}
