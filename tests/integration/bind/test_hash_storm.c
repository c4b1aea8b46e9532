/* test_hash_storm.c - two hundred connections bind, bind again, abandon, go
 * away, search and change passwords at random, while the gate's figures change:
 * every answer is the right one or 51, and what was acknowledged is stored.
 *
 * Every worker has an account and five connections of its own, so it knows what
 * each answer must be. EDC_SEED repeats what is drawn, EDC_OPERATIONS is how
 * much each worker does. `make check` plays it also with the module under
 * AddressSanitizer and all of slapd under ThreadSanitizer.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/gate.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WORKERS 40
#define CONNECTIONS 5
#define OPERATIONS 60
#define WRONG "Faux-42-mot-du-tout"

typedef struct worker {
    const server *s;
    LDAP *ld[CONNECTIONS];
    bool bound[CONNECTIONS]; /* as the account */
    account a;
    char next[96]; /* the password once a change under way is stored */
    unsigned seed, serial;
    long left; /* operations; -1: until the server is gone */
    bool gone;
    size_t right, wrong, busy, given_up, abandoned, changed;
    char trouble[1200];
    pthread_t thread;
} worker;

static atomic_bool over;
static atomic_size_t steps_taken;

/* ---- what an answer must be ---- */

static void
trouble(worker *k, const char *what, int code, const char *text)
{
    if (k->trouble[0] == '\0')
        snprintf(k->trouble, sizeof(k->trouble), "%s: %s: %d %s", k->a.uid,
            what, code, text);
}

/* Returns whether it was this one; a server that is gone ends the worker. */
static bool
check(worker *k, const char *what, answer r, int code)
{
    if (r.code == code)
        return true;
    if (r.code == LDAP_BUSY && strncmp(r.text, "EDC-B0", 6) == 0)
        k->busy++;
    else if ((r.code < 0 || r.code == LDAP_UNAVAILABLE) && k->left < 0)
        k->gone = true;
    else
        trouble(k, what, r.code, r.text);
    return false;
}

/* ---- single steps ---- */

static void
open_again(worker *k, size_t i)
{
    if (ldap_initialize(&k->ld[i], k->s->url) != LDAP_SUCCESS)
        k->gone = true;
    ldap_set_option(k->ld[i], LDAP_OPT_PROTOCOL_VERSION, &(int){LDAP_VERSION3});
    k->bound[i] = false;
}

static void
bind_right(worker *k, size_t i)
{
    answer r = client_bind(k->ld[i], k->a.dn, k->a.password);

    k->bound[i] = check(k, "right bind", r, LDAP_SUCCESS);
    k->right += k->bound[i];
}

static void
bind_wrong(worker *k, size_t i)
{
    answer r = client_bind(k->ld[i], k->a.dn, WRONG);

    k->bound[i] = false;
    k->wrong += check(k, "wrong bind", r, LDAP_INVALID_CREDENTIALS);
}

/* Returns its message's number. */
static int
send_bind(worker *k, size_t i, const char *password)
{
    struct berval cred = {strlen(password), (char *)password};
    int id = -1;

    if (ldap_sasl_bind(k->ld[i], k->a.dn, LDAP_SASL_SIMPLE, &cred, NULL, NULL,
            &id) != LDAP_SUCCESS)
        k->gone = k->left < 0;
    k->bound[i] = false;
    return id;
}

/* The second bind on a connection puts an end to the first. */
static void
bind_twice(worker *k, size_t i)
{
    send_bind(k, i, rand_r(&k->seed) % 2 == 0 ? WRONG : k->a.password);
    k->given_up++;
    bind_right(k, i);
}

/* Says goodbye, or falls silent, while a bind is under way. */
static void
leave(worker *k, size_t i)
{
    int fd = -1;

    send_bind(k, i, rand_r(&k->seed) % 2 == 0 ? WRONG : k->a.password);
    if (rand_r(&k->seed) % 2 == 0 &&
        ldap_get_option(k->ld[i], LDAP_OPT_DESC, &fd) == LDAP_OPT_SUCCESS &&
        fd >= 0)
        shutdown(fd, SHUT_RDWR);
    ldap_unbind_ext(k->ld[i], NULL, NULL);
    k->given_up++;
    open_again(k, i);
}

static bool
is_bound(worker *k, size_t i)
{
    if (!k->bound[i])
        bind_right(k, i);
    return k->bound[i];
}

/* Of letters that make neither a date nor a name, which are refused. */
static void
draw_next(worker *k)
{
    unsigned drawn = (unsigned)rand_r(&k->seed);
    char letters[9] = "";

    for (size_t i = 0; i < 8; i++, drawn >>= 4)
        letters[i] = "bcdfghjklmnpqrst"[drawn & 15];
    snprintf(k->next, sizeof(k->next), "Tempete-%u-%s", ++k->serial, letters);
}

