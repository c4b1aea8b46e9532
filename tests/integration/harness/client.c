/* client.c - requests to slapd and their answers. */
#define _GNU_SOURCE 1
#include "harness/client.h"

#include <stdio.h>

#include <ldif.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- connections ---- */

LDAP *
client_open(const server *s)
{
    LDAP *ld = NULL;
    int version = LDAP_VERSION3;
    struct timeval limit = limit_of(60);

    if (ldap_initialize(&ld, s->url) != LDAP_SUCCESS)
        FAIL("ldap_initialize");
    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &limit);
    ldap_set_option(ld, LDAP_OPT_TIMEOUT, &limit);
    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    client_sends(ld, SENDS_PPOLICY, NULL);
    return ld;
}

void
client_close(LDAP *ld)
{
    if (ld != NULL) {
        ldap_set_option(ld, LDAP_OPT_SERVER_CONTROLS, NULL);
        ldap_unbind_ext(ld, NULL, NULL);
    }
}

void
client_sends(LDAP *ld, unsigned controls, const char *proxy_dn)
{
    char *who = text_of("dn:%s", proxy_dn != NULL ? proxy_dn : "");
    LDAPControl all[] = {
        {PPOLICY_OID, {0, NULL}, 0},
        {LDAP_CONTROL_RELAX, {0, NULL}, 1},
        {USABILITY_OID, {0, NULL}, 0},
        {LDAP_CONTROL_X_PERMISSIVE_MODIFY, {0, NULL}, 1},
        {LDAP_CONTROL_TXN_SPEC, {0, ""}, 1},
        {LDAP_CONTROL_PROXY_AUTHZ, {strlen(who), who}, 1},
    };
    LDAPControl *list[7];
    size_t n = 0;

    for (size_t i = 0; i < 6; i++) {
        if ((controls & (1u << i)) != 0)
            list[n++] = &all[i];
    }
    list[n] = NULL;
    ldap_set_option(ld, LDAP_OPT_SERVER_CONTROLS, n > 0 ? list : NULL);
    free(who);
}

/* ---- answers ---- */

static void
take_control(answer *a, LDAPControl **controls)
{
    LDAPControl *found =
        ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, NULL);

    while (controls != NULL && controls[a->n_controls] != NULL)
        a->n_controls++;
    if (found == NULL)
        return;
    a->controlled = true;
    a->control_length = found->ldctl_value.bv_len;
    if (a->control_length > sizeof(a->control))
        a->control_length = sizeof(a->control);
    memcpy(a->control, found->ldctl_value.bv_val, a->control_length);
}

static void
take_result(LDAP *ld, LDAPMessage *message, answer *a)
{
    char *text = NULL;
    LDAPControl **controls = NULL;

    a->n_controls = 0;
    if (ldap_parse_result(ld, message, &a->code, NULL, &text, NULL, &controls,
            0) != LDAP_SUCCESS)
        a->code = LDAP_DECODING_ERROR;
    if (text != NULL)
        snprintf(a->text, sizeof(a->text), "%s", text);
    take_control(a, controls);
    ldap_memfree(text);
    ldap_controls_free(controls);
}

static void
take_made(LDAP *ld, LDAPMessage *message, answer *a)
{
    struct berval made = {0, NULL};

    if (ldap_parse_passwd(ld, message, &made) != LDAP_SUCCESS ||
        made.bv_val == NULL)
        return;
    snprintf(a->made, sizeof(a->made), "%s", made.bv_val);
    ldap_memfree(made.bv_val);
}

/* Waits for the result of a request that was sent; made: it may bring a
 * password. libldap cannot read an empty value, as whoami's is of nobody. */
static answer
heard_made(LDAP *ld, int sent, int id, bool made)
{
    answer a = {.code = sent};
    LDAPMessage *message = NULL;
    int kind;

    if (sent != LDAP_SUCCESS)
        return a;
    kind = ldap_result(ld, id, LDAP_MSG_ALL, NULL, &message);
    if (kind <= 0) {
        ldap_get_option(ld, LDAP_OPT_RESULT_CODE, &a.code);
        if (kind == 0)
            a.code = LDAP_TIMEOUT;
        return a;
    }
    for (LDAPMessage *m = ldap_first_message(ld, message); m != NULL;
        m = ldap_next_message(ld, m)) {
        if (made && ldap_msgtype(m) == LDAP_RES_EXTENDED)
            take_made(ld, m, &a);
        if (ldap_msgtype(m) != LDAP_RES_SEARCH_ENTRY)
            take_result(ld, m, &a);
    }
    ldap_msgfree(message);
    return a;
}

