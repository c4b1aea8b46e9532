/* test_protocol.c - doc/PROTOCOL.md is true: its bytes are what lber makes and
 * its commands give the output that it shows.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/exop.h"

#define DOCUMENT "doc/PROTOCOL.md"

/* ---- the document ---- */

/* Takes the next fenced block off; its first line is "kind name". Returns
 * false at the end. Allocated. */
static bool
next_block(const char **at, char **kind, char **text)
{
    const char *open = strstr(*at, "\n```"), *line, *close;

    if (open == NULL)
        return false;
    line = strchr(open + 1, '\n');
    REQUIRE(line != NULL);
    close = strstr(line, "\n```");
    REQUIRE(close != NULL);
    *kind = text_of("%.*s", (int)(line - open - 4), open + 4);
    *text = text_of("%.*s", (int)(close - line), line + 1);
    *at = close + 4;
    return true;
}

/* The text of one block by its first line; allocated. */
static char *
block(const char *document, const char *wanted)
{
    char *kind, *text;

    while (next_block(&document, &kind, &text)) {
        bool found = strcmp(kind, wanted) == 0;

        free(kind);
        if (found)
            return text;
        free(text);
    }
    FAIL("no block %s", wanted);
}

/* The bytes of a block of hexadecimal numbers; what follows "--" is comment. */
static struct berval
bytes_of(const char *text)
{
    struct berval bytes = {0, calloc(1, strlen(text) + 1)};

    for (const char *at = text; *at != '\0'; at++) {
        if (strncmp(at, "--", 2) == 0) {
            at = strchr(at, '\n');
            continue;
        }
        if (isspace((unsigned char)*at))
            continue;
        REQUIRE(
            isxdigit((unsigned char)at[0]) && isxdigit((unsigned char)at[1]));
        bytes.bv_val[bytes.bv_len++] =
            (char)strtol((char[]){at[0], at[1], '\0'}, NULL, 16);
        at++;
    }
    return bytes;
}

/* ---- its bytes ---- */

static struct berval *
answer_value(const char *dn)
{
    return contest_value(dn); /* the same: a sequence of one DN */
}

static void
expect_bytes(const char *document, const char *name, struct berval *value)
{
    char *kind = text_of("ber %s", name), *text = block(document, kind);
    struct berval documented = bytes_of(text);

    if (ber_bvcmp(&documented, value) != 0)
        FAIL("the bytes of %s are not these", name);
    free(documented.bv_val);
    free(text);
    free(kind);
    ber_bvfree(value);
}

static void
bytes_are_what_a_client_sends(void **state)
{
    char *document = read_file(DOCUMENT, NULL);
    claim_data claim = {"06 12 34 56 78", "Le Goff", "Soizic",
        "2011-03-09|2013-07-21", "Primevere-2026-Or", NULL};

    (void)state;
    assert_non_null(document);
    expect_bytes(document, "claim", claim_value(&claim));
    claim.federated = "fc-4711";
    expect_bytes(document, "claim-federated", claim_value(&claim));
    expect_bytes(
        document, "merge", merge_value("slegoff2", "Ancolie-2025-Bleue"));
    expect_bytes(document, "merge-named",
        merge_value_of("uid=slegoff2," PEOPLE, "uid=slegoff," PEOPLE));
    expect_bytes(document, "contest", contest_value("uid=ines," PEOPLE));
    expect_bytes(document, "answer", answer_value("uid=slegoff," PEOPLE));
    free(document);
}

/* What follows "::" in a command is the bytes of the block before. */
static void
commands_send_those_bytes(void **state)
{
    char *document = read_file(DOCUMENT, NULL), *kind, *text;
    const char *at = document;
    int commands = 0;

    (void)state;
    while (next_block(&at, &kind, &text)) {
        char *value = strstr(text, "::");

        if (strncmp(kind, "sh ", 3) == 0) {
            char *name = text_of("ber %s", kind + 3);
            char *hex = block(document, name);
            struct berval bytes = bytes_of(hex);
            char *base64 = calloc(1, bytes.bv_len * 2 + 8);

            EVP_EncodeBlock((unsigned char *)base64,
                (unsigned char *)bytes.bv_val, (int)bytes.bv_len);
            REQUIRE(value != NULL);
            value[strcspn(value, "\n")] = '\0';
            assert_string_equal(value + 2, base64);
            commands++;
            free(base64);
            free(bytes.bv_val);
            free(hex);
            free(name);
        }
        free(kind);
        free(text);
    }
    assert_int_equal(commands, 5);
    free(document);
}

