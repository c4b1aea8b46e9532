/* test_crossing_pairs.c - two events on one account, each on a server that has
 * not heard of the other yet.
 *
 * Every pair of events that the table allows from a state, in either order, on
 * an account of its own: on two and on three providers, by delta-syncrepl and
 * by plain syncrepl, cut off from each other and at the same moment. What must
 * hold, whatever the pair:
 *
 *   all             all servers end with the same; no account contradicts
 *                   itself; what opens it on one server opens it on all
 *   cut, by change  (delta-syncrepl) the newer event is there whole; a lock by
 *                   guesses and a new mobile number, which are none, beside it
 *   cut, by entry   (plain syncrepl) the newer entry is there whole, and
 *                   nothing of the other
 *
 * EDC_PAIRS is how many pairs are played each way, drawn by EDC_SEED.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/crossing.h"
#include "harness/crowd.h"
#include "harness/parallel.h"
#include "harness/providers.h"
#include "harness/replica.h"

/* One way of playing them. */
typedef struct matrix {
    providers p;
    replication by;
    crossing_pair *pairs;
    size_t n;
    account kept; /* into which accounts are merged */
    chance c;
    char *alone[2]; /* what a writing side had of all, alone */
    size_t contradictory, mixed, differ, opens;
} matrix;

static server *
server_of(matrix *m, size_t side)
{
    return &m->p.side[side].server;
}

static void
begin_matrix(matrix *m, size_t servers, replication by, bool created)
{
    memset(m, 0, sizeof(*m));
    m->by = by;
    m->c = chance_begin();
    m->pairs =
        crossing_draw(&m->c, created, created && by == BY_CHANGE ? AND_MORE : 0,
            crowd_rounds("EDC_PAIRS", 12), &m->n);
    providers_begin(&m->p, &(providers_setup){.n = servers, .by = by});
    m->kept = guardian_in(&m->p.side[0], "active");
    for (size_t i = 0; i < m->n; i++)
        crossing_prepare(&m->pairs[i], &m->p.side[0], i);
    providers_agree(&m->p);
    for (size_t i = 0; i < servers; i++)
        expect_ok(world_configure(&m->p.side[i],
            "replace: olcEduconnectHash\n"
            "olcEduconnectHash: memory=72 time=1 parallelism=1\n"));
}

static void
end_matrix(matrix *m)
{
    providers_end(&m->p);
    for (int i = 0; i < 2; i++)
        free(m->alone[i]);
    free(m->pairs);
    free(m);
}

/* ---- what came of it ---- */

static void
tell(const crossing_pair *p, const char *what)
{
    print_message("%s %s, %s then %s: %s (%s)\n",
        p->group->pupil ? "pupil" : "guardian",
        p->group->from != NULL ? p->group->from : "new", p->events[0]->name,
        p->events[1]->name, what, p->a.dn);
}

/* From which side a part is: the newer one of those that have written it. */
static int
source_of(const matrix *m, const crossing_pair *p, crossing_part part)
{
    unsigned newer = p->events[1]->writes;

    if (m->by == BY_ENTRY || part == THE_STAMP)
        return newer != NOTHING ? 1 : 0;
    return (newer & 1u << part) != 0 ? 1 : 0;
}

/* Whether nothing of it is from another event. */
static bool
is_newer_whole(const matrix *m, const crossing_pair *p, const char *dump)
{
    char *is = crossing_lines(dump, p->a.dn);
    bool whole = true;

    for (int part = 0; part < CROSSING_PARTS; part++) {
        int source = source_of(m, p, (crossing_part)part);
        char *had = crossing_lines(m->alone[source], p->a.dn);
        char *was = crossing_part_of(had, (crossing_part)part);
        char *now = crossing_part_of(is, (crossing_part)part);

        if (strcmp(was, now) != 0) {
            whole = false;
            fprintf(stderr, "should be\n%sis\n%s", was, now);
        }
        free(had);
        free(was);
        free(now);
    }
    free(is);
    return whole;
}

static void
judge_whole(matrix *m)
{
    char *dump = replica_dump(server_of(m, 0));

    for (size_t i = 0; i < m->n; i++) {
        if (is_newer_whole(m, &m->pairs[i], dump))
            continue;
        m->mixed++;
        tell(&m->pairs[i], "not the newer one's");
    }
    free(dump);
}

