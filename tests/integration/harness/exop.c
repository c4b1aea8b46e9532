/* exop.c - the extended operations as a client sends them. */
#define _GNU_SOURCE 1
#include "harness/exop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct berval *
flatten(BerElement *ber)
{
    struct berval *value = NULL;

    REQUIRE(ber_flatten(ber, &value) != -1);
    ber_free(ber, 1);
    return value;
}

static BerElement *
begin(void)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);

    REQUIRE(ber != NULL);
    return ber;
}

struct berval *
claim_value(const claim_data *data)
{
    BerElement *ber = begin();
    char *dates = text_of("%s", data->dates);

    REQUIRE(ber_printf(
                ber, "{sss{", data->mobile, data->sn, data->given_name) != -1);
    for (char *at = dates, *date; (date = strsep(&at, "|")) != NULL;) {
        if (date[0] != '\0')
            REQUIRE(ber_printf(ber, "s", date) != -1);
    }
    free(dates);
    if (data->federated != NULL)
        REQUIRE(
            ber_printf(ber, "}ts}", (ber_tag_t)0x81U, data->federated) != -1);
    else
        REQUIRE(
            ber_printf(ber, "}ts}", (ber_tag_t)0x80U, data->password) != -1);
    return flatten(ber);
}

struct berval *
merge_value(const char *uid, const char *password)
{
    BerElement *ber = begin();

    REQUIRE(ber_printf(ber, "{t{ss}}", (ber_tag_t)0xa1U, uid, password) != -1);
    return flatten(ber);
}

struct berval *
merge_value_of(const char *dn, const char *into)
{
    BerElement *ber = begin();

    REQUIRE(ber_printf(ber, "{tsts}", (ber_tag_t)0x80U, dn, (ber_tag_t)0x82U,
                into) != -1);
    return flatten(ber);
}

struct berval *
contest_value(const char *student)
{
    BerElement *ber = begin();

    REQUIRE(ber_printf(ber, "{s}", student) != -1);
    return flatten(ber);
}

static void
read_name(struct berval *data, answer *a)
{
    BerElement *ber = ber_init(data);
    struct berval dn = {0};

    REQUIRE(ber != NULL);
    REQUIRE(ber_scanf(ber, "{m}", &dn) != LBER_ERROR);
    snprintf(a->made, sizeof(a->made), "%.*s", (int)dn.bv_len, dn.bv_val);
    ber_free(ber, 1);
}

answer
client_exop(LDAP *ld, const char *oid, const struct berval *value)
{
    answer a = {0};
    struct berval *data = NULL;
    char *answered = NULL, *text = NULL;

    a.code = ldap_extended_operation_s(
        ld, oid, (struct berval *)value, NULL, NULL, &answered, &data);
    ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
    snprintf(a.text, sizeof(a.text), "%s", text != NULL ? text : "");
    if (data != NULL)
        read_name(data, &a);
    ldap_memfree(text);
    ldap_memfree(answered);
    ber_bvfree(data);
    return a;
}

static answer
send_and_free(LDAP *ld, const char *oid, struct berval *value)
{
    answer a = client_exop(ld, oid, value);

    ber_bvfree(value);
    return a;
}

answer
client_claim(LDAP *ld, const claim_data *data)
{
    return send_and_free(ld, CLAIM_OID, claim_value(data));
}

answer
client_merge(LDAP *ld, const char *uid, const char *password)
{
    return send_and_free(ld, MERGE_OID, merge_value(uid, password));
}

answer
client_merge_of(LDAP *ld, const char *dn, const char *into)
{
    return send_and_free(ld, MERGE_OID, merge_value_of(dn, into));
}

answer
client_contest(LDAP *ld, const char *student)
{
    return send_and_free(ld, CONTEST_OID, contest_value(student));
}
