/* test_secrets.c - no password is written down, wherever somebody may look.
 *
 * slapd logs everything it can (-d any), accesslog records every operation,
 * once below the overlay and once above it, where it sees what the overlay
 * refuses; afterwards the log, both accesslog databases, cn=config, cn=monitor
 * and the database's own dump are searched for every password that was used, in
 * clear and in base64.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "harness/exop.h"
#include "harness/versions.h"

#define MAX_SECRETS 96

typedef struct secrets {
    char text[MAX_SECRETS][96];
    size_t n;
} secrets;

static int
talkative_world(void **state)
{
    static const setup talkative = {.debug = -1,
        .config_directory = true,
        .modules = "moduleload accesslog\n",
        .databases = "database mdb\nsuffix cn=log\n"
                     "rootdn " ROOT_DN "\ndbnosync\n"
                     "directory %s/log-db\n"
                     "database mdb\nsuffix cn=asked\n"
                     "rootdn " ROOT_DN "\ndbnosync\n"
                     "directory %s/asked-db\n",
        .below = "overlay accesslog\nlogdb cn=log\nlogops all\n"
                 "logold (objectClass=*)\n",
        .above = "overlay accesslog\nlogdb cn=asked\nlogops all\n"};
    world *w = calloc(1, sizeof(*w));
    setup how = talkative;

    *state = w;
    if (slapd_does(SLAPD_DOES_LOG_VALUES)) {
        print_message(
            "without stats2: %s\n", slapd_trait_text(SLAPD_DOES_LOG_VALUES));
        how.debug = ~512;
    }
    world_begin(w, &how);
    return 0;
}

static const char *
keep(secrets *s, const char *password)
{
    if (password[0] == '\0')
        return password;
    REQUIRE(s->n < MAX_SECRETS && strlen(password) >= 12);
    snprintf(s->text[s->n++], sizeof(s->text[0]), "%s", password);
    return password;
}

/* ---- every way a password comes in ----
 *
 * Left out is the one that puts it into a name (a new RDN of userPassword):
 * slapd logs names before it asks any module. It does the same with the value
 * of a Compare; that one is searched for everywhere but in the log. */

static void
use_at_creation(world *w, secrets *s)
{
    client_ldif(w->as[PROVISIONER],
        "dn: uid=secret1," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: secret1\ncn: Io Le\n"
        "sn: Le\nuserPassword: %s\n",
        keep(s, "Creation-Accordee-1"));
    client_ldif(w->as[REGISTRAR],
        "dn: uid=secret2," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: secret2\ncn: Io Le\n"
        "sn: Le\nuserPassword: %s\n",
        keep(s, "Creation-Refusee-22"));
    client_ldif(w->as[PROVISIONER],
        "dn: uid=secret3," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: secret3\ncn: Io Le\n"
        "sn: Le\nuserPassword;lang-fr: %s\n",
        keep(s, "Creation-Avec-Option-3"));
}

static void
use_by_others(world *w, secrets *s)
{
    account a = student_in(w, "active");

    keep(s, a.provisional);
    keep(s, a.password);
    client_password(w->as[HEAD1], a.dn, NULL, keep(s, "Exop-De-Lecole-44"));
    client_password(
        w->as[STRANGER], a.dn, NULL, keep(s, "Exop-De-Personne-55"));
    client_modify(w->as[ACADEMY], a.dn,
        "replace: userPassword\nuserPassword: %s\n",
        keep(s, "Modify-De-Lacademie-6"));
    client_modify(w->as[ROOT], a.dn, "add: userPassword\nuserPassword: %s\n",
        keep(s, "Modify-Ajout-Refuse-7"));
    client_modify(w->as[ROOT], a.dn,
        "replace: userPassword;lang-fr\nuserPassword;lang-fr: %s\n",
        keep(s, "Modify-Option-Refuse-8"));
    client_password(w->as[HEAD1], a.dn, NULL, keep(s, "toutenminusculesx"));
}

