/* protocol.c - the extended operations on the wire. */
#include "exop/protocol.h"

#include "core/text/uai.h"

/* Universal and context-specific tags, of one byte each (X.690). */
#define TAG_SEQUENCE 0x30u
#define TAG_STRING 0x04u
#define TAG_CONTEXT(n) (0x80u | (n))
#define TAG_CONTEXT_SEQUENCE(n) (0xa0u | (n))

static unsigned char
take_byte(edc_str *rest)
{
    unsigned char byte = (unsigned char)rest->p[0];

    rest->p++;
    rest->n--;
    return byte;
}

/* Definite lengths, of as many bytes as liblber reads. */
static bool
take_length(edc_str *rest, size_t *length)
{
    size_t bytes;

    if (rest->n == 0)
        return false;
    *length = take_byte(rest);
    if (*length < 0x80)
        return true;
    bytes = *length & 0x7f;
    if (bytes == 0 || bytes > sizeof(*length) || bytes > rest->n)
        return false;
    for (*length = 0; bytes > 0; bytes--)
        *length = *length << 8 | take_byte(rest);
    return true;
}

static bool
next_is(const edc_str *rest, unsigned tag)
{
    return rest->n > 0 && (unsigned char)rest->p[0] == tag;
}

/* Takes the first element off; *rest is what follows it. liblber's own way
 * looks at the byte behind the end. */
static bool
take(edc_str *rest, unsigned tag, edc_str *content)
{
    size_t length;

    if (!next_is(rest, tag))
        return false;
    (void)take_byte(rest);
    if (!take_length(rest, &length) || length > rest->n)
        return false;
    *content = (edc_str){rest->p, length};
    rest->p += length;
    rest->n -= length;
    return true;
}

/* A text that is there and not longer than any is. */
static bool
take_text(edc_str *rest, unsigned tag, edc_str *text)
{
    return take(rest, tag, text) && text->n > 0 && text->n <= OV_TEXT_MAX;
}

/* The one sequence that a request is, and nothing behind it. */
static bool
open_request(const struct berval *value, edc_str *inside)
{
    edc_str all;

    if (value == NULL || value->bv_len > OV_REQUEST_MAX)
        return false;
    all = ov_str(value);
    return take(&all, TAG_SEQUENCE, inside) && all.n == 0;
}

static bool
read_dates(edc_str rest, ov_claim_request *request)
{
    while (rest.n > 0) {
        if (request->n_dates == OV_DATES_MAX ||
            !take_text(&rest, TAG_STRING, &request->dates[request->n_dates]) ||
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
        !take_text(&rest, TAG_STRING, &request->mobile) ||
        !take_text(&rest, TAG_STRING, &request->sn) ||
        !take_text(&rest, TAG_STRING, &request->given_name) ||
        !take(&rest, TAG_SEQUENCE, &dates) || !read_dates(dates, request))
        return false;
    if (next_is(&rest, TAG_CONTEXT(0))) {
        if (!take_text(&rest, TAG_CONTEXT(0), &request->password))
            return false;
    } else if (!take_text(&rest, TAG_CONTEXT(1), &request->federated_id)) {
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
    if (!next_is(&rest, TAG_CONTEXT_SEQUENCE(1)))
        return take_text(&rest, TAG_CONTEXT(0), &request->dn) &&
               take_text(&rest, TAG_CONTEXT(2), &request->into) && rest.n == 0;
    return take(&rest, TAG_CONTEXT_SEQUENCE(1), &inside) && rest.n == 0 &&
           take_text(&inside, TAG_STRING, &request->uid) &&
           take_text(&inside, TAG_STRING, &request->password) && inside.n == 0;
}

bool
ov_read_contest(const struct berval *value, edc_str *student)
{
    edc_str rest;

    return open_request(value, &rest) &&
           take_text(&rest, TAG_STRING, student) && rest.n == 0;
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
