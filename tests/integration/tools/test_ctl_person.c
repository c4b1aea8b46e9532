/* test_ctl_person.c - educonnectctl person: all that is held of somebody, and
 * its erasure, which waits for duties.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "harness/exop.h"
#include "harness/tool.h"

#define LINK "educonnectGuardian"
#define CONTESTED "educonnectContestedGuardian"
#define LEFT "replace: educonnectLeftAt\neduconnectLeftAt: 20260701000000Z\n"

/* One who has a child, contests another, has a merged account, and is in a
 * group. */
typedef struct family {
    account guardian, merged;
    char contested[96]; /* a student */
    char group[96];
} family;

static family
new_family(world *w)
{
    family f = {.guardian = guardian_in(w, "active"),
        .merged = guardian_in(w, "informed")};
    account other = new_guardian(w, COLLEGE);
    LDAP *self = client_login(&w->server, f.guardian.dn, f.guardian.password);

    expect_ok(client_merge(self, f.merged.uid, f.merged.password));
    snprintf(f.contested, sizeof(f.contested), "%s", other.child);
    expect_ok(client_modify(w->as[PROVISIONER], other.child,
        "replace: " LINK "\n" LINK ": %s\n", f.guardian.dn));
    expect_ok(client_contest(self, other.child));
    client_close(self);
    snprintf(f.group, sizeof(f.group), "cn=group%u," SUFFIX, w->serial++);
    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nobjectClass: groupOfNames\ncn: group%u\nmember: %s\n"
        "member: " ROOT_DN "\n",
        f.group, w->serial - 1, f.guardian.dn));
    return f;
}

static tool
run(world *w, const char *options, const char *who)
{
    return tool_run(
        w, ROOT, NULL, "person", "-b " SUFFIX " %s '%s'", options, who);
}

static void
expect_no_secret(world *w, const tool *t, const account *a)
{
    char *hash = client_read(w->as[ROOT], a->dn, "userPassword");

    REQUIRE(hash == NULL || strstr(t->out, hash) == NULL);
    REQUIRE(strstr(t->out, a->password) == NULL);
    REQUIRE(strstr(t->out, a->provisional) == NULL);
    REQUIRE(strstr(t->out, "argon2") == NULL);
    /* "{ARGON2}$argon2id" in base64. */
    REQUIRE(strstr(t->out, "e0FSR09OMn0") == NULL);
    free(hash);
}

/* ---- export ---- */

static const json_t *
entry_of(const json_t *all, const char *dn)
{
    const json_t *entries = json_object_get(all, "entries");

    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *e = json_array_get(entries, i);

        if (strcmp(json_string_value(json_object_get(e, "dn")), dn) == 0)
            return json_object_get(e, "attributes");
    }
    FAIL("no entry %s", dn);
}

static void
expect_named(const json_t *all, const char *dn, const char *attribute)
{
    const json_t *named = json_object_get(all, "namedBy");

    for (size_t i = 0; i < json_array_size(named); i++) {
        const json_t *m = json_array_get(named, i);

        if (strcmp(json_string_value(json_object_get(m, "dn")), dn) == 0 &&
            strcmp(json_string_value(json_object_get(m, "attribute")),
                attribute) == 0)
            return;
    }
    FAIL("%s is not said to name it by %s", dn, attribute);
}

static void
everything_is_given_out(void **state)
{
    world *w = *state;
    family f = new_family(w);
    tool t = run(w, "--export --json", f.guardian.uid);
    json_t *all;
    const json_t *own;

    expect_status(&t, 0);
    all = json_loads(t.out, JSON_REJECT_DUPLICATES, NULL);
    REQUIRE(all != NULL);
    own = entry_of(all, f.guardian.dn);
    (void)entry_of(all, f.merged.dn);
    REQUIRE(json_object_get(own, "educonnectState") != NULL);
    REQUIRE(json_object_get(own, "entryUUID") != NULL);
    REQUIRE(json_object_get(own, "educonnectChild") != NULL);
    assert_string_equal(json_string_value(json_array_get(
                            json_object_get(own, "userPassword"), 0)),
        "present (not shown)");
    expect_named(all, f.guardian.child, LINK);
    expect_named(all, f.merged.child, LINK);
    expect_named(all, f.contested, CONTESTED);
    expect_named(all, f.group, "member");
    REQUIRE(json_array_size(json_object_get(all, "notSearched")) > 3);
    expect_no_secret(w, &t, &f.guardian);
    json_decref(all);
    tool_free(&t);
}

static void
it_is_ldif_and_a_file_of_ones_own(void **state)
{
    world *w = *state;
    family f = new_family(w);
    char *path = server_path(&w->server, "person.ldif"), *text, *options;
    struct stat st;
    tool t = run(w, "--export", f.guardian.dn);

    expect_status(&t, 0);
    expect_texts(t.out, "# userPassword: present (not shown)",
        "\ndn: ", "educonnectState: active",
        "educonnectMergedInto: ", "# not searched: accesslog", "# named by ");
    expect_no_secret(w, &t, &f.guardian);
    tool_free(&t);
    options = text_of("--export -o %s", path);
    t = run(w, options, f.guardian.uid);
    expect_status(&t, 0);
    text = read_file(path, NULL);
    expect_text(text, "educonnectState: active");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 077, 0);
    free(text);
    free(options);
    free(path);
    tool_free(&t);
}

/* ---- erasure ---- */