static void
use_by_the_holder(world *w, secrets *s)
{
    account a = student_in(w, "informed");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    answer made;

    keep(s, a.password);
    client_password(self, a.dn, keep(s, "Ancien-Faux-Exop-10"),
        keep(s, "Nouveau-Apres-Faux-11"));
    expect_ok(client_password(
        self, a.dn, a.password, keep(s, "Nouveau-Par-Exop-12")));
    expect_ok(client_modify(self, a.dn,
        "delete: userPassword\nuserPassword: Nouveau-Par-Exop-12\n-\n"
        "add: userPassword\nuserPassword: %s\n",
        keep(s, "Nouveau-Par-Modify-13")));
    client_modify(self, a.dn,
        "delete: userPassword\nuserPassword: %s\n-\n"
        "add: userPassword\nuserPassword: %s\n",
        keep(s, "Ancien-Faux-Modify-14"), keep(s, "Nouveau-Refuse-15-X"));
    made = client_password(self, NULL, NULL, NULL);
    expect_ok(made);
    keep(s, made.made);
    client_close(self);
    expect_ok(bind_once(&w->server, a.dn, made.made));
}

static void
use_in_guesses(world *w, secrets *s)
{
    account a = student_in(w, "active");
    LDAP *ld = client_open(&w->server);

    keep(s, a.provisional);
    keep(s, a.password);
    client_bind(ld, a.dn, keep(s, "Devinette-Simple-16"));
    client_bind_plain(ld, a.uid, keep(s, "Devinette-Sasl-17-X"));
    client_bind(ld, "uid=nobody," PEOPLE, keep(s, "Devinette-Nulle-18"));
    for (int i = 0; i < 10; i++) {
        char *guess = text_of("Devinette-Serie-%d-X", i);

        client_bind(ld, a.dn, keep(s, guess));
        free(guess);
    }
    client_close(ld);
}

/* Claims that match and do not, merges likewise. */
static void
use_in_operations(world *w, secrets *s)
{
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    account c = new_guardian(w, COLLEGE);
    claim_data claim = {"0712345678", "Karadec", "Soizic", "2011-03-10",
        keep(s, "Revendication-20-X"), NULL};
    LDAP *self = client_login(&w->server, a.dn, a.password);

    keep(s, b.password);
    expect_ok(client_modify(w->as[PROVISIONER], c.dn,
        "replace: mobile\nmobile: %s\n", claim.mobile));
    expect(client_claim(w->as[REGISTRAR], &claim), 49, "C01");
    claim.dates = "2011-03-09";
    expect_ok(client_claim(w->as[REGISTRAR], &claim));
    claim.password = keep(s, "Karadec-Refuse-21-X");
    expect(client_claim(w->as[REGISTRAR], &claim), 19, "P05");
    expect(client_merge(self, b.uid, keep(s, "Devinette-Fusion-22")), 49, "");
    expect_ok(client_merge(self, b.uid, b.password));
    client_close(self);
}

/* Every kind of request with a password, refused for the session, before any
 * rule is asked. */
static void
use_in_a_refused_session(world *w, secrets *s)
{
    account a = student_in(w, "informed"), other = student_in(w, "active");
    LDAP *ld = client_login(&w->server, a.dn, a.password);

    keep(s, a.password);
    keep(s, other.provisional);
    keep(s, other.password);
    expect(client_modify(ld, other.dn,
               "replace: userPassword\n"
               "userPassword: %s\n",
               keep(s, "Session-Modify-30-X")),
        50, "S04");
    expect(client_modify(ld, other.dn,
               "delete: userPassword\nuserPassword: %s\n-\n"
               "add: userPassword;lang-fr\nuserPassword;lang-fr: %s\n",
               keep(s, "Session-Ancien-31-X"), keep(s, "Session-Option-32-X")),
        50, "S04");
    expect(client_ldif(ld,
               "dn: uid=secret4," PEOPLE "\nobjectClass: inetOrgPerson\n"
               "objectClass: educonnectLegalGuardian\nuid: secret4\n"
               "cn: Io Le\nsn: Le\nuserPassword: %s\n",
               keep(s, "Session-Creation-33")),
        50, "S04");
    expect(client_ldif(ld,
               "dn: uid=secret5," PEOPLE "\nobjectClass: inetOrgPerson\n"
               "uid: secret5\ncn: Io Le\nsn: Le\nuserPassword: %s\n",
               keep(s, "Session-Personne-34")),
        50, "S04");
    expect(
        client_password(ld, other.dn, NULL, keep(s, "Session-Par-Exop-35-X")),
        50, "S04");
    client_close(ld);
}