static answer
heard(LDAP *ld, int sent, int id)
{
    return heard_made(ld, sent, id, false);
}

/* ---- binds ---- */

answer
client_bind_bytes(LDAP *ld, const char *dn, const char *password, size_t length)
{
    struct berval secret = {length, (char *)(size_t)password};
    int id = 0;
    int sent =
        ldap_sasl_bind(ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, &id);

    return heard(ld, sent, id);
}

LDAP *
client_machine(const server *s)
{
    int version = LDAP_VERSION3;
    LDAP *ld = NULL;
    struct berval none = {0, (char *)""};

    REQUIRE(ldap_initialize(&ld, s->ldapi_url) == LDAP_SUCCESS);
    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
    REQUIRE(ldap_sasl_bind_s(ld, NULL, "EXTERNAL", &none, NULL, NULL, NULL) ==
            LDAP_SUCCESS);
    return ld;
}

answer
client_bind(LDAP *ld, const char *dn, const char *password)
{
    return client_bind_bytes(ld, dn, password, strlen(password));
}

answer
client_bind_plain(LDAP *ld, const char *user, const char *password)
{
    size_t n = strlen(user), m = strlen(password);
    char *text = malloc(n + m + 2);
    struct berval secret = {n + m + 2, text};
    int id = 0, sent;
    answer a;

    text[0] = '\0';
    memcpy(text + 1, user, n);
    text[n + 1] = '\0';
    memcpy(text + n + 2, password, m);
    sent = ldap_sasl_bind(ld, NULL, "PLAIN", &secret, NULL, NULL, &id);
    a = heard(ld, sent, id);
    free(text);
    return a;
}

answer
bind_once(const server *s, const char *dn, const char *password)
{
    LDAP *ld = client_open(s);
    answer a = client_bind(ld, dn, password);

    client_close(ld);
    return a;
}

LDAP *
client_login(const server *s, const char *dn, const char *password)
{
    LDAP *ld = client_open(s);
    answer a = client_bind(ld, dn, password);

    if (a.code != LDAP_SUCCESS)
        FAIL("%s cannot bind: %d %s", dn, a.code, a.text);
    return ld;
}

/* ---- writes ---- */

static answer
send_record(LDAP *ld, LDIFRecord *record)
{
    int id = 0, sent = LDAP_PARAM_ERROR;
    const char *dn = record->lr_dn.bv_val;

    switch (record->lr_op) {
    case LDAP_REQ_ADD:
        sent = ldap_add_ext(ld, dn, record->lrop_mods, NULL, NULL, &id);
        break;
    case LDAP_REQ_MODIFY:
        sent = ldap_modify_ext(ld, dn, record->lrop_mods, NULL, NULL, &id);
        break;
    case LDAP_REQ_MODDN:
        sent = ldap_rename(ld, dn, record->lrop_newrdn.bv_val,
            record->lrop_newsup.bv_val, record->lrop_delold, NULL, NULL, &id);
        break;
    case LDAP_REQ_DELETE:
        sent = ldap_delete_ext(ld, dn, NULL, NULL, &id);
        break;
    default:
        FAIL("no such operation in the LDIF of a test");
    }
    return heard(ld, sent, id);
}

static answer
send_ldif(LDAP *ld, char *text)
{
    struct berval whole = {strlen(text), text};
    LDIFRecord record;
    answer a;

    memset(&record, 0, sizeof(record));
    if (ldap_parse_ldif_record(&whole, 0, &record, "test", LDIF_DEFAULT_ADD) !=
        LDAP_SUCCESS)
        FAIL("bad LDIF in a test");
    a = send_record(ld, &record);
    ldap_ldif_record_done(&record);
    return a;
}

answer
client_ldif(LDAP *ld, const char *format, ...)
{
    char *text = NULL;
    answer a;
    va_list list;

    va_start(list, format);
    text = text_of_list(format, list);
    va_end(list);
    a = send_ldif(ld, text);
    free(text);
    return a;
}

answer
client_modify(LDAP *ld, const char *dn, const char *format, ...)
{
    char *changes = NULL, *text;
    answer a;
    va_list list;

    va_start(list, format);
    changes = text_of_list(format, list);
    va_end(list);
    text = text_of("dn: %s\nchangetype: modify\n%s", dn, changes);
    a = send_ldif(ld, text);
    free(text);
    free(changes);
    return a;
}