/* ---- its commands ---- */

static void
add_person(world *w, const char *class, const char *uid, const char *given,
    const char *more)
{
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: uid=%s," PEOPLE "\nobjectClass: inetOrgPerson\nobjectClass: %s\n"
        "uid: %s\ncn: %s Le Goff\nsn: Le Goff\ngivenName: %s\n%s",
        uid, class, uid, given, given, more));
}

/* The people of the document. */
static void
add_people(world *w)
{
    account second = {.dn = "uid=slegoff2," PEOPLE};
    LDAP *self;

    add_person(w, "educonnectLegalGuardian", "slegoff", "Soizic",
        "mobile: +33 6 12 34 56 78\n");
    add_person(w, "educonnectLegalGuardian", "slegoff2", "Soizic", "");
    add_person(w, "educonnectStudent", "ines", "Ines",
        "educonnectBirthDate: 2011-03-09\neduconnectIne: 100000001AB\n"
        "educonnectEnrolledAt: " COLLEGE
        "\neduconnectGuardian: uid=slegoff," PEOPLE "\n");
    add_person(w, "educonnectStudent", "malo", "Malo",
        "educonnectBirthDate: 2013-07-21\neduconnectIne: 100000002AB\n"
        "educonnectEnrolledAt: " COLLEGE
        "\neduconnectGuardian: uid=slegoff," PEOPLE "\n");
    step_inform(w, &second, ACADEMY);
    self = client_login(&w->server, second.dn, second.password);
    expect_ok(client_password(self, NULL, NULL, "Ancolie-2025-Bleue"));
    client_close(self);
}

static void
add_password(world *w, const char *name, const char *password)
{
    char *path = server_path(&w->server, name);

    write_file(path, password);
    assert_int_equal(chmod(path, S_IRUSR | S_IWUSR), 0);
    free(path);
}

/* What a command says, output and errors; allocated. */
static char *
run(world *w, const char *command)
{
    char *line = text_of("cd %s && URI=%s && exec 2>&1\n%s",
        w->server.directory, w->server.url, command);
    char *output = calloc(1, 8192);
    FILE *pipe = popen(line, "r");

    REQUIRE(pipe != NULL);
    REQUIRE(fread(output, 1, 8191, pipe) < 8191);
    pclose(pipe);
    free(line);
    return output;
}

static void
commands_do_what_is_shown(void **state)
{
    world *w = *state;
    char *document = read_file(DOCUMENT, NULL), *kind, *text, *output = NULL;
    const char *at = document;

    add_people(w);
    add_password(w, "registrar.password", "staff-secret-of-registrar");
    add_password(w, "academy.password", "staff-secret-of-academy");
    add_password(w, "slegoff.password", "Primevere-2026-Or");
    while (next_block(&at, &kind, &text)) {
        if (strncmp(kind, "sh ", 3) == 0) {
            REQUIRE(output == NULL);
            output = run(w, text);
        } else if (strcmp(kind, "text") == 0) {
            REQUIRE(output != NULL);
            assert_string_equal(output, text);
            free(output);
            output = NULL;
        }
        free(kind);
        free(text);
    }
    REQUIRE(output == NULL);
    free(document);
    expect_stored(
        w->as[ROOT], "uid=slegoff," PEOPLE, "educonnectState", "active");
    expect_stored(w->as[ROOT], "uid=slegoff2," PEOPLE, "educonnectMergedInto",
        "uid=slegoff," PEOPLE);
    expect_stored(w->as[ROOT], "uid=ines," PEOPLE,
        "educonnectContestedGuardian", "uid=slegoff," PEOPLE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_what_a_client_sends),
        cmocka_unit_test(commands_send_those_bytes),
        cmocka_unit_test(commands_do_what_is_shown),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
