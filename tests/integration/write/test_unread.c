/* test_unread.c - what cannot be looked at is not taken for what is not there:
 * what it may forbid is refused, what it may add to is not shown.
 *
 * tests/modules/blind.c lets searches and readings fail.
 */
#define _GNU_SOURCE 1
#include "harness/exop.h"
#include "harness/harness.h"
#include "harness/launch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BRANCH "ou=branch," SUFFIX
#define MOBILE "+33 6 12 00 00 09"

static char unseen[] = "/tmp/edc-blind-XXXXXX";
static account pupil, dossier, parent, kept, other, cousin, boss, holder;
static LDAP *self, *cousin_self, *old_ld;

/* From now on nothing is seen that has this text; NULL: everything is. */
static void
hide(const char *text)
{
    write_file(unseen, text != NULL ? text : "");
}

static void
log_in(world *w)
{
    self = client_login(&w->server, kept.dn, kept.password);
    cousin_self = client_login(&w->server, cousin.dn, cousin.password);
    old_ld = client_login(&w->server, other.dn, other.password);
}

/* Everything that is tried is right but for what cannot be looked at. */
static void
people_begin(world *w)
{
    expect_ok(client_ldif(w->as[ROOT],
        "dn: " BRANCH "\nobjectClass: organizationalUnit\nou: branch\n"));
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: uid=boss," BRANCH "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: boss\ncn: B\nsn: B\n"));
    snprintf(boss.dn, sizeof(boss.dn), "uid=boss," BRANCH);
    pupil = new_student(w, COLLEGE);
    dossier = new_student(w, COLLEGE);
    expect_ok(client_modify(
        w->as[PROVISIONER], dossier.dn, "delete: educonnectBirthDate\n"));
    holder = new_student(w, COLLEGE);
    expect_ok(client_modify(w->as[PROVISIONER], holder.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", boss.dn));
    parent = new_guardian(w, COLLEGE);
    expect_ok(client_modify(w->as[PROVISIONER], parent.dn,
        "replace: mobile\nmobile: " MOBILE "\n"));
    kept = guardian_in(w, "active");
    other = guardian_in(w, "active");
    cousin = guardian_in(w, "active");
    log_in(w);
}

static int
begin(void **state)
{
    world *w = calloc(1, sizeof(*w));
    char *module = launch_test_module("blind"), *load;
    setup how = {.below = "overlay blind\n"};

    *state = w;
    REQUIRE(module != NULL && mkstemp(unseen) >= 0);
    setenv("EDC_BLIND", unseen, 1);
    load = text_of("moduleload %s\n", module);
    how.modules = load;
    world_begin(w, &how);
    people_begin(w);
    free(load);
    free(module);
    return 0;
}

static int
end(void **state)
{
    client_close(self);
    client_close(cousin_self);
    client_close(old_ld);
    unlink(unseen);
    return end_world(state);
}

/* ---- writes ---- */

static answer
letter(LDAP *ld, const account *a)
{
    return client_modify(
        ld, a->dn, "replace: userPassword\nuserPassword: Lettre-2026-Orme\n");
}

static answer
inform_pupil(world *w)
{
    return letter(w->as[HEAD1], &pupil);
}

static answer
inform_by_exop(world *w)
{
    return client_password(w->as[HEAD1], pupil.dn, NULL, "Autre-2026-Lettre");
}

static answer
inform_guardian(world *w)
{
    return letter(w->as[GDEL1], &parent);
}

static answer
claim(world *w)
{
    claim_data c = {
        MOBILE, "Karadec", "Soizic", "2011-03-09", "Primevere-2026-Or", NULL};

    return client_claim(w->as[REGISTRAR], &c);
}

static answer
merge(world *w)
{
    (void)w;
    return client_merge(self, other.uid, other.password);
}

static answer
merge_named(world *w)
{
    return client_merge_of(w->as[ACADEMY], other.dn, kept.dn);
}

static answer
contest(world *w)
{
    (void)w;
    return client_contest(cousin_self, cousin.child);
}

static answer
add_guardian(world *w)
{
    return client_ldif(w->as[PROVISIONER],
        "dn: uid=nouveau," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: nouveau\ncn: N\nsn: N\n");
}

static answer
rename_guardian(world *w)
{
    return client_ldif(w->as[PROVISIONER],
        "dn: %s\nchangetype: modrdn\nnewrdn: cn=B\ndeleteoldrdn: 0\n", boss.dn);
}

static answer
rename_branch(world *w)
{
    return client_ldif(w->as[ROOT],
        "dn: " BRANCH "\nchangetype: modrdn\nnewrdn: ou=branche\n"
        "deleteoldrdn: 1\n");
}

static answer
link_boss(world *w)
{
    return client_modify(w->as[PROVISIONER], pupil.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", kept.dn);
}

static answer
set_password(world *w)
{
    return client_modify(w->as[STRANGER], pupil.dn,
        "replace: userPassword\nuserPassword: court\n");
}

static answer
set_state(world *w)
{
    return client_modify(w->as[STRANGER], pupil.dn,
        "replace: educonnectState\neduconnectState: active\n");
}

static answer
delete_guardian(world *w)
{
    return client_ldif(
        w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", cousin.dn);
}

static answer
compare_password(world *w)
{
    return client_compare(w->as[ACADEMY], pupil.dn, "userPassword", "court");
}

static answer
become_guardian(world *w)
{
    return client_modify(w->as[PROVISIONER], dossier.dn,
        "add: objectClass\nobjectClass: educonnectLegalGuardian\n");
}

static const struct {
    const char *what;
    const char *unseen; /* NULL: this one's entry */
    const account *whose;
    answer (*run)(world *w);
    int code; /* when everything is seen */
    const char *codes;
} tried[] = {
    {"roles of nobody", "Delegate=", NULL, set_password, 50, "A02"},
    {"a pupil's password", NULL, &pupil, set_password, 50, "A02"},
    {"a pupil's state", NULL, &pupil, set_state, 50, "A02"},
    {"a compare", NULL, &pupil, compare_password, 50, "A02"},
    {"the school", COLLEGE, NULL, inform_pupil, -1, ""},
    {"the same INE", "educonnectIne=", NULL, inform_pupil, -1, ""},
    {"the same INE, by exop", "educonnectIne=", NULL, inform_by_exop, -1, ""},
    {"the pupil, by exop", NULL, &pupil, inform_by_exop, -1, ""},
    {"the pupil", NULL, &pupil, inform_pupil, 0, ""},
    {"accounts merged", "educonnectMergedInto=", NULL, inform_guardian, -1, ""},
    {"children", "educonnectGuardian=", NULL, inform_guardian, -1, ""},
    {"children's school", COLLEGE, NULL, inform_guardian, 0, ""},
    {"the number", "educonnectMobileKey=", NULL, claim, -1, ""},
    {"a claim's children", "educonnectGuardian=", NULL, claim, 0, ""},
    {"the login", "(uid=", NULL, merge, -1, ""},
    {"the merged", NULL, &other, merge_named, -1, ""},
    {"links to a new name", "educonnectGuardian=", NULL, add_guardian, 0, ""},
    {"links to a new one", "educonnectGuardian=", NULL, become_guardian, 0, ""},
    {"links to an old name", "educonnectGuardian=", NULL, rename_guardian, -1,
        ""},
    {"a guardian that is renamed", NULL, &boss, rename_guardian, -1, ""},
    {"guardians below", "educonnectLegalGuardian", NULL, rename_branch, -1, ""},
    {"links to those below", "educonnectGuardian=", NULL, rename_branch, 0, ""},
    {"the linked", NULL, &kept, link_boss, 0, ""},
    {"a guardian to go", NULL, &cousin, delete_guardian, -1, ""},
    {"whoever contests", NULL, &cousin, contest, -1, ""},
};
#define N_TRIED (sizeof(tried) / sizeof(tried[0]))

static void
expect_answer(size_t i, answer a, int code, const char *wanted)
{
    char *codes = codes_of(a.text);

    if (a.code != code || strcmp(codes, wanted) != 0)
        FAIL("%s: wanted %d %s, got %d (%s)", tried[i].what, code, wanted,
            a.code, a.text);
    free(codes);
}

/* Refused while it is not seen; then, where it leaves something to try for the
 * next, as ever. */
static void
nothing_is_taken_for_absent(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N_TRIED; i++) {
        answer a;

        hide(tried[i].whose != NULL ? tried[i].whose->dn : tried[i].unseen);
        a = tried[i].run(w);
        hide(NULL);
        expect_answer(i, a, LDAP_OTHER, "X01");
        if (tried[i].code >= 0)
            expect_answer(i, tried[i].run(w), tried[i].code, tried[i].codes);
    }
}

/* Whoever is not seen because slapd ends may be asked for again: its log has
 * what it would have answered. */
static void
while_slapd_ends_it_is_busy(void **state)
{
    const struct {
        answer (*run)(world *w);
        const char *unseen; /* NULL: this one's entry */
        const char *whose;
    } ending[] = {
        {claim, "(educonnectMobileKey=", NULL},
        {merge, "(uid=", NULL},
        {merge_named, NULL, other.dn},
        {contest, NULL, cousin.child},
        {compare_password, NULL, pupil.dn},
        {rename_branch, "educonnectLegalGuardian", NULL},
        {inform_pupil, "educonnectIne=", NULL},
        {add_guardian, "educonnectGuardian=", NULL},
    };
    world *w = *state;

    for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
        const char *unseen =
            ending[i].unseen != NULL ? ending[i].unseen : ending[i].whose;
        char *text = text_of("!%s", unseen), *log = server_log(&w->server);
        size_t before = strlen(log);

        free(log);
        hide(text);
        (void)ending[i].run(w);
        server_await_end(&w->server);
        hide(NULL);
        log = server_log(&w->server);
        if (strstr(log + before, "refused EDC-B01") == NULL ||
            strstr(log + before, "EDC-X01") != NULL)
            FAIL("%s: not asked to come again", unseen);
        free(log);
        free(text);
        client_close(self);
        client_close(cousin_self);
        client_close(old_ld);
        server_start(&w->server);
        world_login(w);
        log_in(w);
    }
}

/* What was read a moment ago is remembered for a second. */
static void
a_session_is_of_somebody_who_can_be_read(void **state)
{
    deadline d = deadline_in(3);
    answer a;

    (void)state;
    hide(other.dn);
    while ((a = client_search(old_ld, PEOPLE)).code == LDAP_SUCCESS)
        deadline_wait(&d, "what is remembered to be forgotten");
    hide(NULL);
    expect(a, LDAP_OTHER, "X01");
    expect_ok(client_search(old_ld, PEOPLE));
}

/* ---- what is shown ---- */

static void
nothing_is_shown_by_halves(void **state)
{
    static const struct {
        const account *a;
        const char *attribute;
        const char *unseen;
    } shown[] = {{&dossier, "educonnectHold", "educonnectIne="},
        {&pupil, "educonnectAllowed", "educonnectIne="},
        {&pupil, "educonnectAllowed", COLLEGE},
        {&kept, "educonnectChild", "educonnectGuardian="},
        {&kept, "educonnectChild", "educonnectMergedInto="},
        {&kept, "educonnectAllowed", "educonnectGuardian="}};
    world *w = *state;

    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        const account *a = shown[i].a;
        char *seen = client_read_all(w->as[HEAD1], a->dn, shown[i].attribute);
        char *then;

        if (seen[0] == '\0' && strcmp(shown[i].attribute, "educonnectAllowed"))
            FAIL("no %s of %s", shown[i].attribute, a->dn);
        hide(shown[i].unseen);
        then = client_read_all(w->as[HEAD1], a->dn, shown[i].attribute);
        hide(NULL);
        if (then[0] != '\0')
            FAIL("%s without \"%s\": %s", shown[i].attribute, shown[i].unseen,
                then);
        free(seen);
        free(then);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_shown_by_halves),
        cmocka_unit_test(a_session_is_of_somebody_who_can_be_read),
        cmocka_unit_test(while_slapd_ends_it_is_busy),
        cmocka_unit_test(nothing_is_taken_for_absent),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