/* By rules that an Add meets: of roles, of names, of links, of passwords. */
static void
use_at_refused_creations(world *w, secrets *s)
{
    static const struct {
        actor who;
        const char *lines, *password, *code;
    } refused[] = {
        {STRANGER, "", "Refus-De-Personne-40", "A02"},
        {PROVISIONER, "educonnectUai: 0000000A\n", "Refus-De-La-Classe-4", ""},
        {PROVISIONER, "educonnectSerial: 1\n", "Refus-Du-Numero-42-X", ""},
        {PROVISIONER, "", "refusenminuscules", "P03"},
        {PROVISIONER, "userPassword: Et-Encore-Un-44\n", "Refus-De-Deux-43-XX",
            "P12"},
    };

    keep(s, "Et-Encore-Un-44");
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        answer r = client_ldif(w->as[refused[i].who],
            "dn: uid=refused%zu," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectLegalGuardian\nuid: refused%zu\n"
            "cn: Io Le\nsn: Le\n%suserPassword: %s\n",
            i, i, refused[i].lines, keep(s, refused[i].password));

        REQUIRE(r.code != LDAP_SUCCESS);
        REQUIRE(strstr(r.text, refused[i].code) != NULL);
    }
}

/* ---- searching ---- */

/* At -d any liblber prints every request and answer in hexadecimal, as it goes
 * over the wire and before slapd has looked at it: lines such as
 * "<time> <thread>   0010:  69 6e 2c 64 63 3d 65 78  ...   in,dc=ex". No module
 * has a say in them, so they are cut out before the search; all other lines
 * stay. */
static bool
packet_dump(const char *line)
{
    const char *at = line;

    for (int word = 0; word < 2 && isxdigit((unsigned char)*at); word++)
        at += strcspn(at, " \n") + 1;
    if (strncmp(at, "  ", 2) != 0)
        return false;
    at += 2;
    return strspn(at, "0123456789abcdef") == 4 &&
           strncmp(at + 4, ":  ", 3) == 0 && isxdigit((unsigned char)at[7]) &&
           isxdigit((unsigned char)at[8]) && at[9] == ' ';
}

static void
strip_packet_dumps(char *log)
{
    char *out = log;

    for (char *line = log; *line != '\0';) {
        char *end = strchr(line, '\n');
        size_t n = end != NULL ? (size_t)(end - line) + 1 : strlen(line);

        if (!packet_dump(line)) {
            memmove(out, line, n);
            out += n;
        }
        line += n;
    }
    *out = '\0';
}

/* Joins the folded lines of LDIF. */
static void
unfold(char *ldif)
{
    char *out = ldif;

    for (char *at = ldif; *at != '\0'; at++) {
        if (at[0] == '\n' && at[1] == ' ')
            at++;
        else
            *out++ = *at;
    }
    *out = '\0';
}

/* Base64 of a secret wherever it stands in a longer value: the part that does
 * not depend on its neighbours, for each of the three alignments. */
static void
base64_core(const char *secret, size_t shift, char out[160])
{
    unsigned char padded[112] = {0}, text[160];
    size_t n = strlen(secret), skip = shift == 0 ? 0 : shift == 1 ? 2 : 3;
    size_t whole;

    memcpy(padded + shift, secret, n);
    whole = (n + shift) / 3 * 3;
    EVP_EncodeBlock(text, padded, (int)whole);
    snprintf(out, 160, "%s", (char *)text + skip);
}

