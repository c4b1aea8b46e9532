/* test_link_storm.c - many clients add, take out, rename, delete and merge at
 * random: at every read both directions of the links agree, and so they do
 * after slapd was killed at any moment, with nothing lost that was
 * acknowledged.
 *
 * Every client has a family of its own, of which it knows after each answer
 * what it must be; all of them work on a shared one as well. What both
 * directions say is read by one search, so it is one state of the database.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/exop.h"
#include "harness/links.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS 8
#define SHARED_GUARDIANS 6
#define SHARED_STUDENTS 10
#define MERGEABLE 200
#define OPERATIONS 250
#define KILLS 50

/* A client's own family: a guardian under one of two names, or deleted, and
 * two students who name it or not. */
typedef struct family {
    int name; /* 0, 1; -1: deleted */
    bool linked[2];
} family;

typedef struct storming {
    size_t index;
    LDAP *ld;
    unsigned seed;
    long left; /* operations; -1: until the server is gone */
    family is;
    family would_be; /* once the operation under way has succeeded */
    bool under_way;
    size_t granted, busy, checks;
    char trouble[1600];
} storming;

static void
trouble(storming *c, const char *what, const answer *a)
{
    if (c->trouble[0] == '\0')
        snprintf(c->trouble, sizeof(c->trouble), "client %zu: %s: %d %s",
            c->index, what, a->code, a->text);
}

static unsigned
chance(storming *c, unsigned n)
{
    return (unsigned)rand_r(&c->seed) % n;
}

static bool
is_down(int code)
{
    return code < 0;
}

static int
check_both(storming *c)
{
    char why[400];
    answer a = {0};

    a.code = read_both_directions(c->ld, why, sizeof(why));
    c->checks++;
    if (why[0] != '\0')
        trouble(c, why, &a);
    else if (a.code != LDAP_SUCCESS && !is_down(a.code))
        trouble(c, "reading", &a);
    return a.code;
}

/* ---- a client's own family ---- */

static char *
own_guardian(const storming *c, int name)
{
    return text_of("cn=%c%zu," PEOPLE, name == 0 ? 'a' : 'b', c->index);
}

static char *
own_student(const storming *c, int which)
{
    return text_of("cn=e%zu-%d," PEOPLE, c->index, which);
}

static answer
add_guardian(LDAP *ld, const char *dn, const char *uid)
{
    char *cn = strndup(dn + 3, strcspn(dn + 3, ","));
    answer a = client_ldif(ld,
        "dn: %s\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: %s\ncn: %s\nsn: Tempete\n",
        dn, uid, cn);

    free(cn);
    return a;
}

static answer
write_link(LDAP *ld, const char *student, const char *guardian, bool add)
{
    return client_modify(ld, student,
        "%s: educonnectGuardian\n"
        "educonnectGuardian: %s\n",
        add ? "add" : "delete", guardian);
}

static answer
rename_to(LDAP *ld, const char *dn, const char *new_dn)
{
    char *rdn = strndup(new_dn, strcspn(new_dn, ","));
    answer a = client_ldif(ld,
        "dn: %s\nchangetype: modrdn\nnewrdn: %s\ndeleteoldrdn: 1\n", dn, rdn);

    free(rdn);
    return a;
}

static answer
change_family(storming *c)
{
    char *dn = own_guardian(c, c->is.name < 0 ? 0 : c->is.name);
    char *other = own_guardian(c, c->is.name == 0 ? 1 : 0);
    int which = (int)chance(c, 2);
    char *student = own_student(c, which), *uid = text_of("own%zu", c->index);
    unsigned choice = chance(c, 8);
    answer a;

    c->would_be = c->is;
    c->under_way = true;
    if (c->is.name < 0) {
        c->would_be = (family){0, {false, false}};
        a = add_guardian(c->ld, dn, uid);
    } else if (choice == 0) {
        c->would_be = (family){-1, {false, false}};
        a = client_ldif(c->ld, "dn: %s\nchangetype: delete\n", dn);
    } else if (choice < 4) {
        c->would_be.name = 1 - c->is.name;
        a = rename_to(c->ld, dn, other);
    } else {
        c->would_be.linked[which] = !c->is.linked[which];
        a = write_link(c->ld, student, dn, c->would_be.linked[which]);
    }
    free(dn);
    free(other);
    free(student);
    free(uid);
    return a;
}

static int
own_step(storming *c)
{
    answer a = change_family(c);

    if (is_down(a.code))
        return a.code;
    c->under_way = false;
    if (a.code == LDAP_SUCCESS) {
        c->is = c->would_be;
        c->granted++;
    } else if (a.code == LDAP_BUSY) {
        c->busy++;
    } else {
        trouble(c, "own family", &a);
    }
    return a.code;
}

