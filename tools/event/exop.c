/* exop.c - merge, claim, contest: the extended operations of
 * doc/PROTOCOL.md.
 */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/language.h"
#include "ctl/who.h"
#include "event/event.h"
#include "ctl/input.h"
#include "core/text/schema.h"

#define OID(n) EDC_OID_ARC ".3." n

/* Tags of the requests' choices. */
#define TAG_PASSWORD ((ber_tag_t)0x80U)
#define TAG_FEDERATED ((ber_tag_t)0x81U)
#define TAG_DN ((ber_tag_t)0x80U)
#define TAG_CREDENTIALS ((ber_tag_t)0xa1U)
#define TAG_INTO ((ber_tag_t)0x82U)

/* Sends it and frees it, zeroed; name gets the DN that came back, allocated, or
 * NULL. Returns the LDAP result. */
static int
send(event *e, const char *oid, BerElement *ber, int printed, char **name)
{
    struct berval *value = NULL;
    struct berval *data = NULL;
    struct berval dn = {0, NULL};
    char *answered = NULL;
    int result = LDAP_ENCODING_ERROR;

    *name = NULL;
    if (printed != -1 && ber_flatten(ber, &value) == 0)
        result = ldap_extended_operation_s(
            e->c->ld, oid, value, NULL, NULL, &answered, &data);
    if (data != NULL) {
        BerElement *back = ber_init(data);

        if (back != NULL && ber_scanf(back, "{m}", &dn) != LBER_ERROR)
            *name = ctl_copy_n(dn.bv_val, dn.bv_len);
        ber_free(back, 1);
    }
    if (value != NULL)
        OPENSSL_cleanse(value->bv_val, value->bv_len);
    ber_bvfree(value);
    ber_bvfree(data);
    ldap_memfree(answered);
    ber_free(ber, 1);
    return result;
}

static BerElement *
request(void)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);

    if (ber == NULL) {
        print_lines(stderr, "educonnectctl: out of memory\n");
        exit(CTL_LOCAL);
    }
    return ber;
}

/* ---- merge ---- */

static char *into;

static ctl_exit
merge_one(event *e, const char *dn)
{
    BerElement *ber = request();
    char *closed;
    int result = send(e, OID("2"), ber,
        ber_printf(ber, "{tsts}", TAG_DN, dn, TAG_INTO, into), &closed);

    if (result == LDAP_SUCCESS)
        event_done(e, dn, ctl_text("merged and closed", "regroupé et fermé"));
    free(closed);
    return result == LDAP_SUCCESS ? CTL_OK : event_answered(e, dn, result);
}

/* The holder's own other account, by its letter. */
static ctl_exit
merge_credentials(event *e, const char *uid)
{
    char *secret = ctl_secret(ctl_value(e->c, CTL_OPT_MERGE_SECRET_FILE, NULL),
        "Password of the other account: ");
    BerElement *ber;
    char *closed;
    int result;

    if (secret == NULL)
        return CTL_USAGE;
    ber = request();
    result = send(e, OID("2"), ber,
        ber_printf(ber, "{t{ss}}", TAG_CREDENTIALS, uid, secret), &closed);
    ctl_forget(secret);
    if (result == LDAP_SUCCESS)
        event_done(e, closed == NULL ? uid : closed,
            ctl_text("merged and closed", "regroupé et fermé"));
    free(closed);
    return result == LDAP_SUCCESS ? CTL_OK : event_answered(e, uid, result);
}

static ctl_exit
refused_or(const event *e, ctl_exit status)
{
    return status == CTL_OK && e->n_refused > 0 ? CTL_REFUSED : status;
}

ctl_exit
ctl_merge(ctl *c)
{
    const char *word = ctl_value(c, CTL_OPT_MERGE_INTO, NULL);
    const char *uid = ctl_value(c, CTL_OPT_MERGE_CREDENTIALS, NULL);
    event e;
    ctl_exit status;

    if ((uid == NULL) == (word == NULL) || (uid == NULL) == (c->n_args == 0))
        return ctl_fail(c, CTL_USAGE,
            "--into ACCOUNT and the accounts to merge into it, or, as the "
            "holder, --credentials LOGIN");
    status = event_begin(&e, c);
    if (status != CTL_OK)
        return status;
    if (uid != NULL)
        return refused_or(&e, merge_credentials(&e, uid));
    into = ctl_find_somebody(c, word);
    if (into == NULL)
        return CTL_REFUSED;
    status = event_each(&e, merge_one);
    free(into);
    into = NULL;
    return status;
}

/* ---- claim: what the holder says comes from a file or stdin, for birth dates
 * open accounts and everybody sees what a command was given ---- */

#define DATES_MAX 32

typedef struct claim {
    char *mobile, *sn, *given_name;
    char *dates[DATES_MAX];
    size_t n_dates;
} claim;

