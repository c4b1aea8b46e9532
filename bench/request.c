/* request.c - what connections ask a server for. */
#include "request.h"

#include <lber.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/schema.h"

#define TEXT_MAX 512

/* A prime: multiples of it modulo the number of entries meet all of them. */
#define STRIDE 7919

const char *const request_names[N_REQUEST_KINDS] = {
#define REQUEST_NAME(id, name, what) name,
    REQUEST_KINDS(REQUEST_NAME)
#undef REQUEST_NAME
};

const char *const request_texts[N_REQUEST_KINDS] = {
#define REQUEST_TEXT(id, name, what) what,
    REQUEST_KINDS(REQUEST_TEXT)
#undef REQUEST_TEXT
};

request_kind
request_kind_of(const char *name)
{
    int kind = 0;

    while (kind < N_REQUEST_KINDS && strcmp(request_names[kind], name) != 0)
        kind++;
    return (request_kind)kind;
}

/* Writes the template with the number for each %. */
static char *
fill_in(char out[TEXT_MAX], const char *template, uint64_t number)
{
    size_t n = 0;

    for (; *template != '\0' && n + 24 < TEXT_MAX; template ++) {
        if (*template == '%')
            n += (size_t)snprintf(
                out + n, TEXT_MAX - n, "%llu", (unsigned long long)number);
        else
            out[n++] = *template;
    }
    out[n] = '\0';
    return out;
}

static uint64_t
entry_of(const requests *r, uint64_t serial)
{
    return r->first + (r->in_order ? serial : serial * STRIDE) % r->n;
}

static int
search(const requests *r, LDAP *ld, const char *base, int scope,
    const char *filter, int *message)
{
    char *attributes[2] = {(char *)r->wanted, NULL};

    return ldap_search_ext(ld, base, scope, filter,
        r->wanted != NULL ? attributes : NULL, 0, NULL, NULL, NULL, 1, message);
}

static int
send_bind(
    const requests *r, LDAP *ld, const char *dn, uint64_t serial, int *message)
{
    char wrong[TEXT_MAX];
    const char *password = r->password;
    struct berval cred;

    if (r->fresh) {
        snprintf(wrong, sizeof(wrong), "%s-%llu", r->password,
            (unsigned long long)serial);
        password = wrong;
    }
    cred = (struct berval){strlen(password), (char *)password};
    return ldap_sasl_bind(ld, dn, LDAP_SASL_SIMPLE, &cred, NULL, NULL, message);
}

static int
modify(const requests *r, LDAP *ld, const char *dn, int how, const char *value,
    int *message)
{
    char *values[2] = {(char *)value, NULL};
    LDAPMod mod = {
        .mod_op = how, .mod_type = (char *)r->attribute, .mod_values = values};
    LDAPMod *mods[2] = {&mod, NULL};

    return ldap_modify_ext(ld, dn, mods, NULL, NULL, message);
}

static int
compare(const requests *r, LDAP *ld, const char *dn, const char *value,
    int *message)
{
    struct berval bv = {strlen(value), (char *)value};

    return ldap_compare_ext(ld, dn, r->attribute, &bv, NULL, NULL, message);
}

/* RFC 3062; password NULL: the server makes one. */
static int
send_password(LDAP *ld, const char *dn, char *password, int *message)
{
    struct berval id = {strlen(dn), (char *)dn}, new = {0, password};

    if (password != NULL)
        new.bv_len = strlen(password);
    return ldap_passwd(
        ld, &id, NULL, password != NULL ? &new : NULL, NULL, NULL, message);
}

static int
send_extended(LDAP *ld, const char *oid, BerElement *ber, int *message)
{
    struct berval *value = NULL;
    int rc = ber_flatten(ber, &value) == 0
                 ? ldap_extended_operation(ld, oid, value, NULL, NULL, message)
                 : LDAP_NO_MEMORY;

    ber_bvfree(value);
    ber_free(ber, 1);
    return rc;
}

