/* session.c - connecting and binding as the OpenLDAP tools do. */
#include <errno.h>
#include <openssl/crypto.h>
#include <sasl/sasl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "ctl/catalog.h"
#include "ctl/ctl.h"
#include "ctl/tls.h"
#include "ctl/input.h"

/* Longer than any password that slapd takes. */
#define SECRET_MAX 8192

/* The password of the session, until it is open. */
static char *session_secret;

static void
forget_session_secret(void)
{
    ctl_forget(session_secret);
    session_secret = NULL;
}

void
ctl_forget(char *secret)
{
    if (secret != NULL)
        OPENSSL_cleanse(secret, strlen(secret));
    free(secret);
}

/* ---- secrets ---- */

static char *
secret_of_terminal(const char *prompt)
{
    char *secret = ctl_alloc(SECRET_MAX + 1, 1);
    const char *said = catalog_text(prompt);
    int fd = input_terminal();
    struct termios before, quiet;
    ssize_t n = -1;

    if (fd >= 0 && tcgetattr(fd, &before) == 0) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        if (write(fd, said, strlen(said)) >= 0 &&
            tcsetattr(fd, TCSAFLUSH, &quiet) == 0) {
            n = read(fd, secret, SECRET_MAX);
            if (tcsetattr(fd, TCSAFLUSH, &before) != 0 ||
                write(fd, "\n", 1) != 1)
                n = -1;
        }
    }
    if (fd >= 0)
        close(fd);
    if (n <= 0) {
        ctl_forget(secret);
        print_lines(stderr,
            "educonnectctl: no terminal to ask for a password; -y FILE\n");
        return NULL;
    }
    secret[strcspn(secret, "\r\n")] = '\0';
    return secret;
}

/* Why what was read is no password, NULL: it is one. */
static const char *
no_secret(const char *secret, size_t n, ssize_t last)
{
    if (last < 0)
        return strerror(errno);
    if (last > 0)
        return "too long for a password";
    if (memchr(secret, '\0', n) != NULL)
        return "a zero byte is in it: no password";
    /* A bind without a password is one that proves nothing. */
    return secret[0] == '\0' ? "empty: no password" : NULL;
}

static char *
secret_of_file(const char *path)
{
    char *secret = ctl_alloc(SECRET_MAX + 1, 1);
    const char *why;
    int fd = input_open(path, INPUT_STREAM, &why);
    size_t n = 0;
    ssize_t got = -1;

    while (fd >= 0 && n < SECRET_MAX &&
           (got = read(fd, secret + n, SECRET_MAX - n)) > 0)
        n += (size_t)got;
    if (fd >= 0) {
        if (n > 0 && secret[n - 1] == '\n')
            secret[--n] = '\0';
        if (n > 0 && secret[n - 1] == '\r')
            secret[--n] = '\0';
        why = no_secret(secret, n, got);
        input_warn(fd, path);
        close(fd);
    }
    if (why == NULL)
        return secret;
    /* What names no file may be the password itself. */
    print(stderr, "educonnectctl: %s: %s\n",
        fd < 0 ? "the password file cannot be read" : path, why);
    OPENSSL_cleanse(secret, SECRET_MAX);
    free(secret);
    return NULL;
}

char *
ctl_secret(const char *path, const char *prompt)
{
    return path == NULL ? secret_of_terminal(prompt) : secret_of_file(path);
}

/* ---- binding ---- */

static int
interact(LDAP *ld, unsigned flags, void *defaults, void *questions)
{
    sasl_interact_t *q = questions;

    (void)ld;
    (void)flags;
    for (; q->id != SASL_CB_LIST_END; q++) {
        const char *answer = q->id == SASL_CB_PASS && defaults != NULL
                                 ? defaults
                             : q->defresult != NULL ? q->defresult
                                                    : "";

        q->result = answer;
        q->len = (unsigned)strlen(answer);
    }
    return LDAP_SUCCESS;
}

static int
bind_sasl(const ctl *c, LDAP *ld, char *secret)
{
    return ldap_sasl_interactive_bind_s(ld,
        ctl_value(c, CTL_OPT_COMMON_BIND_DN, NULL),
        ctl_value(c, CTL_OPT_COMMON_MECHANISM, NULL), NULL, NULL,
        LDAP_SASL_QUIET, interact, secret);
}