char *
client_line(const char *attribute, const char *value)
{
    size_t n = strlen(value);
    char *line = calloc(1, LDIF_SIZE_NEEDED(strlen(attribute), n) + 1);
    char *at = line;

    ldif_sput_wrap(&at, LDIF_PUT_VALUE, attribute, value, n, 100000);
    return line;
}

answer
client_delete(LDAP *ld, const char *dn)
{
    return client_ldif(ld, "dn: %s\nchangetype: delete\n", dn);
}

answer
client_replace(LDAP *ld, const char *dn, const char *attribute,
    const char *value, size_t length)
{
    struct berval bytes = {length, (char *)(size_t)value};
    struct berval *values[] = {&bytes, NULL};
    LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE | LDAP_MOD_BVALUES,
        .mod_type = (char *)(size_t)attribute,
        .mod_bvalues = values};
    LDAPMod *mods[] = {&mod, NULL};
    int id = 0;
    int sent = ldap_modify_ext(ld, dn, mods, NULL, NULL, &id);

    return heard(ld, sent, id);
}

answer
client_password(LDAP *ld, const char *dn, const char *old, const char *new)
{
    struct berval user = {0}, before = {0}, after = {0};
    int id = 0, sent;

    if (dn != NULL)
        ber_str2bv(dn, 0, 0, &user);
    if (old != NULL)
        ber_str2bv(old, 0, 0, &before);
    if (new != NULL)
        ber_str2bv(new, 0, 0, &after);
    sent =
        ldap_passwd(ld, dn != NULL ? &user : NULL, old != NULL ? &before : NULL,
            new != NULL ? &after : NULL, NULL, NULL, &id);
    return heard_made(ld, sent, id, true);
}

answer
client_transaction_end(LDAP *ld, bool commit)
{
    struct berval none = {0, ""};
    int id = 0;
    int sent = ldap_txn_end(ld, commit, &none, NULL, NULL, &id);

    return heard(ld, sent, id);
}

/* ---- reads ---- */

answer
client_compare(
    LDAP *ld, const char *dn, const char *attribute, const char *value)
{
    struct berval v;
    int id = 0, sent;

    ber_str2bv(value, 0, 0, &v);
    sent = ldap_compare_ext(ld, dn, attribute, &v, NULL, NULL, &id);
    return heard(ld, sent, id);
}

answer
client_whoami(LDAP *ld)
{
    int id = 0;
    int sent = ldap_whoami(ld, NULL, NULL, &id);

    return heard(ld, sent, id);
}

answer
client_search(LDAP *ld, const char *dn)
{
    int id = 0;
    int sent = ldap_search_ext(ld, dn, LDAP_SCOPE_BASE, "(objectClass=*)", NULL,
        0, NULL, NULL, NULL, 0, &id);

    return heard(ld, sent, id);
}

static LDAPMessage *
find_base(LDAP *ld, const char *dn, const char *attribute)
{
    char *attributes[] = {(char *)(size_t)attribute, NULL};
    LDAPMessage *found = NULL;

    if (ldap_search_ext_s(ld, dn, LDAP_SCOPE_BASE, "(objectClass=*)",
            attributes, 0, NULL, NULL, NULL, 0, &found) != LDAP_SUCCESS) {
        ldap_msgfree(found);
        return NULL;
    }
    return found;
}

static int
by_bytes(const void *a, const void *b)
{
    return strcmp((*(struct berval *const *)a)->bv_val,
        (*(struct berval *const *)b)->bv_val);
}

static struct berval **
values_at(LDAP *ld, const char *dn, const char *attribute)
{
    LDAPMessage *found = find_base(ld, dn, attribute);
    LDAPMessage *entry = found != NULL ? ldap_first_entry(ld, found) : NULL;
    struct berval **values =
        entry != NULL ? ldap_get_values_len(ld, entry, attribute) : NULL;

    ldap_msgfree(found);
    return values;
}

char *
client_await(LDAP *ld, const char *dn, const char *attribute)
{
    deadline d = deadline_in(30);
    char *value;

    while ((value = client_read(ld, dn, attribute)) == NULL)
        deadline_wait(&d, attribute);
    return value;
}

char *
client_read_all(LDAP *ld, const char *dn, const char *attribute)
{
    struct berval **values = values_at(ld, dn, attribute);
    char *joined = text_of("%s", "");
    int n = ldap_count_values_len(values);

    if (n > 0)
        qsort(values, (size_t)n, sizeof(*values), by_bytes);
    for (int i = 0; i < n; i++) {
        char *longer =
            text_of("%s%s%s", joined, i > 0 ? "|" : "", values[i]->bv_val);

        free(joined);
        joined = longer;
    }
    ldap_value_free_len(values);
    return joined;
}