static void
search_for(const secrets *s, const char *where, const char *text)
{
    for (size_t i = 0; i < s->n; i++) {
        if (strstr(text, s->text[i]) != NULL) {
            const char *at = strstr(text, s->text[i]);
            size_t from = at - text > 120 ? (size_t)(at - text) - 120 : 0;

            FAIL("%s holds \"%s\": ...%.300s", where, s->text[i], text + from);
        }
        for (size_t shift = 0; shift < 3; shift++) {
            char core[160];

            base64_core(s->text[i], shift, core);
            if (strstr(text, core) != NULL)
                FAIL("%s holds \"%s\" in base64", where, s->text[i]);
        }
    }
}

static void
search_dump(world *w, const secrets *s, const char *suffix, const char *proof)
{
    char *output = NULL;

    if (server_tool(&w->server, NULL, &output, "slapcat",
            "-o ldif-wrap=no -b %s", suffix) != 0)
        FAIL("slapcat of %s: %s", suffix, output);
    unfold(output);
    if (strstr(output, proof) == NULL)
        FAIL("the dump of %s is not what it should be", suffix);
    search_for(s, suffix, output);
    free(output);
}

/* accesslog keeps the value of a Compare, were the overlay to let it. */
static void
use_in_a_compare(world *w, secrets *s)
{
    account a = student_in(w, "active");

    keep(s, a.provisional);
    keep(s, a.password);
    expect(client_compare(w->as[ROOT], a.dn, "userPassword",
               keep(s, "Comparaison-Refusee-19")),
        LDAP_INSUFFICIENT_ACCESS, "A02");
}

static void
no_password_is_written_down(void **state)
{
    world *w = *state;
    secrets *s = calloc(1, sizeof(*s));
    char *log;

    use_at_creation(w, s);
    use_by_others(w, s);
    use_by_the_holder(w, s);
    use_in_guesses(w, s);
    use_in_operations(w, s);
    use_in_a_refused_session(w, s);
    use_at_refused_creations(w, s);
    assert_true(s->n >= 45);
    server_check_alive(&w->server);
    log = server_log(&w->server);
    REQUIRE(strstr(log, "educonnect: ") != NULL);
    REQUIRE(strstr(log, "PASSMOD") != NULL);
    strip_packet_dumps(log);
    search_for(s, "slapd's log", log);
    use_in_a_compare(w, s);
    search_dump(w, s, "cn=log", "reqType: modify");
    search_dump(w, s, "cn=asked", "S04");
    search_dump(w, s, SUFFIX, "educonnectState: active");
    search_dump(w, s, CONFIG_DN, "olcEduconnectRole");
    free(log);
    free(s);
}

/* The search itself finds what is there, also in base64. */
static void
the_search_would_find_one(void **state)
{
    secrets s = {.n = 1};
    char core[160];
    char dump[] =
        "6b04.16e7 0x7efe   0000:  30 3d 02 01 01 60 38 02   0=...`8.\n"
        "6b04.16e8 0x7efe conn=1 op=0 BIND dn=\"x\"\n";

    (void)state;
    snprintf(s.text[0], sizeof(s.text[0]), "Begonia-77-Vert");
    base64_core(s.text[0], 0, core);
    assert_string_equal(core, "QmVnb25pYS03Ny1WZXJ0");
    base64_core(s.text[0], 1, core);
    REQUIRE(strstr("eEJlZ29uaWEtNzctVmVydA==", core) != NULL);
    base64_core(s.text[0], 2, core);
    REQUIRE(strstr("eHhCZWdvbmlhLTc3LVZlcnQ=", core) != NULL);
    strip_packet_dumps(dump);
    assert_string_equal(dump, "6b04.16e8 0x7efe conn=1 op=0 BIND dn=\"x\"\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_search_would_find_one),
        cmocka_unit_test(no_password_is_written_down),
    };

    return cmocka_run_group_tests(tests, talkative_world, end_world);
}
