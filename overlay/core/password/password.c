/* password.c - the rules a new password must meet. */
#include "core/password/password.h"

#include <string.h>

#include <unictype.h>
#include <unistr.h>

#include "core/password/fold.h"
#include "core/password/opaque.h"
#include "core/text/uai.h"

static uint32_t
larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

edc_policy
edc_policy_strictest(edc_policy a, edc_policy b)
{
    return (edc_policy){
        .min = larger(a.min, b.min),
        .max = smaller(a.max, b.max),
        .classes = larger(a.classes, b.classes),
        .longenough = larger(a.longenough, b.longenough),
        .history = larger(a.history, b.history),
    };
}

/* Characters that are neither lower, upper nor digit are "other": a letter
 * without case counts there. */
static uint32_t
count_classes(edc_str prepared)
{
    const uint8_t *p = (const uint8_t *)prepared.p;
    bool seen[4] = {false};
    size_t left = prepared.n;

    while (left > 0) {
        ucs4_t c;
        int len = u8_mbtouc(&c, p, left);

        if (uc_is_property_lowercase(c))
            seen[0] = true;
        else if (uc_is_property_uppercase(c))
            seen[1] = true;
        else if (uc_is_general_category(c, UC_DECIMAL_DIGIT_NUMBER))
            seen[2] = true;
        else
            seen[3] = true;
        p += len;
        left -= (size_t)len;
    }
    return (uint32_t)(seen[0] + seen[1] + seen[2] + seen[3]);
}

static edc_codes
check_shape(edc_str prepared, const edc_policy *policy)
{
    size_t n = edc_opaque_length(prepared);
    edc_codes codes = 0;

    if (n < policy->min)
        codes |= EDC_BIT(EDC_P01);
    if (n > policy->max)
        codes |= EDC_BIT(EDC_P02);
    if (n < policy->longenough && count_classes(prepared) < policy->classes)
        codes |= EDC_BIT(EDC_P03);
    return codes;
}

/* A folded password in which folded words are looked for. */
typedef struct search {
    edc_str password;
    bool found;
} search;

/* Words that are too short to mean something are not. */
static bool
look_for(void *ctx, edc_str word)
{
    search *s = ctx;

    s->found = edc_opaque_length(word) >= EDC_PERSON_WORD_MIN &&
               word.n <= s->password.n &&
               memmem(s->password.p, s->password.n, word.p, word.n) != NULL;
    return s->found;
}

/* The whole value with its separators dropped. Returns false when memory is
 * out. */
static bool
look_for_whole(search *s, edc_str value)
{
    edc_buf whole;

    if (!edc_fold(value, &whole))
        return false;
    (void)look_for(s, edc_buf_str(&whole));
    edc_buf_wipe(&whole);
    return true;
}

/* The bit of `code` when the password contains one of the values, or, of
 * names, one of their words. */
static edc_codes
check_values(edc_str folded, const edc_str *values, size_t n, edc_code code)
{
    search s = {folded, false};
    bool words = code == EDC_P05;

    for (size_t i = 0; i < n; i++) {
        if (!look_for_whole(&s, values[i]))
            return EDC_BIT(EDC_X01);
        if (!s.found && words && !edc_fold_words(values[i], look_for, &s))
            return EDC_BIT(EDC_X01);
        if (s.found)
            return EDC_BIT(code);
    }
    return 0;
}

static edc_codes
check_person(edc_str prepared, edc_str folded, const edc_person *p)
{
    edc_codes codes =
        check_values(folded, p->uid, p->n_uid, EDC_P04) |
        check_values(folded, p->sn, p->n_sn, EDC_P05) |
        check_values(folded, p->given_name, p->n_given_name, EDC_P05);

    if (edc_birthdate_in(prepared, folded, p->birthdate))
        codes |= EDC_BIT(EDC_P06);
    return codes;
}

static edc_codes
check_list(edc_refused_list *list, edc_str prepared)
{
    if (list == NULL)
        return 0;
    switch (edc_refused_lookup(list, prepared)) {
    case EDC_REFUSED_NO:
        return 0;
    case EDC_REFUSED_YES:
        return EDC_BIT(EDC_P08);
    default:
        return EDC_BIT(EDC_X01);
    }
}

static edc_codes
prepare(edc_str clear, edc_buf *prepared)
{
    switch (edc_opaque_prepare(clear, prepared)) {
    case EDC_OPAQUE_OK:
        return 0;
    case EDC_OPAQUE_TOO_LONG:
        return EDC_BIT(EDC_P02);
    case EDC_OPAQUE_NO_MEMORY:
        return EDC_BIT(EDC_X01);
    default:
        return EDC_BIT(EDC_P09);
    }
}

void
edc_password_check(edc_str clear, const edc_policy *policy,
    const edc_person *people, size_t n_people, edc_refused_list *list,
    edc_buf *prepared, edc_codes *codes)
{
    edc_buf folded;

    *codes = prepare(clear, prepared);
    if (*codes != 0)
        return;
    *codes |= check_shape(edc_buf_str(prepared), policy);
    if (!edc_fold(edc_buf_str(prepared), &folded)) {
        *codes |= EDC_BIT(EDC_X01);
        return;
    }
    for (size_t i = 0; i < n_people; i++)
        *codes |= check_person(
            edc_buf_str(prepared), edc_buf_str(&folded), &people[i]);
    edc_buf_wipe(&folded);
    if (*codes == 0)
        *codes = check_list(list, edc_buf_str(prepared));
}