static void
judge_sound(matrix *m)
{
    for (size_t i = 0; i < m->n; i++) {
        for (size_t side = 0; side < m->p.n; side++) {
            if (crossing_sound(m->p.side[side].as[ROOT], m->pairs[i].a.dn))
                continue;
            m->contradictory++;
            tell(&m->pairs[i], "contradictory");
            break;
        }
    }
}

static void
judge_same(matrix *m)
{
    char *first = replica_dump(server_of(m, 0));

    for (size_t side = 1; side < m->p.n; side++) {
        char *other = replica_dump(server_of(m, side));

        for (size_t i = 0; i < m->n; i++) {
            char *here = crossing_lines(first, m->pairs[i].a.dn);
            char *there = crossing_lines(other, m->pairs[i].a.dn);

            if (strcmp(here, there) != 0) {
                m->differ++;
                tell(&m->pairs[i], "different");
                fprintf(stderr, "here\n%sthere\n%s", here, there);
            }
            free(here);
            free(there);
        }
        free(other);
    }
    free(first);
}

/* Which of an account's passwords open it on a server, as bits. Those of
 * `likely` are tried first: the others are guesses, and count. */
static unsigned
opened_by(const crossing_pair *p, LDAP *ld, unsigned likely)
{
    const char *const known[] = {
        p->a.password, p->own[0], p->own[1], p->made[0], p->made[1]};
    const unsigned all = (1u << sizeof(known) / sizeof(known[0])) - 1;
    const unsigned turns[] = {likely, all & ~likely};
    unsigned bits = 0;

    for (unsigned turn = 0; turn < 2; turn++) {
        for (unsigned i = 0; 1u << i <= all; i++) {
            if ((turns[turn] & 1u << i) != 0 && *known[i] != '\0' &&
                client_bind(ld, p->a.dn, known[i]).code == LDAP_SUCCESS)
                bits |= 1u << i;
        }
    }
    return bits;
}

/* A server where nobody has guessed, unless they did on both: where guesses
 * came at the same moment as a letter, nearly ten may be counted at the new
 * password by now, and this test's own would be the last. */
static size_t
calm_side(const crossing_pair *p)
{
    return p->events[0]->writes == LOCK ? 1 : 0;
}

static void
judge_opened(matrix *m)
{
    LDAP *ld[PROVIDERS_MAX];

    for (size_t side = 0; side < m->p.n; side++)
        ld[side] = client_open(server_of(m, side));
    for (size_t i = 0; i < m->n; i++) {
        size_t calm = calm_side(&m->pairs[i]);
        unsigned here = opened_by(&m->pairs[i], ld[calm], 0);

        if ((here & (here - 1)) != 0)
            FAIL("two passwords open %s", m->pairs[i].a.dn);
        m->opens += here != 0;
        for (size_t side = 0; side < m->p.n; side++) {
            if (side == calm || opened_by(&m->pairs[i], ld[side], here) == here)
                continue;
            m->differ++;
            tell(&m->pairs[i], "opens on one server and not on another");
        }
    }
    for (size_t side = 0; side < m->p.n; side++)
        client_close(ld[side]);
}

static void
expect_nothing(const matrix *m, const char *how)
{
    print_message("%s, %zu servers by %s: of %zu pairs %zu contradictory, %zu "
                  "mixed, %zu different; a password opens %zu\n",
        how, m->p.n, m->by == BY_CHANGE ? "delta-syncrepl" : "plain syncrepl",
        m->n, m->contradictory, m->mixed, m->differ, m->opens);
    assert_int_equal(m->contradictory, 0);
    assert_int_equal(m->mixed, 0);
    assert_int_equal(m->differ, 0);
    assert_true(m->opens > 0);
}

/* ---- cut ---- */

/* Only this side runs, and a third server if it is with it, and writes its half
 * of every pair. */
static void
write_alone(matrix *m, int side, bool with_third)
{
    world *w = &m->p.side[side];

    for (size_t i = 0; i < m->p.n; i++)
        server_stop(server_of(m, i));
    server_start(&w->server);
    if (with_third)
        server_start(server_of(m, 2));
    world_login(w);
    for (size_t i = 0; i < m->n; i++) {
        crossing_pair *p = &m->pairs[i];
        answer r = crossing_run(p, side, w, m->kept.dn, true);

        if (r.code != LDAP_SUCCESS)
            FAIL("%s from %s: %d %s", p->events[side]->name, p->group->from,
                r.code, r.text);
    }
    if (with_third)
        replicas_agree(&w->server, server_of(m, 2));
    m->alone[side] = replica_dump(&w->server);
}