/* ---- accounts that may be merged: active ones, with a child each ---- */

static char *
mergeable(storming *c)
{
    return text_of(
        "cn=%c%u," PEOPLE, chance(c, 4) ? 'm' : 'n', chance(c, MERGEABLE));
}

static answer
change_mergeable(storming *c)
{
    char *one = mergeable(c), *two = mergeable(c);
    unsigned choice = chance(c, 20);
    answer a;

    if (choice == 0) {
        a = client_ldif(c->ld, "dn: %s\nchangetype: delete\n", one);
    } else if (choice < 4) {
        char *rdn = strndup(one, strcspn(one, ","));

        rdn[3] = rdn[3] == 'm' ? 'n' : 'm';
        a = client_ldif(c->ld,
            "dn: %s\nchangetype: modrdn\nnewrdn: %s\ndeleteoldrdn: 1\n", one,
            rdn);
        free(rdn);
    } else {
        a = client_merge_of(c->ld, one, two);
    }
    free(one);
    free(two);
    return a;
}

/* ---- the shared family: nobody knows what it is ---- */

static answer
change_shared(storming *c)
{
    unsigned g = chance(c, SHARED_GUARDIANS);
    char *dn = text_of("cn=%c%u," PEOPLE, chance(c, 2) ? 'g' : 'h', g);
    char *other = text_of("cn=%c%u," PEOPLE, chance(c, 2) ? 'g' : 'h', g);
    char *student = text_of("cn=s%u," PEOPLE, chance(c, SHARED_STUDENTS));
    char *uid = text_of("shared%u", g);
    answer a;

    switch (chance(c, 10)) {
    case 0:
        a = client_ldif(c->ld, "dn: %s\nchangetype: delete\n", dn);
        break;
    case 1:
    case 2:
        a = add_guardian(c->ld, dn, uid);
        break;
    case 3:
        a = rename_to(c->ld, dn, other);
        break;
    case 4:
        a = client_modify(c->ld, student,
            "replace: educonnectGuardian\neduconnectGuardian: %s\n", dn);
        break;
    case 5:
    case 6:
        a = write_link(c->ld, student, dn, false);
        break;
    default:
        a = write_link(c->ld, student, dn, true);
        break;
    }
    free(dn);
    free(other);
    free(student);
    free(uid);
    return a;
}

static bool
is_usual(int code)
{
    return code == LDAP_SUCCESS || code == LDAP_BUSY ||
           code == LDAP_NO_SUCH_ATTRIBUTE || code == LDAP_NO_SUCH_OBJECT ||
           code == LDAP_TYPE_OR_VALUE_EXISTS || code == LDAP_ALREADY_EXISTS ||
           code == LDAP_CONSTRAINT_VIOLATION ||
           code == LDAP_UNWILLING_TO_PERFORM;
}

static int
shared_step(storming *c)
{
    answer a = chance(c, 3) == 0 ? change_mergeable(c) : change_shared(c);

    if (a.code == LDAP_SUCCESS)
        c->granted++;
    else if (a.code == LDAP_BUSY)
        c->busy++;
    else if (!is_usual(a.code) && !is_down(a.code))
        trouble(c, "shared family", &a);
    return a.code;
}

static void *
storm(void *argument)
{
    storming *c = argument;
    int code = 0;

    for (; c->left != 0 && !is_down(code) && c->trouble[0] == '\0'; c->left--) {
        unsigned choice = chance(c, 10);

        code = choice < 4   ? own_step(c)
               : choice < 8 ? shared_step(c)
                            : check_both(c);
    }
    return NULL;
}

/* ---- the test ---- */

/* Active accounts come by slapadd: nobody else makes them at once. */
static void
make_mergeable(world *w)
{
    char *hash = ssha_of("Peu-importe-42"), *text = NULL, *output = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    for (unsigned i = 0; i < MERGEABLE; i++)
        fprintf(f,
            "dn: cn=m%u," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectLegalGuardian\nuid: m%u\ncn: m%u\n"
            "sn: Fusion\ngivenName: Marie\nuserPassword: %s\n"
            "educonnectState: active\neduconnectActivatedBy: letter\n\n"
            "dn: cn=me%u," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: me%u\ncn: me%u\nsn: E\n"
            "educonnectGuardian: cn=m%u," PEOPLE "\n\n",
            i, i, i, hash, i, i, i, i);
    fclose(f);
    server_stop(&w->server);
    if (server_tool(&w->server, text, &output, "slapadd", "-q -b %s", SUFFIX))
        FAIL("slapadd: %s", output);
    server_start(&w->server);
    world_login(w);
    free(output);
    free(text);
    free(hash);
}

