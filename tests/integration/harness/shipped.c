/* shipped.c - the files of ldif/ as a test may run them. */
#define _GNU_SOURCE 1
#include "harness/shipped.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/client.h"
#include "harness/launch.h"

/* ---- the files ---- */

char *
shipped_file(const char *name)
{
    const char *top = getenv("EDC_SOURCE");
    char *path = text_of("%s/ldif/%s", top != NULL ? top : ".", name);
    char *text = read_file(path, NULL);

    if (text == NULL)
        FAIL("cannot read %s", path);
    free(path);
    return text;
}

char *
text_with(char *text, const char *word, const char *own)
{
    char *done = text_of("%s", "");

    for (char *at = text, *found; at != NULL; at = found) {
        char *longer;

        found = strstr(at, word);
        longer = found == NULL
                     ? text_of("%s%s", done, at)
                     : text_of("%s%.*s%s", done, (int)(found - at), at, own);
        free(done);
        done = longer;
        if (found != NULL)
            found += strlen(word);
    }
    free(text);
    return done;
}

/* What is longer comes first. */
char *
shipped_here(const server *s, const char *tls, char *text)
{
    char *modules = text_of("%s/modules:%s", s->directory, launch_modules());
    char *machine =
        text_of("gidNumber=%d+uidNumber=%d", (int)getgid(), (int)getuid());
    const struct {
        const char *word, *own;
    } words[] = {
        {"gidNumber=0+uidNumber=0", machine},
        {"/etc/ldap/tls", tls},
        {"/etc/ldap/schema", launch_schema_directory()},
        {"/usr/lib/ldap", modules},
        {"/run/slapd/slapd.pid", "PID"},
        {"/run/slapd/slapd.args", "ARGS"},
        {"/var/lib/ldap/changes", "LOG"},
        {"/var/lib/ldap", "DATA"},
    };
    static const char *const files[][2] = {
        {"PID", "pid"}, {"ARGS", "args"}, {"LOG", "log-db"}, {"DATA", "db"}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        text = text_with(text, words[i].word, words[i].own);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *word = text_of(": %s\n", files[i][0]);
        char *own = text_of(": %s/%s\n", s->directory, files[i][1]);

        text = text_with(text, word, own);
        free(own);
        free(word);
    }
    free(machine);
    free(modules);
    return text;
}

/* ---- a certificate for 127.0.0.1, its own authority ---- */

static X509 *
make_certificate(EVP_PKEY *pair)
{
    X509 *x = X509_new();
    X509_EXTENSION *name =
        X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    X509_EXTENSION *ca = X509V3_EXT_conf_nid(
        NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");

    REQUIRE(pair != NULL && x != NULL && name != NULL && ca != NULL);
    REQUIRE(X509_set_version(x, 2));
    REQUIRE(X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN",
        MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0));
    REQUIRE(X509_set_issuer_name(x, X509_get_subject_name(x)));
    REQUIRE(ASN1_INTEGER_set(X509_get_serialNumber(x), 1));
    REQUIRE(X509_gmtime_adj(X509_getm_notBefore(x), -3600) != NULL &&
            X509_gmtime_adj(X509_getm_notAfter(x), 400 * 86400L) != NULL);
    REQUIRE(X509_add_ext(x, name, -1) && X509_add_ext(x, ca, -1));
    REQUIRE(X509_set_pubkey(x, pair) && X509_sign(x, pair, EVP_sha256()) > 0);
    X509_EXTENSION_free(ca);
    X509_EXTENSION_free(name);
    return x;
}

void
shipped_certificate(const char *tls)
{
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509 *x = make_certificate(pair);
    static const char *const names[] = {"server.pem", "ca.pem", "server.key"};

    for (int i = 0; i < 3; i++) {
        char *path = text_of("%s/%s", tls, names[i]);
        FILE *file = fopen(path, "w");

        REQUIRE(file != NULL);
        REQUIRE(
            i == 2 ? PEM_write_PrivateKey(file, pair, NULL, NULL, 0, NULL, NULL)
                   : PEM_write_X509(file, x));
        REQUIRE(fclose(file) == 0);
        free(path);
    }
    X509_free(x);
    EVP_PKEY_free(pair);
}
