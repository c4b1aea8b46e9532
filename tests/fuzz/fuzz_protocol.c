/* fuzz_protocol.c - any bytes as the value of an extended operation's request:
 * what is read lies within them and within bounds, is a request of one kind
 * alone, and is read again from what liblber writes of it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "exop/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
want(bool holds)
{
    if (!holds)
        abort();
}

/* A text that must be there. */
static void
want_text(edc_str text, const struct berval *value)
{
    want(text.n > 0 && text.n <= OV_TEXT_MAX);
    want(text.p >= value->bv_val &&
         text.p + text.n <= value->bv_val + value->bv_len);
}

static struct berval *
flatten(BerElement *ber)
{
    struct berval *value = NULL;

    want(ber_flatten(ber, &value) != -1);
    ber_free(ber, 1);
    return value;
}

static BerElement *
begin(void)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);

    want(ber != NULL);
    return ber;
}

static void
put(BerElement *ber, ber_tag_t tag, edc_str text)
{
    want(ber_printf(ber, "to", tag, text.p, (ber_len_t)text.n) != -1);
}

/* ---- claim ---- */

static struct berval *
write_claim(const ov_claim_request *r)
{
    BerElement *ber = begin();

    want(ber_printf(ber, "{") != -1);
    put(ber, 0x04, r->mobile);
    put(ber, 0x04, r->sn);
    put(ber, 0x04, r->given_name);
    want(ber_printf(ber, "{") != -1);
    for (size_t i = 0; i < r->n_dates; i++)
        put(ber, 0x04, r->dates[i]);
    want(ber_printf(ber, "}") != -1);
    if (r->password.n > 0)
        put(ber, 0x80, r->password);
    else
        put(ber, 0x81, r->federated_id);
    want(ber_printf(ber, "}") != -1);
    return flatten(ber);
}

static bool
reads_claim(const struct berval *value)
{
    ov_claim_request r, again;
    struct berval *written;

    if (!ov_read_claim(value, &r))
        return false;
    want_text(r.mobile, value);
    want_text(r.sn, value);
    want_text(r.given_name, value);
    want(r.n_dates >= 1 && r.n_dates <= OV_DATES_MAX);
    for (size_t i = 0; i < r.n_dates; i++) {
        want_text(r.dates[i], value);
        want(r.dates[i].n == strlen("YYYY-MM-DD"));
    }
    want((r.password.n > 0) != (r.federated_id.n > 0));
    want_text(r.password.n > 0 ? r.password : r.federated_id, value);
    written = write_claim(&r);
    want(written->bv_len <= value->bv_len);
    want(ov_read_claim(written, &again));
    want(edc_str_eq(r.mobile, again.mobile) && edc_str_eq(r.sn, again.sn) &&
         edc_str_eq(r.given_name, again.given_name) &&
         edc_str_eq(r.password, again.password) &&
         edc_str_eq(r.federated_id, again.federated_id) &&
         r.n_dates == again.n_dates);
    ber_bvfree(written);
    return true;
}

/* ---- merge ---- */

static struct berval *
write_merge(const ov_merge_request *r)
{
    BerElement *ber = begin();

    want(ber_printf(ber, "{") != -1);
    if (r->dn.n > 0) {
        put(ber, 0x80, r->dn);
        put(ber, 0x82, r->into);
    } else {
        want(ber_printf(ber, "t{", (ber_tag_t)0xa1) != -1);
        put(ber, 0x04, r->uid);
        put(ber, 0x04, r->password);
        want(ber_printf(ber, "}") != -1);
    }
    want(ber_printf(ber, "}") != -1);
    return flatten(ber);
}

static bool
reads_merge(const struct berval *value)
{
    ov_merge_request r, again;
    struct berval *written;

    if (!ov_read_merge(value, &r))
        return false;
    want((r.dn.n > 0) == (r.into.n > 0));
    want((r.uid.n > 0) == (r.password.n > 0));
    want((r.dn.n > 0) != (r.uid.n > 0));
    want_text(r.dn.n > 0 ? r.dn : r.uid, value);
    want_text(r.dn.n > 0 ? r.into : r.password, value);
    written = write_merge(&r);
    want(written->bv_len <= value->bv_len);
    want(ov_read_merge(written, &again));
    want(edc_str_eq(r.dn, again.dn) && edc_str_eq(r.into, again.into) &&
         edc_str_eq(r.uid, again.uid) &&
         edc_str_eq(r.password, again.password));
    ber_bvfree(written);
    return true;
}

/* ---- contest, and the answers, which have the same form ---- */

static bool
reads_contest(const struct berval *value)
{
    edc_str student, again;
    struct berval dn, *written;

    if (!ov_read_contest(value, &student))
        return false;
    want_text(student, value);
    dn = ov_berval(student);
    written = ov_write_dn(&dn);
    want(written != NULL && written->bv_len <= value->bv_len);
    want(ov_read_contest(written, &again) && edc_str_eq(student, again));
    ber_bvfree(written);
    return true;
}

static int
kinds_of(const struct berval *value)
{
    return reads_claim(value) + reads_merge(value) + reads_contest(value);
}

/* A request ends where its bytes end. */
static void
want_exact(const uint8_t *data, size_t size)
{
    struct berval other = {size + 1, calloc(1, size + 1)};

    want(other.bv_val != NULL);
    memcpy(other.bv_val, data, size);
    want(kinds_of(&other) == 0);
    other.bv_len = size - 1;
    want(kinds_of(&other) == 0);
    free(other.bv_val);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct berval value = {size, (char *)data};
    int kinds = kinds_of(&value);

    want(kinds <= 1);
    if (kinds == 0)
        return 0;
    want(size <= OV_REQUEST_MAX);
    want_exact(data, size);
    return 0;
}