/* third: the side that a third server is with; -1: none is there. */
static void
cut_off(size_t servers, replication by, int third, bool created)
{
    matrix *m = calloc(1, sizeof(*m));

    begin_matrix(m, servers, by, created);
    for (int side = 0; side < 2; side++)
        write_alone(m, side, third == side);
    if (third == 0)
        server_start(server_of(m, 2)); /* hears of the newer one first */
    if (third == 0)
        replicas_meet(server_of(m, 1), server_of(m, 2));
    server_start(server_of(m, 0));
    providers_agree(&m->p);
    for (size_t side = 0; side < servers; side++)
        world_login(&m->p.side[side]);
    judge_whole(m);
    judge_sound(m);
    judge_opened(m);
    expect_nothing(m, third < 0    ? "cut"
                      : third == 0 ? "cut, the third with the older"
                                   : "cut, the third with the newer");
    end_matrix(m);
}

static void
two_by_change(void **state)
{
    (void)state;
    cut_off(2, BY_CHANGE, -1, false);
}

static void
two_by_entry(void **state)
{
    (void)state;
    cut_off(2, BY_ENTRY, -1, false);
}

static void
three_by_change(void **state)
{
    (void)state;
    cut_off(3, BY_CHANGE, 0, false);
    cut_off(3, BY_CHANGE, 1, false);
}

static void
three_by_entry(void **state)
{
    (void)state;
    cut_off(3, BY_ENTRY, 0, false);
    cut_off(3, BY_ENTRY, 1, false);
}

/* Made on either side, and not written since: where it was, delta-syncrepl
 * brings what was written to one of the two to the other one. */
static void
made_twice_by_change(void **state)
{
    (void)state;
    cut_off(2, BY_CHANGE, -1, true);
    cut_off(3, BY_CHANGE, 0, true);
    cut_off(3, BY_CHANGE, 1, true);
}

static void
made_twice_by_entry(void **state)
{
    (void)state;
    cut_off(2, BY_ENTRY, -1, true);
    cut_off(3, BY_ENTRY, 0, true);
    cut_off(3, BY_ENTRY, 1, true);
}

/* ---- connected ---- */

typedef struct moment {
    matrix *m;
    size_t pair;
} moment;

static answer
run_at_once(void *context, size_t side, LDAP *ld)
{
    moment *now = context;
    matrix *m = now->m;

    (void)ld;
    return crossing_run(
        &m->pairs[now->pair], (int)side, &m->p.side[side], m->kept.dn, false);
}

static void
at_the_same_moment(size_t servers, replication by)
{
    matrix *m = calloc(1, sizeof(*m));
    LDAP *none[2] = {NULL, NULL};
    size_t crossed = 0;

    begin_matrix(m, servers, by, false);
    for (size_t i = 0; i < m->n; i++) {
        moment now = {m, i};
        answer *answers = in_parallel(2, none, run_at_once, &now);

        crossed +=
            answers[0].code == LDAP_SUCCESS && answers[1].code == LDAP_SUCCESS;
        free(answers);
    }
    for (size_t side = 1; side < servers; side++)
        replicas_meet(server_of(m, 0), server_of(m, side));
    judge_same(m);
    judge_sound(m);
    judge_opened(m);
    print_message("%zu pairs were both granted\n", crossed);
    expect_nothing(m, "connected");
    assert_true(crossed > m->n / 4);
    end_matrix(m);
}

static void
two_at_once_by_change(void **state)
{
    (void)state;
    at_the_same_moment(2, BY_CHANGE);
}

static void
three_at_once_by_change(void **state)
{
    (void)state;
    at_the_same_moment(3, BY_CHANGE);
}

static void
two_at_once_by_entry(void **state)
{
    (void)state;
    at_the_same_moment(2, BY_ENTRY);
}

static void
three_at_once_by_entry(void **state)
{
    (void)state;
    at_the_same_moment(3, BY_ENTRY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_by_change),
        cmocka_unit_test(two_by_entry),
        cmocka_unit_test(three_by_change),
        cmocka_unit_test(three_by_entry),
        cmocka_unit_test(made_twice_by_change),
        cmocka_unit_test(made_twice_by_entry),
        cmocka_unit_test(two_at_once_by_change),
        cmocka_unit_test(three_at_once_by_change),
        cmocka_unit_test(two_at_once_by_entry),
        cmocka_unit_test(three_at_once_by_entry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
