/* test_lloadd.c - claim, merge and contest through slapd's load balancer, which
 * names the client by a critical control on each request.
 *
 * EDC_LLOADD is the program: `make check-lloadd` builds it.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/port.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exop/carried.h"

/* As whom the balancer goes to slapd. */
static const struct {
    const char *dn, *password;
} carriers[] = {{ROOT_DN, ROOT_PASSWORD}, {PORTAL, PORTAL_PASSWORD}};
#define N_CARRIERS 2

typedef struct stage {
    world w;
    server balancer; /* its URL and pid alone are set */
} stage;

static int
begin(void **state)
{
    stage *s = calloc(1, sizeof(*s));

    REQUIRE(getenv("EDC_LLOADD") != NULL);
    world_begin(&s->w, NULL);
    carried_add_portal(&s->w);
    *state = s;
    return 0;
}

static int
end(void **state)
{
    stage *s = *state;

    world_end(&s->w);
    free(s);
    return 0;
}

static void
start_balancer(stage *s, size_t carrier)
{
    char *path = server_path(&s->w.server, "lloadd.conf");
    char *log = server_path(&s->w.server, "lloadd.log");
    char *text = text_of("pidfile %s.pid\nargsfile %s.args\n"
                         "feature proxyauthz\n"
                         "bindconf bindmethod=simple binddn=\"%s\" "
                         "credentials=%s\n"
                         "backend-server uri=%s numconns=2 bindconns=2 "
                         "retry=500 max-pending-ops=50 conn-max-pending=20\n",
        path, path, carriers[carrier].dn, carriers[carrier].password,
        s->w.server.url);
    deadline d = deadline_in(60);

    write_file(path, text);
    s->balancer.port = server_free_port();
    snprintf(s->balancer.url, sizeof(s->balancer.url), "ldap://127.0.0.1:%d",
        s->balancer.port);
    s->balancer.pid = fork();
    if (s->balancer.pid == 0) {
        if (freopen(log, "we", stderr) == NULL)
            _exit(126);
        execl(getenv("EDC_LLOADD"), "lloadd", "-f", path, "-h", s->balancer.url,
            "-d", "stats", (char *)NULL);
        _exit(127);
    }
    REQUIRE(s->balancer.pid > 0);
    while (bind_once(&s->balancer, ROOT_DN, ROOT_PASSWORD).code != LDAP_SUCCESS)
        deadline_wait(&d, "lloadd to answer");
    free(text);
    free(log);
    free(path);
}

static void
stop_balancer(stage *s)
{
    int status;

    kill(s->balancer.pid, SIGTERM);
    REQUIRE(waitpid(s->balancer.pid, &status, 0) == s->balancer.pid);
}

static void
they_arrive(void **state)
{
    stage *s = *state;
    carried c;

    for (size_t i = 0; i < N_CARRIERS; i++) {
        start_balancer(s, i);
        carried_begin(&c, &s->w, (int)i);
        carried_arrive(&c, &s->w, &s->balancer);
        stop_balancer(s);
    }
}

static void
play_refused(stage *s)
{
    world *w = &s->w;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    account eve = guardian_in(w, "active"), fresh = student_in(w, "informed");
    LDAP *ld = client_login(&s->balancer, eve.dn, eve.password);

    carried_refused(w, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, "A02");
    expect(client_contest(ld, a.child), LDAP_NO_SUCH_OBJECT, "");
    /* A client's own proxied authorization does not join the balancer's. */
    client_sends(ld, SENDS_PROXY, a.dn);
    REQUIRE(client_contest(ld, a.child).code != LDAP_SUCCESS);
    client_close(ld);
    ld = actor_login(&s->balancer, STRANGER);
    carried_refused(w, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, "A02");
    client_close(ld);
    ld = client_login(&s->balancer, fresh.dn, fresh.password);
    carried_refused(w, ld, &a, &b, LDAP_INSUFFICIENT_ACCESS, "S04");
    client_close(ld);
    /* Nobody, before and after a wrong password. */
    ld = client_open(&s->balancer);
    REQUIRE(client_merge_of(ld, b.dn, a.dn).code != LDAP_SUCCESS);
    expect(client_bind(ld, eve.dn, "Faux-2026_Gris"), LDAP_INVALID_CREDENTIALS,
        "");
    REQUIRE(client_merge_of(ld, b.dn, a.dn).code != LDAP_SUCCESS);
    REQUIRE(client_contest(ld, a.child).code != LDAP_SUCCESS);
    client_close(ld);
    carried_nothing(w, &a, &b);
}

static void
nobody_gets_the_balancers_rights(void **state)
{
    stage *s = *state;

    for (size_t i = 0; i < N_CARRIERS; i++) {
        start_balancer(s, i);
        play_refused(s);
        stop_balancer(s);
    }
}

/* The balancer's connection was not opened with the client's password. */
static void
an_own_password_needs_the_old_one(void **state)
{
    stage *s = *state;
    account a = student_in(&s->w, "informed");
    LDAP *ld;

    start_balancer(s, 1);
    ld = client_login(&s->balancer, a.dn, a.password);
    expect(client_modify(ld, a.dn,
               "replace: userPassword\nuserPassword: " NEW_PASSWORD "\n"),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    expect_ok(client_password(ld, NULL, a.password, NEW_PASSWORD));
    expect_ok(client_search(ld, a.dn));
    expect_ok(client_modify(ld, a.dn,
        "delete: userPassword\nuserPassword: " NEW_PASSWORD "\n-\n"
        "add: userPassword\nuserPassword: Ancolie-2026_Vert\n"));
    expect_ok(bind_once(&s->balancer, a.dn, "Ancolie-2026_Vert"));
    client_close(ld);
    stop_balancer(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_arrive),
        cmocka_unit_test(nobody_gets_the_balancers_rights),
        cmocka_unit_test(an_own_password_needs_the_old_one),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
