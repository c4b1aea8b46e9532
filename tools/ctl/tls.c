/* tls.c - why TLS with a server did not begin. */
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ctl/catalog.h"
#include "ctl/ctl.h"
#include "ctl/tls.h"

/* ---- libldap's options ---- */

/* Of all sessions, from ldap.conf and the environment; allocated, or NULL. */
static char *
option(int which)
{
    char *text = NULL, *copy;

    if (ldap_get_option(NULL, which, &text) != LDAP_OPT_SUCCESS || text == NULL)
        return NULL;
    copy = ctl_copy(text);
    ldap_memfree(text);
    return copy;
}

/* A TLS session without any check; NULL when there is none. */
static LDAP *
unchecked(const char *uri, bool starttls)
{
    const int version = LDAP_VERSION3, never = LDAP_OPT_X_TLS_NEVER, client = 0;
    LDAP *ld = NULL;

    if (ldap_initialize(&ld, uri) != LDAP_SUCCESS)
        return NULL;
    if (ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) ==
            LDAP_OPT_SUCCESS &&
        ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &never) ==
            LDAP_OPT_SUCCESS &&
        ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client) ==
            LDAP_OPT_SUCCESS &&
        (starttls ? ldap_start_tls_s(ld, NULL, NULL) : ldap_connect(ld)) ==
            LDAP_SUCCESS)
        return ld;
    ldap_unbind_ext_s(ld, NULL, NULL);
    return NULL;
}

static X509 *
certificate_of(const char *uri, bool starttls)
{
    LDAP *ld = unchecked(uri, starttls);
    struct berval der = {0, NULL};
    const unsigned char *p;
    X509 *certificate = NULL;

    if (ld == NULL)
        return NULL;
    if (ldap_get_option(ld, LDAP_OPT_X_TLS_PEERCERT, &der) ==
            LDAP_OPT_SUCCESS &&
        der.bv_val != NULL) {
        p = (const unsigned char *)der.bv_val;
        certificate = d2i_X509(NULL, &p, (long)der.bv_len);
    }
    ldap_memfree(der.bv_val);
    ldap_unbind_ext_s(ld, NULL, NULL);
    return certificate;
}

/* ---- what may be wrong ---- */

/* Allocated. */
static char *
name_of(const X509_NAME *name)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *text = NULL, *copy;
    long n = 0;

    if (out != NULL && name != NULL &&
        X509_NAME_print_ex(
            out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0)
        n = BIO_get_mem_data(out, &text);
    copy = n > 0 ? ctl_copy_n(text, (size_t)n) : ctl_copy("somebody");
    BIO_free(out);
    return copy;
}

static char *
wrong_time(const X509 *certificate)
{
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
        return ctl_format("has ended (expired)");
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0)
        return ctl_format("is not valid yet");
    return NULL;
}

static bool
is_for(X509 *certificate, const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];

    if (inet_pton(AF_INET, host, address) == 1 ||
        inet_pton(AF_INET6, host, address) == 1)
        return X509_check_ip_asc(certificate, host, 0) == 1;
    return X509_check_host(certificate, host, 0, 0, NULL) == 1;
}

/* libldap holds the certificate of "localhost" against the machine's name. */
static char *
wrong_host(X509 *certificate, const char *uri)
{
    LDAPURLDesc *parts = NULL;
    char *wrong = NULL;
    char own[256] = "";
    const char *host;

    if (ldap_url_parse(uri, &parts) != LDAP_URL_SUCCESS)
        return NULL;
    host = parts->lud_host == NULL ? "" : parts->lud_host;
    if (host[0] == '\0' || strcasecmp(host, "localhost") == 0) {
        if (gethostname(own, sizeof(own) - 1) == 0 && !is_for(certificate, own))
            wrong = ctl_format("is of another host than this machine, \"%s\", "
                               "as whose localhost is taken",
                own);
    } else if (!is_for(certificate, host)) {
        wrong = ctl_format("is of another host than \"%s\"", host);
    }
    ldap_free_urldesc(parts);
    return wrong;
}

/* Whether it was signed by a CA that is trusted. Its time is another matter. */
static bool
is_trusted(X509 *certificate, const char *file, const char *directory)
{
    X509_STORE *trusted = X509_STORE_new();
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    bool is = false;

    if (trusted != NULL && check != NULL &&
        (file == NULL || X509_STORE_load_file(trusted, file) == 1) &&
        (directory == NULL || X509_STORE_load_path(trusted, directory) == 1) &&
        X509_STORE_set_flags(trusted, X509_V_FLAG_NO_CHECK_TIME) == 1 &&
        X509_STORE_CTX_init(check, trusted, certificate, NULL) == 1)
        is = X509_verify_cert(check) == 1;
    X509_STORE_CTX_free(check);
    X509_STORE_free(trusted);
    return is;
}

static char *
wrong_issuer(X509 *certificate)
{
    char *file = option(LDAP_OPT_X_TLS_CACERTFILE);
    char *directory = option(LDAP_OPT_X_TLS_CACERTDIR);
    char *wrong = NULL;
    char *issuer;

    if (!is_trusted(certificate, file, directory)) {
        issuer = name_of(X509_get_issuer_name(certificate));
        wrong = ctl_format(
            "is signed by \"%s\", which is none of the CAs that are trusted "
            "(TLS_CACERT: %s)",
            issuer,
            file != NULL        ? file
            : directory != NULL ? directory
                                : catalog_text("none is set"));
        free(issuer);
    }
    free(directory);
    free(file);
    return wrong;
}

/* The file of CAs, when it cannot be used at all. */
static char *
wrong_file(void)
{
    char *file = option(LDAP_OPT_X_TLS_CACERTFILE);
    char *wrong = NULL;

    if (file != NULL && access(file, R_OK) != 0)
        wrong = ctl_format("the file of trusted CAs (TLS_CACERT), %s: %s", file,
            strerror(errno));
    free(file);
    return wrong;
}

char *
ctl_tls_complaint(const char *uri, bool starttls)
{
    char *configured = uri == NULL ? option(LDAP_OPT_URI) : NULL;
    const char *asked = uri != NULL ? uri : configured;
    char *complaint = wrong_file();
    X509 *certificate = complaint != NULL || asked == NULL
                            ? NULL
                            : certificate_of(asked, starttls);
    char *wrong[3] = {NULL, NULL, NULL};

    if (certificate != NULL) {
        wrong[0] = wrong_issuer(certificate);
        wrong[1] = wrong_time(certificate);
        wrong[2] = wrong_host(certificate, asked);
    }
    for (size_t i = 0; i < 3; i++) {
        char *longer;

        if (wrong[i] == NULL)
            continue;
        longer =
            complaint == NULL
                ? ctl_format("the server's certificate is not trusted: it %s",
                      wrong[i])
                : ctl_format("%s; it %s", complaint, wrong[i]);
        free(complaint);
        free(wrong[i]);
        complaint = longer;
    }
    X509_free(certificate);
    free(configured);
    return complaint;
}