static void
take_next(worker *k)
{
    memcpy(k->a.password, k->next, sizeof(k->next));
    k->next[0] = '\0';
    k->changed++;
}

static void
change(worker *k, size_t i)
{
    answer r;

    if (!is_bound(k, i))
        return;
    draw_next(k);
    if (rand_r(&k->seed) % 2 == 0)
        r = client_password(k->ld[i], k->a.dn, k->a.password, k->next);
    else
        r = client_modify(k->ld[i], k->a.dn,
            "delete: userPassword\nuserPassword: %s\n-\n"
            "add: userPassword\nuserPassword: %s\n",
            k->a.password, k->next);
    if (check(k, "change", r, LDAP_SUCCESS))
        take_next(k);
}

static void
ask(worker *k, size_t i)
{
    check(k, "whoami", client_whoami(k->ld[i]), LDAP_SUCCESS);
    if (k->bound[i])
        check(k, "search", client_search(k->ld[i], k->a.dn), LDAP_SUCCESS);
}

/* ---- requests that are abandoned ---- */

static void
abandon(worker *k, size_t i, int id)
{
    if (id > 0 && ldap_abandon_ext(k->ld[i], id, NULL, NULL) == LDAP_SUCCESS)
        k->abandoned++;
}

static void
abandon_bind(worker *k, size_t i)
{
    abandon(k, i,
        send_bind(k, i, rand_r(&k->seed) % 2 == 0 ? WRONG : k->a.password));
    ask(k, i);
}

static void
abandon_search(worker *k, size_t i)
{
    int id = -1;

    (void)ldap_search_ext(k->ld[i], SUFFIX, LDAP_SCOPE_SUBTREE,
        "(objectClass=*)", NULL, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, &id);
    abandon(k, i, id);
    ask(k, i);
}

/* Whether the change was made is not said; but another change from the same
 * password is made only if this one was not, and never will be then. While the
 * server is about to stop nobody could tell. */
static void
abandon_change(worker *k, size_t i)
{
    struct berval dn, old, new;
    char first[sizeof(k->next)];
    int id = -1;
    answer r;

    if (k->left < 0 || !is_bound(k, i))
        return;
    draw_next(k);
    memcpy(first, k->next, sizeof(first));
    (void)ldap_passwd(k->ld[i], ber_str2bv(k->a.dn, 0, 0, &dn),
        ber_str2bv(k->a.password, 0, 0, &old), ber_str2bv(first, 0, 0, &new),
        NULL, NULL, &id);
    abandon(k, i, id);
    draw_next(k);
    do
        r = client_password(k->ld[i], k->a.dn, k->a.password, k->next);
    while (r.code == LDAP_BUSY);
    if (r.code != LDAP_SUCCESS) {
        check(k, "second change", r, LDAP_UNWILLING_TO_PERFORM);
        memcpy(k->next, first, sizeof(first));
    }
    take_next(k);
}

static void *
storm(void *arg)
{
    static void (*const steps[])(worker *, size_t) = {bind_right, bind_right,
        bind_wrong, bind_twice, leave, change, ask, ask, abandon_bind,
        abandon_search, abandon_change};
    worker *k = arg;

    for (long n = 0;
        (k->left < 0 || n < k->left) && !k->gone && k->trouble[0] == '\0';
        n++) {
        size_t i = (size_t)rand_r(&k->seed) % CONNECTIONS;

        steps[(size_t)rand_r(&k->seed) % (sizeof(steps) / sizeof(steps[0]))](
            k, i);
        atomic_fetch_add(&steps_taken, 1);
    }
    return NULL;
}

/* ---- the whole ---- */

static worker *
begin_workers(world *w, long operations)
{
    const char *seed = getenv("EDC_SEED");
    unsigned from =
        seed != NULL ? (unsigned)strtoul(seed, NULL, 10) : (unsigned)time(NULL);
    worker *all = calloc(WORKERS, sizeof(*all));

    print_message("EDC_SEED=%u\n", from);
    for (size_t i = 0; i < WORKERS; i++) {
        all[i].s = &w->server;
        all[i].a = student_in(w, "active");
        all[i].seed = from + (unsigned)i;
        all[i].left = operations;
        for (size_t c = 0; c < CONNECTIONS; c++)
            open_again(&all[i], c);
    }
    for (size_t i = 0; i < WORKERS; i++)
        REQUIRE(pthread_create(&all[i].thread, NULL, storm, &all[i]) == 0);
    return all;
}

