/* adopt.c - what becomes of an entry that was there before it was an account.
 */
#include "core/account/adopt.h"

#include "core/password/scheme.h"

static bool
is_named(edc_str scheme, const edc_settings *settings)
{
    for (char **s = settings->import_schemes; s != NULL && *s != NULL; s++) {
        if (edc_str_caseeq(edc_str_of(*s), scheme))
            return true;
    }
    return false;
}

static edc_adoption
refuse(edc_code *code, edc_code why)
{
    *code = why;
    return EDC_ADOPT_REFUSE;
}

edc_adoption
edc_adopt_judge(
    const edc_account *account, const edc_settings *settings, edc_code *code)
{
    edc_str scheme = edc_scheme_of(account->password);

    if (account->n_passwords == 0)
        return EDC_ADOPT_CREATE;
    if (account->n_passwords > 1 || account->password_option)
        return refuse(code, EDC_P12);
    if (!edc_scheme_is_argon2(account->password) && !is_named(scheme, settings))
        return refuse(code, EDC_P13);
    switch (edc_scheme_check(account->password, settings->ceiling)) {
    case EDC_SCHEME_OK:
        break;
    case EDC_SCHEME_TOO_COSTLY:
        return refuse(code, EDC_P11);
    default:
        return refuse(code, EDC_P13);
    }
    return account->must_reset ? refuse(code, EDC_D04) : EDC_ADOPT_MIGRATE;
}

bool
edc_adopt_is_untouched(const edc_account *account)
{
    if (account->n_history > 0 || account->merged || account->must_reset)
        return false;
    if (account->state == EDC_UNINFORMED)
        return account->n_passwords == 0 && account->activated_by.n == 0;
    return account->state == EDC_ACTIVE && account->n_passwords == 1 &&
           edc_str_eq(account->activated_by, EDC_STR("migration")) &&
           !edc_scheme_is_argon2(account->password);
}
