/* sample.c - a small fictional academy, and accounts in every state. */
#define _GNU_SOURCE 1
#include "harness/sample.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "harness/config.h"

static const char *const names[N_ACTORS] = {"admin", "provisioner", "registrar",
    "assistance", "academy", "head1", "sdel1", "gdel1", "head2", "sdel2",
    "gdel2", "stranger"};

static const char trunk[] =
    "dn: " SUFFIX "\nobjectClass: dcObject\nobjectClass: organization\n"
    "dc: example\no: Academie fictive\n\n"
    "dn: " SCHOOLS "\nobjectClass: organizationalUnit\nou: schools\n\n"
    "dn: " STAFF_DN "\nobjectClass: organizationalUnit\nou: staff\n\n"
    "dn: " PEOPLE "\nobjectClass: organizationalUnit\nou: people\n\n"
    "dn: cn=helpdesk," STAFF_DN "\nobjectClass: groupOfNames\n"
    "cn: helpdesk\nmember: uid=assistance," STAFF_DN "\n\n";

static const char staff_entry[] =
    "dn: uid=%s," STAFF_DN "\nobjectClass: inetOrgPerson\n"
    "uid: %s\ncn: %s\nsn: %s\nuserPassword: %s\n%s\n";

static const char school_entry[] =
    "dn: ou=%s," SCHOOLS "\nobjectClass: organizationalUnit\n"
    "objectClass: educonnectSchool\nou: %s\neduconnectUai: %s\n"
    "educonnectSchoolLevel: %s\n"
    "educonnectHead: uid=head%d," STAFF_DN "\n"
    "educonnectStudentDelegate: uid=sdel%d," STAFF_DN "\n"
    "educonnectGuardianDelegate: uid=gdel%d," STAFF_DN "\n\n";

char *
actor_dn(actor who)
{
    return who == ROOT ? text_of("%s", ROOT_DN)
                       : text_of("uid=%s,%s", names[who], STAFF_DN);
}

char *
actor_password(actor who)
{
    return who == ROOT ? text_of("%s", ROOT_PASSWORD)
                       : text_of("staff-secret-of-%s", names[who]);
}

static char *
appended(char *text, char *more)
{
    char *both = text_of("%s%s", text, more);

    free(text);
    free(more);
    return both;
}

char *
sample_ldif(bool with_overlay)
{
    char *text = text_of("%s", trunk);

    for (int i = ROOT + 1; i < N_ACTORS; i++) {
        char *password = actor_password((actor)i);

        text = appended(
            text, text_of(staff_entry, names[i], names[i], names[i], names[i],
                      password,
                      i == ACADEMY ? "authzTo: dn.children:" PEOPLE "\n" : ""));
        free(password);
    }
    if (!with_overlay)
        return text;
    text = appended(text, text_of(school_entry, "college", "college",
                              COLLEGE_UAI, "college", 1, 1, 1));
    return appended(text,
        text_of(school_entry, "lycee", "lycee", LYCEE_UAI, "lycee", 2, 2, 2));
}

LDAP *
actor_login(const server *s, actor who)
{
    char *dn = actor_dn(who), *password = actor_password(who);
    LDAP *ld = client_login(s, dn, password);

    free(dn);
    free(password);
    return ld;
}

const char *
actor_name(actor who)
{
    return names[who];
}

/* ---- the world ---- */

void
world_login(world *w)
{
    for (int i = 0; i < N_ACTORS; i++) {
        client_close(w->as[i]);
        w->as[i] = actor_login(&w->server, (actor)i);
    }
    client_close(w->config);
    w->config = client_login(&w->server, CONFIG_DN, CONFIG_PASSWORD);
}

void
world_begin(world *w, const setup *how)
{
    static const setup usual = {0};
    char *output = NULL, *sample = sample_ldif(how == NULL || !how->without);

    memset(w, 0, sizeof(*w));
    server_prepare(&w->server, how != NULL ? how : &usual);
    if (server_tool(&w->server, sample, &output, "slapadd", "-q %s -b %s",
            how != NULL && how->slapadd != NULL ? how->slapadd : "",
            SUFFIX) != 0)
        FAIL("slapadd of the sample: %s", output);
    free(output);
    free(sample);
    server_start(&w->server);
    world_login(w);
}

void
world_end(world *w)
{
    for (int i = 0; i < N_ACTORS; i++) {
        client_close(w->as[i]);
        w->as[i] = NULL;
    }
    client_close(w->config);
    w->config = NULL;
    server_finish(&w->server);
}