static void
a_pupil_who_is_enrolled_stays(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    tool t = run(w, "--erase --apply", a.uid);

    expect_status(&t, 4);
    expect_texts(t.err, "EDE-01", "nothing was erased");
    tool_free(&t);
    step_state(w, &a, PROVISIONER, "closed");
    t = run(w, "--erase --apply", a.uid);
    expect_status(&t, 4);
    tool_free(&t);
    expect_ok(client_modify(w->as[PROVISIONER], a.dn, LEFT));
    t = run(w, "--erase", a.uid);
    expect_status(&t, 0);
    expect_texts(t.out, "changetype: delete", "would be erased");
    tool_free(&t);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "closed");
    t = run(w, "--erase --apply", a.uid);
    expect_status(&t, 0);
    expect_texts(t.out, "1 entries and 0 mentions were erased",
        "not erased: accesslog", "not erased: the audit trail");
    tool_free(&t);
    expect_stored(w->as[ROOT], a.dn, "uid", NULL);
    t = run(w, "--erase --apply", a.uid);
    expect_status(&t, 1);
    tool_free(&t);
}

static void
a_guardian_goes_with_all_that_names_it(void **state)
{
    world *w = *state;
    family f = new_family(w);
    char *filter;
    tool t = run(w, "--erase --apply", f.guardian.uid);

    expect_status(&t, 4);
    expect_texts(t.err, "EDE-02", f.guardian.child, f.merged.child);
    REQUIRE(strstr(t.err, f.contested) == NULL);
    tool_free(&t);
    t = run(w, "--erase --apply", f.merged.uid);
    expect_status(&t, 4);
    expect_text(t.err, "EDE-03");
    tool_free(&t);
    expect_ok(client_modify(w->as[PROVISIONER], f.guardian.child, LEFT));
    t = run(w, "--erase --apply", f.guardian.uid);
    expect_status(&t, 4);
    tool_free(&t);
    expect_ok(client_modify(w->as[PROVISIONER], f.merged.child, LEFT));
    t = run(w, "--erase", f.guardian.uid);
    expect_status(&t, 0);
    expect_texts(t.out, "delete: " LINK, "delete: " CONTESTED, "delete: member",
        "changetype: delete");
    tool_free(&t);
    expect_stored(w->as[ROOT], f.guardian.dn, "educonnectState", "active");
    t = run(w, "--erase --apply", f.guardian.uid);
    expect_status(&t, 0);
    expect_text(t.out, "2 entries and 4 mentions were erased");
    tool_free(&t);
    filter = text_of("(|(" LINK "=%s)(" LINK "=%s)(" CONTESTED "=%s)(member=%s)"
                     "(uid=%s)(uid=%s)(educonnectMergedInto=%s))",
        f.guardian.dn, f.merged.dn, f.guardian.dn, f.guardian.dn,
        f.guardian.uid, f.merged.uid, f.guardian.dn);
    assert_int_equal(client_count(w->as[ROOT], SUFFIX, filter), 0);
    free(filter);
}

static void
who_may_not_erases_nothing(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    tool t;

    expect_ok(client_modify(w->as[PROVISIONER], a.child, LEFT));
    t = tool_run(w, N_ACTORS, NULL, "person",
        "-b " SUFFIX " --erase --apply '%s'", a.dn);
    REQUIRE(t.status != 0);
    tool_free(&t);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], a.child, LINK, a.dn);
}

static void
configure_access(world *w, const char *change)
{
    char *overlay = world_overlay_dn(w);

    expect_ok(client_modify(w->config, strchr(overlay, ',') + 1, "%s", change));
    free(overlay);
}

/* Who does not see that a pupil is enrolled does not see that nobody is. */
static void
who_sees_a_part_erases_nothing(void **state)
{
    static const struct {
        const char *attributes, *access;
    } hidden[] = {{"educonnectEnrolledAt", "none"},
        {"educonnectEnrolledAt", "search"},
        {"educonnectEnrolledAt,educonnectLeftAt", "none"}};
    world *w = *state;
    account a = student_in(w, "active");
    char *academy = actor_dn(ACADEMY);

    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        char *rule = text_of("add: olcAccess\nolcAccess: {0}to attrs=%s by "
                             "dn.exact=\"%s\" %s by * break\n",
            hidden[i].attributes, academy, hidden[i].access);

        configure_access(w, rule);
        for (int apply = 0; apply < 2; apply++) {
            tool t = tool_run(w, ACADEMY, NULL, "person",
                "-b " SUFFIX " --erase %s '%s'", apply ? "--apply" : "", a.dn);

            expect_status(&t, 1);
            expect_text(t.err, "whether a school holds it is hidden");
            assert_string_equal(t.out, "");
            tool_free(&t);
        }
        configure_access(w, "delete: olcAccess\nolcAccess: {0}\n");
        free(rule);
    }
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    free(academy);
}

static void
what_is_wrong_is_said(void **state)
{
    static const char *const wrong[] = {"zoe", "--export --erase zoe",
        "--export", "--export --apply zoe", "--erase -o x zoe",
        "--export zoe martin"};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        tool t = tool_run_plain(NULL, "person", "%s", wrong[i]);

        expect_status(&t, 2);
        tool_free(&t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_given_out),
        cmocka_unit_test(it_is_ldif_and_a_file_of_ones_own),
        cmocka_unit_test(a_pupil_who_is_enrolled_stays),
        cmocka_unit_test(a_guardian_goes_with_all_that_names_it),
        cmocka_unit_test(who_may_not_erases_nothing),
        cmocka_unit_test(who_sees_a_part_erases_nothing),
        cmocka_unit_test(what_is_wrong_is_said),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
