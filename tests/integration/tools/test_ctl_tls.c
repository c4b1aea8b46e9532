/* test_ctl_tls.c - educonnectctl says why it does not trust a server, and sends
 * nothing to one that it does not trust.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/tool.h"

#define DAY 86400L

/* ---- certificates ---- */

typedef struct identity {
    EVP_PKEY *key;
    X509 *certificate;
} identity;

static void
extend(X509 *certificate, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX ctx;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &ctx, kind, value);
    REQUIRE(extension != NULL);
    REQUIRE(X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

/* Signed by itself, a CA, when by is NULL; else for these names, from and to so
 * many days from now. */
static identity
make_identity(
    const char *name, const identity *by, const char *names, long from, long to)
{
    identity i = {EVP_RSA_gen(2048), X509_new()};
    X509_NAME *subject;
    X509 *issuer = by == NULL ? i.certificate : by->certificate;
    static long serial;

    REQUIRE(i.key != NULL && i.certificate != NULL);
    REQUIRE(X509_set_version(i.certificate, 2) == 1);
    ASN1_INTEGER_set(X509_get_serialNumber(i.certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(i.certificate), from * DAY);
    X509_gmtime_adj(X509_getm_notAfter(i.certificate), to * DAY);
    REQUIRE(X509_set_pubkey(i.certificate, i.key) == 1);
    subject = X509_get_subject_name(i.certificate);
    REQUIRE(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                (const unsigned char *)name, -1, -1, 0) == 1);
    REQUIRE(X509_set_issuer_name(
                i.certificate, X509_get_subject_name(issuer)) == 1);
    extend(i.certificate, issuer, NID_basic_constraints,
        by == NULL ? "critical,CA:TRUE" : "CA:FALSE");
    if (names != NULL)
        extend(i.certificate, issuer, NID_subject_alt_name, names);
    REQUIRE(X509_sign(
                i.certificate, by == NULL ? i.key : by->key, EVP_sha256()) > 0);
    return i;
}

static void
forget(identity *i)
{
    EVP_PKEY_free(i->key);
    X509_free(i->certificate);
}

static char folder[] = "/tmp/educonnect-tls-XXXXXX";

static char *
file_of(const char *name)
{
    return text_of("%s/%s", folder, name);
}

/* <name>.pem and <name>.key. */
static void
save(const identity *i, const char *name)
{
    char *path = text_of("%s/%s.pem", folder, name);
    FILE *out = fopen(path, "w");

    REQUIRE(out != NULL && PEM_write_X509(out, i->certificate) == 1);
    REQUIRE(fclose(out) == 0);
    free(path);
    path = text_of("%s/%s.key", folder, name);
    out = fopen(path, "w");
    REQUIRE(out != NULL &&
            PEM_write_PrivateKey(out, i->key, NULL, NULL, 0, NULL, NULL) == 1);
    REQUIRE(fclose(out) == 0);
    free(path);
}

/* ---- servers ---- */

/* As what a server shows itself. */
enum { GOOD, EXPIRED, FUTURE, ELSEWHERE, PLAIN, N_SERVERS };
static const char *const certificates[N_SERVERS] = {[GOOD] = "good",
    [EXPIRED] = "expired",
    [FUTURE] = "future",
    [ELSEWHERE] = "elsewhere",
    [PLAIN] = NULL};
static server servers[N_SERVERS];

static int
begin(void **state)
{
    static const char here[] = "IP:127.0.0.1";
    identity ca, other, one[4];

    (void)state;
    REQUIRE(mkdtemp(folder) != NULL);
    ca = make_identity("The right CA", NULL, NULL, -2, 30);
    other = make_identity("Another\x1b[31m CA", NULL, NULL, -2, 30);
    one[GOOD] = make_identity("server", &ca, here, -2, 30);
    one[EXPIRED] = make_identity("server", &ca, here, -20, -10);
    one[FUTURE] = make_identity("server", &ca, here, 10, 20);
    one[ELSEWHERE] =
        make_identity("elsewhere", &ca, "DNS:elsewhere.example", -2, 30);
    save(&ca, "ca");
    save(&other, "other");
    for (int i = 0; i < N_SERVERS; i++) {
        setup how = {.config_directory = false};
        char *global = NULL;

        if (certificates[i] != NULL) {
            save(one + i, certificates[i]);
            forget(one + i);
            global = text_of("TLSCertificateFile %s/%s.pem\n"
                             "TLSCertificateKeyFile %s/%s.key\n",
                folder, certificates[i], folder, certificates[i]);
            how.global = global;
            how.ldaps = true;
        }
        server_prepare(servers + i, &how);
        server_start(servers + i);
        free(global);
    }
    forget(&ca);
    forget(&other);
    return 0;
}

static int
end(void **state)
{
    char *command = text_of("rm -r %s", folder);
    int status;

    (void)state;
    for (int i = 0; i < N_SERVERS; i++)
        server_finish(servers + i);
    status = system(command);
    free(command);
    return status;
}

/* ---- asking them ---- */

/* By ldaps, or ldap with these options, trusting this CA. An anonymous session
 * that began ends with status 1: the account is not there. */
static tool
ask(int which, const char *ca, const char *options)
{
    const server *s = servers + which;
    char *url = options == NULL
                    ? text_of("ldaps://127.0.0.1:%d/", s->ldaps_port)
                    : text_of("%s", s->url);
    char *file = file_of(ca);
    tool t;

    REQUIRE(setenv("LDAPTLS_CACERT", file, 1) == 0);
    t = tool_run_plain(NULL, "status", "-H %s %s -b " SUFFIX " nobody", url,
        options == NULL ? "" : options);
    REQUIRE(unsetenv("LDAPTLS_CACERT") == 0);
    free(file);
    free(url);
    return t;
}

static void
what_is_wrong_with_a_certificate_is_said(void **state)
{
    static const struct {
        int server;
        const char *ca;
        const char *said[2]; /* none: it is trusted */
    } known[] = {
        {GOOD, "ca.pem", {NULL, NULL}},
        {GOOD, "other.pem",
            {"not trusted: it is signed by \"CN=The right CA\"",
                "none of the CAs that are trusted"}},
        {EXPIRED, "ca.pem", {"not trusted: it has ended (expired)", NULL}},
        {EXPIRED, "other.pem",
            {"it has ended (expired)", "none of the CAs that are trusted"}},
        {FUTURE, "ca.pem", {"not trusted: it is not valid yet", NULL}},
        {ELSEWHERE, "ca.pem",
            {"not trusted: it is of another host than \"127.0.0.1\"", NULL}},
        {ELSEWHERE, "other.pem",
            {"it is of another host than \"127.0.0.1\"",
                "none of the CAs that are trusted"}},
        {GOOD, "none.pem",
            {"the file of trusted CAs (TLS_CACERT), ", "No such file"}},
    };
    static const char *const ways[] = {NULL, "-ZZ", "-Z"};

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        for (size_t w = 0; w < 3; w++) {
            tool t = ask(known[i].server, known[i].ca, ways[w]);

            expect_status(&t, known[i].said[0] == NULL ? 1 : 3);
            for (size_t k = 0; k < 2 && known[i].said[k] != NULL; k++)
                if (strstr(t.err, known[i].said[k]) == NULL)
                    FAIL("case %zu, %s: %s", i, ways[w], t.err);
            if (strstr(t.err, "unknown error") != NULL)
                FAIL("case %zu, %s: %s", i, ways[w], t.err);
            tool_free(&t);
        }
    }
}

