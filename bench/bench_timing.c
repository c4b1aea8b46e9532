/* bench_timing.c - how long the answers take that must not tell anything: of a
 * bind, whether the account is unknown, uninformed, locked, closed or the
 * password wrong; of a claim, whether the number, the name or the dates are
 * wrong.
 *
 * With the default cost of a hash, all kinds in turns, in an order drawn anew
 * each time. EDC_SAMPLES is the number of answers of each kind. The goal is
 * means within 5 %; nothing is asserted.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/exop.h"

#define MAX_KINDS 5
#define WARM_UP 20

/* One kind of request, and the times of its answers in milliseconds. */
typedef struct kind {
    const char *name;
    char dn[96];      /* of a bind */
    claim_data claim; /* of a claim */
    double *times;
} kind;

typedef struct bench {
    world *w;
    LDAP *ld;
    kind kinds[MAX_KINDS];
    size_t n_kinds;
    unsigned serial; /* of wrong passwords */
} bench;

static size_t
samples(void)
{
    const char *wanted = getenv("EDC_SAMPLES");

    return wanted != NULL ? strtoul(wanted, NULL, 10) : 300;
}

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- figures ---- */

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double
report(kind *k, size_t n)
{
    double sum = 0;

    qsort(k->times, n, sizeof(*k->times), by_size);
    for (size_t i = 0; i < n; i++)
        sum += k->times[i];
    print_message("  %-16s %6zu %8.2f %8.2f %8.2f %8.2f %8.2f\n", k->name, n,
        k->times[0], k->times[n / 2], k->times[n * 9 / 10],
        k->times[n * 99 / 100], sum / (double)n);
    return sum / (double)n;
}

static void
report_all(bench *b, const char *what, size_t n)
{
    double least = 0, greatest = 0;

    print_message("%s, milliseconds:\n  %-16s %6s %8s %8s %8s %8s %8s\n", what,
        "", "n", "min", "p50", "p90", "p99", "mean");
    for (size_t i = 0; i < b->n_kinds; i++) {
        double mean = report(&b->kinds[i], n);

        least = i == 0 || mean < least ? mean : least;
        greatest = i == 0 || mean > greatest ? mean : greatest;
        free(b->kinds[i].times);
    }
    print_message("  greatest mean / least mean: %.3f\n", greatest / least);
}

/* ---- measuring ---- */

typedef answer (*request)(bench *b, kind *k);

/* Every kind once, in an order of chance. */
static void
one_turn(bench *b, request ask, int code, size_t turn)
{
    size_t order[MAX_KINDS];

    for (size_t i = 0; i < b->n_kinds; i++) {
        size_t other = (size_t)random() % (i + 1);

        order[i] = order[other];
        order[other] = i;
    }
    for (size_t i = 0; i < b->n_kinds; i++) {
        kind *k = &b->kinds[order[i]];
        double begin = now();
        answer a = ask(b, k);

        if (turn >= WARM_UP)
            k->times[turn - WARM_UP] = now() - begin;
        if (a.code != code)
            FAIL("%s: %d %s", k->name, a.code, a.text);
    }
}

static void
measure(bench *b, const char *what, request ask, int code)
{
    size_t n = samples();

    for (size_t i = 0; i < b->n_kinds; i++)
        b->kinds[i].times = calloc(n, sizeof(double));
    for (size_t turn = 0; turn < n + WARM_UP; turn++)
        one_turn(b, ask, code, turn);
    report_all(b, what, n);
}

static kind *
add_kind(bench *b, const char *name)
{
    kind *k = &b->kinds[b->n_kinds++];

    *k = (kind){.name = name};
    return k;
}

/* ---- binds ---- */

static void
add_bind(bench *b, const char *name, const char *dn)
{
    kind *k = add_kind(b, name);

    snprintf(k->dn, sizeof(k->dn), "%s", dn);
}

/* A password that was not tried before. */
static answer
bind_wrong(bench *b, kind *k)
{
    char password[64];

    snprintf(password, sizeof(password), "Mauvaise-%u", ++b->serial);
    return client_bind(b->ld, k->dn, password);
}

static account
locked_account(world *w)
{
    account a = student_in(w, "active");

    for (int i = 0; i < 10; i++) {
        char *guess = text_of("Mauvaise-Reponse-%d", i);

        bind_once(&w->server, a.dn, guess);
        free(guess);
    }
    return a;
}

static void
refused_binds(void **state)
{
    world *w = *state;
    bench b = {.w = w, .ld = client_open(&w->server)};

    add_bind(&b, "unknown", "uid=inconnu," PEOPLE);
    add_bind(&b, "uninformed", student_in(w, "uninformed").dn);
    add_bind(&b, "locked", locked_account(w).dn);
    add_bind(&b, "closed", student_in(w, "closed").dn);
    add_bind(&b, "wrong password", student_in(w, "active").dn);
    /* From here on nothing is locked any more. */
    expect_ok(world_configure(w,
        "replace: olcEduconnectLockout\n"
        "olcEduconnectLockout: failures=64 window=1s duration=1h\n"));
    measure(&b, "refused binds", bind_wrong, LDAP_INVALID_CREDENTIALS);
    client_close(b.ld);
}

/* ---- claims ---- */

/* Guardians, each with a number of its own: tries by one number are counted. */
#define NUMBERS 40

static answer
claim_wrong(bench *b, kind *k)
{
    char mobile[32];

    snprintf(mobile, sizeof(mobile), "%s %02u", k->claim.mobile,
        ++b->serial % NUMBERS);
    return client_claim(
        b->ld, &(claim_data){mobile, k->claim.sn, k->claim.given_name,
                   k->claim.dates, k->claim.password, NULL});
}

static void
refused_claims(void **state)
{
    world *w = *state;
    bench b = {.w = w, .ld = w->as[REGISTRAR]};
    claim_data right = {"+33 6 12 34 56", "Karadec", "Soizic", "2011-03-09",
        "Primevere-2026-Or", NULL};

    for (unsigned i = 0; i < NUMBERS; i++)
        expect_ok(client_modify(w->as[PROVISIONER], new_guardian(w, COLLEGE).dn,
            "replace: mobile\nmobile: %s %02u\n", right.mobile, i));
    add_kind(&b, "unknown number")->claim = right;
    b.kinds[0].claim.mobile = "+33 6 98 76 54";
    add_kind(&b, "wrong name")->claim = right;
    b.kinds[1].claim.sn = "Kermadec";
    add_kind(&b, "wrong dates")->claim = right;
    b.kinds[2].claim.dates = "2011-03-10";
    measure(&b, "refused claims", claim_wrong, LDAP_INVALID_CREDENTIALS);
}

static int
world_at_full_cost(void **state)
{
    char *directives =
        text_of("%seduconnect-claim attempts=64 window=1h\n", usual_roles());
    setup how = {.directives = directives};
    world *w = calloc(1, sizeof(*w));

    *state = w;
    world_begin(w, &how);
    free(directives);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest benches[] = {
        cmocka_unit_test(refused_binds),
        cmocka_unit_test(refused_claims),
    };

    return cmocka_run_group_tests(benches, world_at_full_cost, end_world);
}