static int
bind_simple(const ctl *c, LDAP *ld, const char *secret)
{
    const char *dn = ctl_value(c, CTL_OPT_COMMON_BIND_DN, "");
    struct berval credentials = {
        secret == NULL ? 0 : strlen(secret), (char *)secret};

    return ldap_sasl_bind_s(
        ld, dn, LDAP_SASL_SIMPLE, &credentials, NULL, NULL, NULL);
}

/* A session did not begin; where TLS was to be, why that did not. */
static void
complain(const ctl *c, LDAP *ld, const char *uri, int result, const char *what,
    bool starttls)
{
    bool tls = starttls ||
               (uri != NULL ? strncasecmp(uri, "ldaps:", 6) == 0 : result < 0);
    char *why = tls && result < 0 ? ctl_tls_complaint(uri, starttls) : NULL;

    if (why != NULL)
        ctl_warn(c, "%s: %s", what, why);
    else
        ctl_fail_ldap(c, CTL_SERVER, ld, result, what);
    free(why);
}

/* A server that knows no TLS refuses, and the session goes on when that was
 * allowed; a handshake that failed leaves nothing to go on with. */
static bool
starttls(const ctl *c, LDAP *ld, const char *uri, size_t wanted)
{
    int result = wanted == 0 ? LDAP_SUCCESS : ldap_start_tls_s(ld, NULL, NULL);

    if (result == LDAP_SUCCESS)
        return true;
    complain(c, ld, uri, result, "StartTLS", true);
    return wanted < 2 && result > 0;
}

/* A connection, not bound; uri NULL: ldap.conf's. wanted: StartTLS as -Z says
 * it. */
static LDAP *
open_connection_to(const ctl *c, const char *uri, size_t wanted)
{
    const int version = LDAP_VERSION3;
    LDAP *ld = NULL;
    int result = ldap_initialize(&ld, uri);

    if (result == LDAP_PARAM_ERROR) {
        ctl_warn(c,
            "%s: no URI of a server: ldap://host, ldaps://host or ldapi:///",
            uri == NULL ? "ldap.conf" : uri);
        return NULL;
    }
    if (result != LDAP_SUCCESS) {
        ctl_warn(
            c, "%s: %s", uri == NULL ? "ldap.conf" : uri, ctl_result(result));
        return NULL;
    }
    if (ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) !=
            LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) !=
            LDAP_OPT_SUCCESS ||
        /* A signal that is waited for does not end what is on its way. */
        ldap_set_option(ld, LDAP_OPT_RESTART, LDAP_OPT_ON) !=
            LDAP_OPT_SUCCESS ||
        !starttls(c, ld, uri, wanted)) {
        ldap_unbind_ext_s(ld, NULL, NULL);
        return NULL;
    }
    return ld;
}

static LDAP *
open_connection(const ctl *c)
{
    return open_connection_to(c, ctl_value(c, CTL_OPT_COMMON_URI, NULL),
        ctl_count(c, CTL_OPT_COMMON_TLS));
}

static LDAP *
open_session(const ctl *c)
{
    const char *uri = ctl_value(c, CTL_OPT_COMMON_URI, NULL);
    bool sasl = ctl_count(c, CTL_OPT_COMMON_MECHANISM) > 0;
    LDAP *ld = open_connection(c);
    int result;

    if (ld == NULL)
        return NULL;
    result = sasl ? bind_sasl(c, ld, session_secret)
                  : bind_simple(c, ld, session_secret);
    if (result == LDAP_SUCCESS)
        return ld;
    complain(c, ld, uri, result, uri == NULL ? "bind" : uri, false);
    ldap_unbind_ext_s(ld, NULL, NULL);
    return NULL;
}

static bool
read_session_secret(const ctl *c)
{
    const char *path = ctl_value(c, CTL_OPT_COMMON_PASSWORD_FILE, NULL);
    bool external =
        strcasecmp(ctl_value(c, CTL_OPT_COMMON_MECHANISM, ""), "EXTERNAL") == 0;

    if (path == NULL && ctl_count(c, CTL_OPT_COMMON_PROMPT) == 0) {
        if (external || ctl_count(c, CTL_OPT_COMMON_BIND_DN) == 0)
            return true;
        ctl_warn(c, "-D needs -W or -y");
        return false;
    }
    session_secret = ctl_secret(path, "Enter LDAP password: ");
    if (session_secret != NULL && atexit(forget_session_secret) != 0)
        return false;
    return session_secret != NULL;
}