char *
world_overlay_dn(world *w)
{
    LDAPMessage *found = NULL, *entry;
    char *dn, *copy;

    if (ldap_search_ext_s(w->config, CONFIG_DN, LDAP_SCOPE_SUBTREE,
            "(objectClass=olcEduconnectConfig)", NULL, 0, NULL, NULL, NULL, 0,
            &found) != LDAP_SUCCESS ||
        (entry = ldap_first_entry(w->config, found)) == NULL)
        FAIL("the overlay is not in cn=config");
    dn = ldap_get_dn(w->config, entry);
    copy = text_of("%s", dn);
    ldap_memfree(dn);
    ldap_msgfree(found);
    return copy;
}

answer
world_configure(world *w, const char *format, ...)
{
    char *changes = NULL, *dn = world_overlay_dn(w);
    answer a;
    va_list list;

    va_start(list, format);
    changes = text_of_list(format, list);
    va_end(list);
    a = client_modify(w->config, dn, "%s", changes);
    free(changes);
    free(dn);
    return a;
}

void
letters_expire_soon(world *w)
{
    expect_ok(world_configure(w,
        "replace: olcEduconnectProvisional\n"
        "olcEduconnectProvisional: lifetime=%s\n",
        getenv("EDC_SLAPD_WRAPPER") != NULL ? "20s" : "4s"));
}

void
letters_expire_as_usual(world *w)
{
    expect_ok(world_configure(w, "delete: olcEduconnectProvisional\n"));
}

int
world_of(void **state, const setup *how)
{
    world *w = calloc(1, sizeof(*w));

    REQUIRE(w != NULL);
    *state = w;
    world_begin(w, how);
    return 0;
}

int
usual_world(void **state)
{
    return world_of(state, NULL);
}

int
end_world(void **state)
{
    world_end(*state);
    free(*state);
    return 0;
}

/* ---- accounts ---- */

void
fresh_password(world *w, char out[96])
{
    snprintf(out, 96, "Tulipe-%05u_Rouge", ++w->serial);
}

account
new_student(world *w, const char *enrolled)
{
    account a = {0};
    unsigned n = ++w->serial;
    char *schools = text_of("%s", ""), *list = text_of("%s", enrolled);

    for (char *at = list, *dn; (dn = strsep(&at, "|")) != NULL;) {
        char *longer = text_of("%seduconnectEnrolledAt: %s\n", schools, dn);

        free(schools);
        schools = longer;
    }
    snprintf(a.uid, sizeof(a.uid), "eleve%u", n);
    snprintf(a.dn, sizeof(a.dn), "uid=%s," PEOPLE, a.uid);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\nobjectClass: educonnectStudent\n"
        "uid: %s\ncn: Ines Karadec\nsn: Karadec\ngivenName: Ines\n"
        "educonnectIne: %09uAB\neduconnectBirthDate: 2011-03-09\n%s",
        a.dn, a.uid, n, schools));
    free(schools);
    free(list);
    return a;
}