/* doc/PROTOCOL.md has the elements. */
static int
send_claim(LDAP *ld, const char *mobile, const char *password, int *message)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);

    if (ber == NULL || ber_printf(ber, "{sss{s}ts}", mobile, REQUEST_CLAIM_SN,
                           REQUEST_CLAIM_GIVEN_NAME, REQUEST_CLAIM_BIRTH,
                           (ber_tag_t)0x80, password) == -1) {
        ber_free(ber, 1);
        return LDAP_NO_MEMORY;
    }
    return send_extended(ld, EDC_OID_ARC ".3.1", ber, message);
}

static int
send_merge(LDAP *ld, const char *other, const char *into, int *message)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);

    if (ber == NULL || ber_printf(ber, "{tsts}", (ber_tag_t)0x80, other,
                           (ber_tag_t)0x82, into) == -1) {
        ber_free(ber, 1);
        return LDAP_NO_MEMORY;
    }
    return send_extended(ld, EDC_OID_ARC ".3.2", ber, message);
}

/* Every connection toggles entries of its own: one step adds, the next one
 * takes away again. */
static int
send_in_pairs(const requests *r, request_kind kind, LDAP *ld, size_t of,
    const load_turn *turn, int *message)
{
    char dn[TEXT_MAX], value[TEXT_MAX];
    uint64_t entry = entry_of(r, turn->step / 2 * of + turn->connection);
    bool second = turn->step % 2 != 0;

    fill_in(dn, r->dn, entry);
    if (kind == REQUEST_SWITCH)
        return modify(
            r, ld, dn, LDAP_MOD_REPLACE, second ? r->other : r->value, message);
    return modify(r, ld, dn, second ? LDAP_MOD_DELETE : LDAP_MOD_ADD,
        fill_in(value, r->value, entry), message);
}

static request_kind
choose(const requests *r, uint64_t serial)
{
    unsigned all = 0, at;
    int kind = 0;

    for (int i = 0; i < N_REQUEST_KINDS; i++)
        all += r->weight[i];
    at = (unsigned)(serial % all);
    while (at >= r->weight[kind])
        at -= r->weight[kind++];
    return (request_kind)kind;
}

int
request_send(load_group *g, LDAP *ld, const load_turn *turn, int *message)
{
    const requests *r = g->context;
    request_kind kind = choose(r, turn->serial);
    uint64_t entry = entry_of(r, turn->serial);
    char dn[TEXT_MAX], text[TEXT_MAX];

    fill_in(dn, r->dn != NULL ? r->dn : "", entry);
    switch (kind) {
    case REQUEST_SEARCH:
        return search(r, ld, r->base, LDAP_SCOPE_SUBTREE,
            fill_in(text, r->filter, entry), message);
    case REQUEST_BASE:
        return search(r, ld, dn, LDAP_SCOPE_BASE, "(objectClass=*)", message);
    case REQUEST_COMPARE:
        return compare(r, ld, dn, fill_in(text, r->value, entry), message);
    case REQUEST_BIND:
        return send_bind(r, ld, dn, turn->serial, message);
    case REQUEST_MODIFY:
        return modify(r, ld, dn, LDAP_MOD_REPLACE,
            fill_in(text, r->value, turn->serial), message);
    case REQUEST_DELETE:
        return ldap_delete_ext(ld, dn, NULL, NULL, message);
    case REQUEST_PASSWORD:
        return send_password(
            ld, dn, fill_in(text, r->value, turn->serial), message);
    case REQUEST_LETTER:
        return send_password(ld, dn, NULL, message);
    case REQUEST_CLAIM:
        return send_claim(
            ld, dn, fill_in(text, r->value, turn->serial), message);
    case REQUEST_MERGE:
        return send_merge(ld, dn, fill_in(text, r->value, entry), message);
    default:
        return send_in_pairs(r, kind, ld, g->connections, turn, message);
    }
}