/* ---- the base ---- */

static char *
base_of_server(const ctl *c)
{
    char *attributes[] = {"namingContexts", NULL};
    LDAPMessage *found = NULL;
    struct berval **values = NULL;
    char *base = NULL;
    int result = ldap_search_ext_s(c->ld, "", LDAP_SCOPE_BASE,
        "(objectClass=*)", attributes, 0, NULL, NULL, NULL, 1, &found);

    if (result == LDAP_SUCCESS && ldap_first_entry(c->ld, found) != NULL)
        values = ldap_get_values_len(
            c->ld, ldap_first_entry(c->ld, found), attributes[0]);
    if (values != NULL && ldap_count_values_len(values) == 1)
        base = ctl_copy_n(values[0]->bv_val, values[0]->bv_len);
    if (values != NULL)
        ldap_value_free_len(values);
    ldap_msgfree(found);
    return base;
}

static char *
find_base(const ctl *c)
{
    const char *given = ctl_value(c, CTL_OPT_COMMON_BASE, NULL);
    char *configured = NULL;
    char *base;

    if (given != NULL)
        return ctl_copy(given);
    if (ldap_get_option(NULL, LDAP_OPT_DEFBASE, &configured) ==
            LDAP_OPT_SUCCESS &&
        configured != NULL) {
        base = ctl_copy(configured);
        ldap_memfree(configured);
        return base;
    }
    return base_of_server(c);
}

ctl_exit
ctl_connect(ctl *c)
{
    if (!read_session_secret(c))
        return CTL_USAGE;
    c->ld = open_session(c);
    forget_session_secret();
    if (c->ld == NULL)
        return CTL_SERVER;
    if (c->base == NULL)
        c->base = find_base(c);
    if (c->base == NULL)
        return ctl_fail(
            c, CTL_USAGE, "the server has no suffix, or several: -b");
    return CTL_OK;
}

void
ctl_advise_identity(const ctl *c, ctl_exit status)
{
    if (status != CTL_OK && c->ld != NULL && !c->shown &&
        ctl_count(c, CTL_OPT_COMMON_BIND_DN) == 0 &&
        ctl_count(c, CTL_OPT_COMMON_MECHANISM) == 0)
        ctl_warn(c,
            "it ran as nobody, who was shown nothing: say who you are by -D "
            "<DN> and -W or -y, or as root on the server by -Y EXTERNAL -H "
            "ldapi:///");
}

LDAP *
ctl_connect_anonymously(ctl *c)
{
    return open_connection(c);
}

/* A simple bind; the connection, or NULL after it has said why not. */
static LDAP *
bound_as(const ctl *c, LDAP *ld, const char *uri, const char *dn, char *secret)
{
    struct berval credentials = {strlen(secret), secret};
    int result = ldap_sasl_bind_s(
        ld, dn, LDAP_SASL_SIMPLE, &credentials, NULL, NULL, NULL);

    if (result == LDAP_SUCCESS)
        return ld;
    complain(c, ld, uri, result, dn, false);
    ldap_unbind_ext_s(ld, NULL, NULL);
    return NULL;
}

LDAP *
ctl_connect_as(ctl *c, const char *dn, const char *file)
{
    char *prompt = ctl_format("Password of %.100s: ", dn);
    char *shown = print_shown(prompt);
    char *secret = ctl_secret(file, shown);
    LDAP *ld = secret == NULL ? NULL : open_connection(c);

    if (ld != NULL)
        ld =
            bound_as(c, ld, ctl_value(c, CTL_OPT_COMMON_URI, NULL), dn, secret);
    ctl_forget(secret);
    free(shown);
    free(prompt);
    return ld;
}

LDAP *
ctl_connect_to(ctl *c, const char *uri, bool tls, const char *dn, char *secret)
{
    size_t wanted = tls ? 2 : ctl_count(c, CTL_OPT_COMMON_TLS);
    bool plain = strncasecmp(uri, "ldap:", strlen("ldap:")) == 0;
    LDAP *ld = open_connection_to(c, uri, plain ? wanted : 0);

    return ld == NULL ? NULL : bound_as(c, ld, uri, dn, secret);
}