account
new_guardian(world *w, const char *enrolled)
{
    account a = {0}, child;

    snprintf(a.uid, sizeof(a.uid), "resp%u", ++w->serial);
    snprintf(a.dn, sizeof(a.dn), "uid=%s," PEOPLE, a.uid);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\n"
        "uid: %s\ncn: Soizic Karadec\nsn: Karadec\ngivenName: Soizic\n"
        "mobile: +33 6 00 00 00 00\n",
        a.dn, a.uid));
    child = new_student(w, enrolled);
    expect_ok(client_modify(w->as[PROVISIONER], child.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    snprintf(a.child, sizeof(a.child), "%s", child.dn);
    return a;
}

account
shared_guardian(world *w)
{
    account a = new_guardian(w, COLLEGE), second = new_student(w, LYCEE);

    expect_ok(client_modify(w->as[PROVISIONER], second.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    return a;
}

void
step_inform(world *w, account *a, actor school)
{
    answer made = client_password(w->as[school], a->dn, NULL, NULL);

    expect_ok(made);
    if (made.made[0] == '\0')
        FAIL("the server made no password for %s", a->dn);
    snprintf(a->password, sizeof(a->password), "%s", made.made);
    snprintf(a->provisional, sizeof(a->provisional), "%s", made.made);
}

void
step_activate(world *w, account *a)
{
    LDAP *self = client_login(&w->server, a->dn, a->password);
    char own[96];

    fresh_password(w, own);
    expect_ok(client_password(self, NULL, NULL, own));
    client_close(self);
    snprintf(a->password, sizeof(a->password), "%s", own);
}

void
step_state(world *w, account *a, actor who, const char *state)
{
    expect_ok(client_modify(w->as[who], a->dn,
        "replace: educonnectState\neduconnectState: %s\n", state));
    if (strcmp(state, "uninformed") == 0)
        a->password[0] = '\0';
}

/* Takes a new account along the way to a state. */
static void
lead_to(world *w, account *a, const char *state)
{
    if (strcmp(state, "uninformed") == 0)
        return;
    step_inform(w, a, HEAD1);
    if (strcmp(state, "informed") == 0)
        return;
    step_activate(w, a);
    if (strcmp(state, "active") == 0)
        return;
    if (strcmp(state, "reset") == 0)
        step_inform(w, a, ACADEMY);
    else if (strcmp(state, "suspended") == 0)
        step_state(w, a, ASSISTANCE, "suspended");
    else if (strcmp(state, "closed") == 0)
        step_state(w, a, PROVISIONER, "closed");
    else
        FAIL("no way to a state called %s", state);
}

void
bind_wrongly(const server *s, const account *a, const char *kind, int n)
{
    for (int i = 0; i < n; i++) {
        char *wrong = text_of("Faux-%s-%d", kind, i);

        expect(bind_once(s, a->dn, wrong), LDAP_INVALID_CREDENTIALS, "");
        free(wrong);
    }
}

account
student_in(world *w, const char *state)
{
    account a = new_student(w, COLLEGE);

    lead_to(w, &a, state);
    return a;
}

account
guardian_in(world *w, const char *state)
{
    account a = new_guardian(w, COLLEGE);

    lead_to(w, &a, state);
    return a;
}

char *
ssha_of(const char *password)
{
    static const unsigned char salt[8] = {
        's', 'a', 'l', 't', '1', '2', '3', '4'};
    unsigned char digest[20 + sizeof(salt)];
    unsigned char text[64];
    char *both = text_of("%s%.8s", password, (const char *)salt);
    unsigned length = 0;

    REQUIRE(EVP_Digest(both, strlen(both), digest, &length, EVP_sha1(), NULL));
    memcpy(digest + 20, salt, sizeof(salt));
    EVP_EncodeBlock(text, digest, (int)sizeof(digest));
    free(both);
    return text_of("{SSHA}%s", (char *)text);
}

/* ---- counters ---- */

/* The overlay's entry in cn=monitor is looked for by name: a search below
 * cn=Monitor comes only upon the lowest overlay of a database, since slapd 2.5
 * loses the others from its lists. */
static char *
monitor_entry(world *w, const char *attribute)
{
    for (int database = 0; database < 6; database++) {
        for (int overlay = 0; overlay < 6; overlay++) {
            char *dn = text_of("cn=Overlay %d,cn=Database %d,cn=Databases,"
                               "cn=Monitor",
                overlay, database);
            char *value = client_read(w->as[ROOT], dn, attribute);

            if (value != NULL) {
                free(value);
                return dn;
            }
            free(dn);
        }
    }
    FAIL("no %s under cn=monitor", attribute);
}

char *
monitor_counters(world *w, const char *attribute)
{
    char *dn = monitor_entry(w, attribute);
    char *values = client_read_all(w->as[ROOT], dn, attribute);

    free(dn);
    return values;
}

long
monitor_counter(world *w, const char *attribute, const char *key)
{
    char *dn = monitor_entry(w, attribute);
    char *values = client_read_all(w->as[ROOT], dn, attribute);
    char *at = values, *one;
    long n = -1;

    while (n < 0 && (one = strsep(&at, "|")) != NULL) {
        if (strncmp(one, key, strlen(key)) == 0)
            n = strtol(one + strlen(key), NULL, 10);
    }
    if (n < 0)
        FAIL("no %s in %s of %s", key, attribute, dn);
    free(values);
    free(dn);
    return n;
}

void
await_operations(world *w, const char *kind)
{
    char *dn = text_of("cn=%s,cn=Operations,cn=Monitor", kind);
    deadline d = deadline_in(30);

    for (bool over = false; !over;) {
        char *begun = client_read(w->as[ROOT], dn, "monitorOpInitiated");
        char *done = client_read(w->as[ROOT], dn, "monitorOpCompleted");

        REQUIRE(begun != NULL && done != NULL);
        over = strcmp(begun, done) == 0;
        free(begun);
        free(done);
        if (!over)
            deadline_wait(&d, "every such operation to be over");
    }
    free(dn);
}

void
await_modifies(world *w)
{
    await_operations(w, "Modify");
}