/* Who insists on TLS gives up; who tried goes on. */
static void
a_server_without_tls_is_told(void **state)
{
    tool t = ask(PLAIN, "ca.pem", "-ZZ");

    (void)state;
    expect_status(&t, 3);
    REQUIRE(strstr(t.err, "StartTLS: ") != NULL);
    REQUIRE(strstr(t.err, "not trusted") == NULL);
    tool_free(&t);
    t = ask(PLAIN, "ca.pem", "-Z");
    expect_status(&t, 1);
    tool_free(&t);
}

/* A session with a server that is not trusted never begins: no bind comes. */
static void
no_password_goes_to_who_is_not_trusted(void **state)
{
    static const char *const ways[] = {"-ZZ", "-Z"};
    char *secret = file_of("secret"), *ca = file_of("other.pem"), *log;

    (void)state;
    write_file(secret, "hunter2");
    REQUIRE(setenv("LDAPTLS_CACERT", ca, 1) == 0);
    for (size_t w = 0; w < 2; w++) {
        tool t = tool_run_plain(NULL, "status",
            "-H %s %s -D cn=who,%s -y %s -b " SUFFIX " nobody",
            servers[GOOD].url, ways[w], SUFFIX, secret);

        expect_status(&t, 3);
        tool_free(&t);
    }
    REQUIRE(unsetenv("LDAPTLS_CACERT") == 0);
    log = server_log(servers + GOOD);
    REQUIRE(strstr(log, "BIND dn=\"cn=who") == NULL);
    free(log), free(ca), free(secret);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_with_a_certificate_is_said),
        cmocka_unit_test(a_server_without_tls_is_told),
        cmocka_unit_test(no_password_goes_to_who_is_not_trusted),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