static void
make_families(world *w, storming *clients)
{
    for (unsigned i = 0; i < SHARED_STUDENTS; i++)
        expect_ok(client_ldif(w->as[PROVISIONER],
            "dn: cn=s%u," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: s%u\ncn: s%u\nsn: S\n",
            i, i, i));
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i] = (storming){.index = i, .is.name = -1};
        for (int which = 0; which < 2; which++)
            expect_ok(client_ldif(w->as[PROVISIONER],
                "dn: cn=e%zu-%d," PEOPLE "\nobjectClass: inetOrgPerson\n"
                "objectClass: educonnectStudent\nuid: e%zu-%d\n"
                "cn: e%zu-%d\nsn: E\n",
                i, which, i, which, i, which));
    }
}

static bool
family_is(LDAP *ld, const storming *c, const family *f)
{
    bool same = true;

    for (int name = 0; name < 2; name++) {
        char *dn = own_guardian(c, name);

        same = same && (client_search(ld, dn).code == LDAP_SUCCESS) ==
                           (f->name == name);
        free(dn);
    }
    for (int which = 0; which < 2; which++) {
        char *student = own_student(c, which);
        char *links = client_read_all(ld, student, "educonnectGuardian");
        char *dn = own_guardian(c, f->name < 0 ? 0 : f->name);

        same = same && strcmp(links, f->linked[which] ? dn : "") == 0;
        free(student);
        free(links);
        free(dn);
    }
    return same;
}

/* An operation that was never answered has happened as a whole or not at all;
 * what was answered has. */
static void
expect_family(world *w, storming *c)
{
    LDAP *ld = w->as[ACADEMY];

    if (c->trouble[0] != '\0')
        FAIL("%s", c->trouble);
    if (c->under_way && family_is(ld, c, &c->would_be))
        c->is = c->would_be;
    c->under_way = false;
    if (!family_is(ld, c, &c->is))
        FAIL("family of client %zu is not name %d, linked %d %d", c->index,
            c->is.name, c->is.linked[0], c->is.linked[1]);
}

static void
expect_agreement(world *w)
{
    char why[400];

    assert_int_equal(
        read_both_directions(w->as[ACADEMY], why, sizeof(why)), LDAP_SUCCESS);
    if (why[0] != '\0')
        FAIL("%s", why);
}

static void
start_clients(world *w, storming *clients, pthread_t *threads, long left)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i].ld = actor_login(&w->server, ACADEMY);
        clients[i].left = left;
        assert_int_equal(
            pthread_create(&threads[i], NULL, storm, &clients[i]), 0);
    }
}

static void
end_clients(storming *clients, pthread_t *threads)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        client_close(clients[i].ld);
    }
}

static void
both_directions_agree(void **state)
{
    world *w = *state;
    static storming clients[CLIENTS];
    pthread_t threads[CLIENTS];
    size_t granted = 0, busy = 0, checks = 0;
    unsigned seed = (unsigned)time(NULL);

    print_message("seed %u\n", seed);
    make_mergeable(w);
    make_families(w, clients);
    for (size_t i = 0; i < CLIENTS; i++)
        clients[i].seed = seed + (unsigned)i;
    start_clients(w, clients, threads, OPERATIONS);
    end_clients(clients, threads);
    expect_agreement(w);
    for (size_t i = 0; i < CLIENTS; i++) {
        expect_family(w, &clients[i]);
        granted += clients[i].granted;
        busy += clients[i].busy;
        checks += clients[i].checks;
    }
    print_message("%zu writes, %zu told to try again, %zu reads of both "
                  "directions\n",
        granted, busy, checks);
    assert_true(granted > CLIENTS * OPERATIONS / 4);
    assert_true(monitor_counter(w, "educonnectMonitorEvents", "merge") > 0);

    for (int round = 0; round < KILLS; round++) {
        start_clients(w, clients, threads, -1);
        usleep(5000 + (unsigned)rand_r(&seed) % 60000);
        server_kill(&w->server);
        end_clients(clients, threads);
        server_start(&w->server);
        world_login(w);
        expect_agreement(w);
        for (size_t i = 0; i < CLIENTS; i++)
            expect_family(w, &clients[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_directions_agree),
    };

    return cmocka_run_group_tests_name(
        "link_storm", tests, usual_world, end_world);
}