/* The sums of what they did are in the first of them afterwards. */
static void
end_workers(worker *all)
{
    worker *sum = &all[0];

    for (size_t i = 0; i < WORKERS; i++) {
        pthread_join(all[i].thread, NULL);
        for (size_t c = 0; c < CONNECTIONS; c++)
            ldap_unbind_ext(all[i].ld[c], NULL, NULL);
        if (i == 0)
            continue;
        sum->right += all[i].right;
        sum->wrong += all[i].wrong;
        sum->busy += all[i].busy;
        sum->given_up += all[i].given_up;
        sum->abandoned += all[i].abandoned;
        sum->changed += all[i].changed;
    }
    print_message("right %zu, wrong %zu, given up %zu, abandoned %zu, "
                  "changed %zu, busy %zu\n",
        sum->right, sum->wrong, sum->given_up, sum->abandoned, sum->changed,
        sum->busy);
    for (size_t i = 0; i < WORKERS; i++) {
        if (all[i].trouble[0] != '\0')
            FAIL("%s", all[i].trouble);
    }
}

/* What was acknowledged is what opens the account. */
static void
expect_passwords(world *w, const worker *all)
{
    for (size_t i = 0; i < WORKERS; i++) {
        const worker *k = &all[i];
        answer r = bind_once(&w->server, k->a.dn, k->a.password);

        if (r.code != LDAP_SUCCESS && k->next[0] != '\0' && k->gone)
            r = bind_once(&w->server, k->a.dn, k->next);
        expect_ok(r);
    }
}

/* The gate's figures, the cost and the cache change all the time. */
static void *
reconfigure(void *arg)
{
    static const char *const changes[][2] = {
        {"HashSlots", "1 queue=8"},
        {"Hash", "memory=256 time=2"},
        {"VerifyCache", "entries=20 ttl=1h"},
        {"HashSlots", "3 queue=40"},
        {"Hash", "memory=128 time=1"},
        {"VerifyCache", "entries=5 ttl=1s"},
    };
    const size_t n = sizeof(changes) / sizeof(changes[0]);
    world *w = arg;
    char *dn = world_overlay_dn(w);
    struct timespec pause = {0, 20 * 1000 * 1000};

    for (size_t i = 0; !atomic_load(&over); i++) {
        const char *const *one = changes[i % n];
        answer r = client_modify(w->config, dn,
            "replace: olcEduconnect%s\nolcEduconnect%s: %s\n", one[0], one[0],
            one[1]);

        if (r.code != LDAP_SUCCESS)
            break;
        nanosleep(&pause, NULL);
    }
    free(dn);
    return NULL;
}

static long
operations(void)
{
    const char *wanted = getenv("EDC_OPERATIONS");

    return wanted != NULL ? strtol(wanted, NULL, 10) : OPERATIONS;
}

/* A hash whose client has gone is computed to its end. */
static void
await_none(world *w, const char *key)
{
    deadline d = deadline_in(60);

    while (gate_counter(w, key) != 0)
        deadline_wait(&d, key);
}

static void
every_answer_is_right_or_busy(void **state)
{
    world *w = *state;
    pthread_t configurer;
    worker *all;

    atomic_store(&over, false);
    all = begin_workers(w, operations());
    REQUIRE(pthread_create(&configurer, NULL, reconfigure, w) == 0);
    for (size_t i = 0; i < WORKERS; i++)
        pthread_join(all[i].thread, NULL);
    atomic_store(&over, true);
    pthread_join(configurer, NULL);
    for (size_t i = 0; i < WORKERS; i++)
        REQUIRE(pthread_create(&all[i].thread, NULL, storm, &all[i]) == 0);
    end_workers(all);
    assert_true(all->right > 0 && all->wrong > 0 && all->given_up > 0 &&
                all->abandoned > 0 && all->changed > 0);
    await_none(w, "waiting");
    await_none(w, "running");
    expect_passwords(w, all);
    free(all);
}

static void
it_stops_in_the_middle_and_loses_nothing(void **state)
{
    deadline d = deadline_in(60);
    world *w = *state;
    worker *all;

    atomic_store(&steps_taken, 0);
    all = begin_workers(w, -1);
    while (atomic_load(&steps_taken) < 5 * (size_t)WORKERS)
        deadline_wait(&d, "the storm to begin");
    server_stop(&w->server);
    end_workers(all);
    server_start(&w->server);
    expect_passwords(w, all);
    world_login(w);
    free(all);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_is_right_or_busy),
        cmocka_unit_test(it_stops_in_the_middle_and_loses_nothing),
    };

    /* Connections are cut off under libldap. */
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, usual_world, end_world);
}