char *
client_picture(LDAP *ld, const char *dn, const char *const *attributes)
{
    char *all = text_of("%s", "");

    for (; *attributes != NULL; attributes++) {
        char *values = client_read_all(ld, dn, *attributes);
        char *more = text_of("%s%s: %s\n", all, *attributes, values);

        free(values);
        free(all);
        all = more;
    }
    return all;
}

char *
client_read(LDAP *ld, const char *dn, const char *attribute)
{
    struct berval **values = values_at(ld, dn, attribute);
    char *first = NULL;

    if (values != NULL && values[0] != NULL)
        first = text_of("%s", values[0]->bv_val);
    ldap_value_free_len(values);
    return first;
}

int
client_count(LDAP *ld, const char *base, const char *filter)
{
    char *none[] = {LDAP_NO_ATTRS, NULL};
    LDAPMessage *found = NULL;
    int n = -1;

    if (ldap_search_ext_s(ld, base, LDAP_SCOPE_SUBTREE, filter, none, 0, NULL,
            NULL, NULL, 0, &found) == LDAP_SUCCESS)
        n = ldap_count_entries(ld, found);
    ldap_msgfree(found);
    return n;
}

static char *
hex_of(const unsigned char *bytes, size_t length)
{
    char *text = calloc(3, length + 1);

    for (size_t i = 0; i < length; i++)
        sprintf(text + 3 * i, "%02x ", bytes[i]);
    if (length > 0)
        text[3 * length - 1] = '\0';
    return text;
}

char *
client_entry_control(LDAP *ld, const char *dn, const char *oid)
{
    LDAPMessage *found = find_base(ld, dn, "uid");
    LDAPMessage *entry = found != NULL ? ldap_first_entry(ld, found) : NULL;
    LDAPControl **controls = NULL, *control;
    char *text;

    if (entry == NULL)
        FAIL("%s cannot be read", dn);
    ldap_get_entry_controls(ld, entry, &controls);
    control = ldap_control_find(oid, controls, NULL);
    text = control == NULL
               ? text_of("%s", "")
               : hex_of((unsigned char *)control->ldctl_value.bv_val,
                     control->ldctl_value.bv_len);
    ldap_controls_free(controls);
    ldap_msgfree(found);
    return text;
}

/* ---- assertions ---- */

char *
codes_of(const char *text)
{
    char *codes = text_of("%s", "");

    for (const char *at = text; (at = strstr(at, "EDC-")) != NULL; at += 4) {
        char *longer =
            text_of("%s%s%.3s", codes, codes[0] != '\0' ? " " : "", at + 4);

        free(codes);
        codes = longer;
    }
    return codes;
}

void
expect_at(const char *file, int line, const char *what, answer a, int code,
    const char *codes)
{
    char *found = codes_of(a.text);

    if (a.code != code || strcmp(found, codes) != 0)
        fail_test(file, line, "%s\n  expected %d [%s]\n  answer   %d [%s] %s",
            what, code, codes, a.code, found, a.text);
    free(found);
}

void
expect_control_at(
    const char *file, int line, const answer *a, const char *bytes)
{
    char *found = a->controlled ? hex_of(a->control, a->control_length)
                                : text_of("%s", "");

    if (strcmp(found, bytes) != 0)
        fail_test(file, line, "password-policy control: expected [%s] got [%s]",
            bytes, found);
    free(found);
}

void
expect_stored_at(const char *file, int line, LDAP *ld, const char *dn,
    const char *attribute, const char *value)
{
    char *found = client_read(ld, dn, attribute);
    bool same = value == NULL ? found == NULL
                              : found != NULL && strcmp(found, value) == 0;

    if (!same)
        fail_test(file, line, "%s of %s: expected %s, stored %s", attribute, dn,
            value != NULL ? value : "nothing",
            found != NULL ? found : "nothing");
    free(found);
}

void
expect_values_at(const char *file, int line, LDAP *ld, const char *dn,
    const char *attribute, const char *values)
{
    char *found = client_read_all(ld, dn, attribute);

    if (strcmp(found, values) != 0)
        fail_test(file, line, "%s of %s: expected \"%s\", read \"%s\"",
            attribute, dn, values, found);
    free(found);
}