static void
forget_claim(claim *said)
{
    ctl_forget(said->mobile);
    ctl_forget(said->sn);
    ctl_forget(said->given_name);
    for (size_t i = 0; i < said->n_dates; i++)
        ctl_forget(said->dates[i]);
}

/* One "name: value"; false when it is none. */
static bool
read_line(claim *said, char *line)
{
    char *value = strchr(line, ':');
    char **at;

    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '\0' || line[0] == '#')
        return true;
    if (value == NULL)
        return false;
    *value++ = '\0';
    value += strspn(value, " \t");
    at = strcmp(line, "mobile") == 0      ? &said->mobile
         : strcmp(line, "sn") == 0        ? &said->sn
         : strcmp(line, "givenName") == 0 ? &said->given_name
         : strcmp(line, "birthDate") == 0 && said->n_dates < DATES_MAX
             ? &said->dates[said->n_dates++]
             : NULL;
    if (at == NULL || *at != NULL)
        return false;
    *at = ctl_copy(value);
    return true;
}

static ctl_exit
read_claim(ctl *c, claim *said)
{
    const char *path = c->args[0];
    const char *why;
    FILE *file = input_stream(path, &why);
    ctl_exit status = CTL_OK;
    input_lines lines = {.file = file};

    if (file == NULL)
        return ctl_fail(c, CTL_INPUT, "%s: %s", path, why);
    input_warn(fileno(file), path);
    while (status == CTL_OK && input_line(&lines, &why)) {
        if (!read_line(said, lines.text))
            status = ctl_fail(c, CTL_INPUT,
                "%s:%zu: one line each: mobile, sn, givenName, and birthDate "
                "for every child",
                path, lines.n);
    }
    if (status == CTL_OK && why != NULL)
        status = ctl_fail(c, CTL_INPUT, "%s:%zu: %s", path, lines.n, why);
    input_lines_free(&lines);
    (void)input_close(file);
    if (status == CTL_OK && (said->mobile == NULL || said->sn == NULL ||
                                said->given_name == NULL || said->n_dates == 0))
        status = ctl_fail(c, CTL_INPUT,
            "%s: mobile, sn, givenName and every child's birthDate are needed",
            path);
    return status;
}

static int
print_claim(ctl *c, BerElement *ber, const claim *said, const char *password)
{
    const char *federated = ctl_value(c, CTL_OPT_CLAIM_FEDERATED_ID, NULL);
    int printed =
        ber_printf(ber, "{sss{", said->mobile, said->sn, said->given_name);

    for (size_t i = 0; i < said->n_dates && printed != -1; i++)
        printed = ber_printf(ber, "s", said->dates[i]);
    if (printed != -1)
        printed = ber_printf(ber, "}ts}",
            password != NULL ? TAG_PASSWORD : TAG_FEDERATED,
            password != NULL ? password : federated);
    return printed;
}

static ctl_exit
claim_it(event *e, const claim *said)
{
    const char *path = ctl_value(e->c, CTL_OPT_CLAIM_SECRET_FILE, NULL);
    char *password = NULL;
    char *dn;
    BerElement *ber;
    int result;

    if (ctl_count(e->c, CTL_OPT_CLAIM_FEDERATED_ID) == 0 &&
        (password = ctl_secret(path, "New password of the account: ")) == NULL)
        return CTL_USAGE;
    ber = request();
    result =
        send(e, OID("1"), ber, print_claim(e->c, ber, said, password), &dn);
    ctl_forget(password);
    if (result == LDAP_SUCCESS)
        event_done(e, dn == NULL ? "-" : dn, ctl_text("activated", "activé"));
    free(dn);
    return result == LDAP_SUCCESS
               ? CTL_OK
               : refused_or(e, event_answered(e, "claim", result));
}

ctl_exit
ctl_claim(ctl *c)
{
    claim said = {0};
    event e;
    ctl_exit status;

    if (c->n_args != 1)
        return ctl_fail(c, CTL_USAGE, "name the file, or - for stdin");
    status = read_claim(c, &said);
    if (status == CTL_OK)
        status = event_begin(&e, c);
    if (status == CTL_OK)
        status = claim_it(&e, &said);
    forget_claim(&said);
    return status;
}

/* ---- contest ---- */

static ctl_exit
contest_one(event *e, const char *dn)
{
    BerElement *ber = request();
    char *name;
    int result = send(e, OID("3"), ber, ber_printf(ber, "{s}", dn), &name);

    free(name);
    if (result == LDAP_SUCCESS)
        event_done(
            e, dn, ctl_text("is not your child", "n'est pas votre enfant"));
    return result == LDAP_SUCCESS ? CTL_OK : event_answered(e, dn, result);
}

ctl_exit
ctl_contest(ctl *c)
{
    event e;
    ctl_exit status;

    if (c->n_args == 0)
        return ctl_fail(c, CTL_USAGE, "name the student");
    status = event_begin(&e, c);
    return status == CTL_OK ? event_each(&e, contest_one) : status;
}
