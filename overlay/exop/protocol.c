/* protocol.c - the extended operations on the wire. */
#include "exop/protocol.h"

#include "core/text/ber.h"
#include "core/text/uai.h"

/* A text that is there and not longer than any is. */
static bool
take_text(edc_str *rest, unsigned tag, edc_str *text)
{
    return edc_ber_take(rest, tag, text) && text->n > 0 &&
           text->n <= OV_TEXT_MAX;
}

/* The one sequence that a request is, and nothing behind it. */
static bool
open_request(const struct berval *value, edc_str *inside)
{
    edc_str all;

    if (value == NULL || value->bv_len > OV_REQUEST_MAX)
        return false;
    all = ov_str(value);
    return edc_ber_take(&all, EDC_BER_SEQUENCE, inside) && all.n == 0;
}

static bool
read_dates(edc_str rest, ov_claim_request *request)
{
    while (rest.n > 0) {
        if (request->n_dates == OV_DATES_MAX ||
            !take_text(
                &rest, EDC_BER_STRING, &request->dates[request->n_dates]) ||
            !edc_birthdate_valid(request->dates[request->n_dates]))
            return false;
        request->n_dates++;
    }
    return request->n_dates > 0;
}

bool
ov_read_claim(const struct berval *value, ov_claim_request *request)
{
    edc_str rest, dates;

    *request = (ov_claim_request){0};
    if (!open_request(value, &rest) ||
        !take_text(&rest, EDC_BER_STRING, &request->mobile) ||
        !take_text(&rest, EDC_BER_STRING, &request->sn) ||
        !take_text(&rest, EDC_BER_STRING, &request->given_name) ||
        !edc_ber_take(&rest, EDC_BER_SEQUENCE, &dates) ||
        !read_dates(dates, request))
        return false;
    if (edc_ber_next_is(&rest, EDC_BER_CONTEXT(0))) {
        if (!take_text(&rest, EDC_BER_CONTEXT(0), &request->password))
            return false;
    } else if (!take_text(&rest, EDC_BER_CONTEXT(1), &request->federated_id)) {
        return false;
    }
    return rest.n == 0;
}

bool
ov_read_merge(const struct berval *value, ov_merge_request *request)
{
    edc_str rest, inside;

    *request = (ov_merge_request){0};
    if (!open_request(value, &rest))
        return false;
    if (!edc_ber_next_is(&rest, EDC_BER_CONTEXT_SEQUENCE(1)))
        return take_text(&rest, EDC_BER_CONTEXT(0), &request->dn) &&
               take_text(&rest, EDC_BER_CONTEXT(2), &request->into) &&
               rest.n == 0;
    return edc_ber_take(&rest, EDC_BER_CONTEXT_SEQUENCE(1), &inside) &&
           rest.n == 0 && take_text(&inside, EDC_BER_STRING, &request->uid) &&
           take_text(&inside, EDC_BER_STRING, &request->password) &&
           inside.n == 0;
}

bool
ov_read_contest(const struct berval *value, edc_str *student)
{
    edc_str rest;

    return open_request(value, &rest) &&
           take_text(&rest, EDC_BER_STRING, student) && rest.n == 0;
}

struct berval *
ov_write_dn(const struct berval *dn)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    struct berval *value = NULL;

    if (ber == NULL)
        return NULL;
    if (ber_printf(ber, "{O}", dn) == -1 || ber_flatten(ber, &value) == -1)
        value = NULL;
    ber_free(ber, 1);
    return value;
}
