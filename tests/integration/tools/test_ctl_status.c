/* test_ctl_status.c - educonnectctl status: what a help desk reads of one
 * account, and what of it is hidden.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tool.h"

/* The line that begins with a label, allocated; "" when there is none. */
static char *
line_of(const char *text, const char *label)
{
    size_t n = strlen(label);

    for (const char *at = text; at != NULL && *at != '\0';
        at = strchr(at, '\n') == NULL ? NULL : strchr(at, '\n') + 1) {
        if (strncmp(at, label, n) == 0 && at[n] == ' ') {
            at += n + strspn(at + n, " ");
            return text_of("%.*s", (int)strcspn(at, "\n"), at);
        }
    }
    return text_of("%s", "");
}

static void
expect_line_at(const char *file, int line, const tool *t, const char *label,
    const char *value)
{
    char *found = line_of(t->out, label);

    if (strcmp(found, value) != 0)
        fail_test(file, line, "%s is \"%s\", not \"%s\", in\n%s%s", label,
            found, value, t->out, t->err);
    free(found);
}
#define expect_line(t, label, value)                                           \
    expect_line_at(__FILE__, __LINE__, (t), (label), (value))

static tool
status_of(world *w, actor who, const char *word)
{
    tool t = tool_run(w, who, NULL, "status", "'%s'", word);

    expect_status(&t, 0);
    return t;
}

static void
name_the_college(world *w)
{
    expect_ok(client_modify(w->as[PROVISIONER], COLLEGE,
        "replace: description\ndescription: College des Embruns\n"));
}

static void
a_letter_is_told_with_its_school_and_end(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");
    char *child, *line;
    tool t;

    name_the_college(w);
    t = status_of(w, ASSISTANCE, a.uid);
    expect_line(&t, "name", "Soizic Karadec");
    expect_line(&t, "uid", a.uid);
    expect_line(&t, "dn", a.dn);
    expect_line(&t, "audience", "guardian");
    line = line_of(t.out, "state");
    expect_text(line, "informed since ");
    free(line);
    line = line_of(t.out, "why");
    expect_text(line,
        "has a letter from 9990001X College des Embruns; it is valid until ");
    free(line);
    expect_line(&t, "bind", "can log in only to choose a new password");
    child = text_of("eleve%lu  Ines Karadec, 9990001X College des Embruns, "
                    "uninformed",
        strtoul(a.child + strlen("uid=eleve"), NULL, 10));
    expect_line(&t, "children", child);
    expect_line(&t, "services", "none");
    expect_line(&t, "you may", "suspend, merge, lock");
    free(child);
    tool_free(&t);
}

static void
every_state_has_its_reason(void **state)
{
    static const struct {
        const char *state, *why, *bind;
    } known[] = {
        {"uninformed", "no letter has been handed out",
            "cannot log in: has no password"},
        {"active", "activated with the letter of a school", "can log in"},
        {"suspended", "suspended, was active before",
            "cannot log in: suspended"},
        {"closed", "closed, was active before", "cannot log in: closed"},
    };
    world *w = *state;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        account a = student_in(w, known[i].state);
        tool t = status_of(w, ASSISTANCE, a.dn);

        expect_line(&t, "why", known[i].why);
        expect_line(&t, "bind", known[i].bind);
        expect_line(&t, "audience", "student");
        expect_line(&t, "guardians", "none");
        tool_free(&t);
    }
}

static void
holds_and_contested_links_are_explained(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE "|" LYCEE);
    tool t;
    char *line;

    expect_ok(client_modify(w->as[PROVISIONER], a.child,
        "delete: educonnectGuardian\n-\nadd: educonnectContestedGuardian\n"
        "educonnectContestedGuardian: %s\n-\nadd: educonnectClass\n"
        "educonnectClass: 6EME A\n",
        a.dn));
    t = status_of(w, PROVISIONER, a.child);
    expect_line(&t, "hold", "enrolled at several schools: 9990001X,9990002Y");
    expect_line(&t, "class", "6EME A");
    line = line_of(t.out, "guardians");
    expect_text(line, "Soizic Karadec, uninformed, contested");
    free(line);
    tool_free(&t);
    t = status_of(w, PROVISIONER, a.dn);
    line = line_of(t.out, "children");
    expect_text(line, "6EME A, uninformed, contested");
    free(line);
    tool_free(&t);
}

/* INE and birth dates are never read, not even by those who may. */
static void
secrets_are_not_shown(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    tool t = status_of(w, PROVISIONER, a.uid);
    char *ine = client_read(w->as[PROVISIONER], a.dn, "educonnectIne");

    assert_null(strstr(t.out, ine));
    assert_null(strstr(t.out, "2011"));
    assert_null(strstr(t.out, "ARGON2"));
    free(ine);
    tool_free(&t);
}

static void
the_same_as_json(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    tool t = tool_run(w, HEAD1, NULL, "status", "%s --json", a.uid);

    expect_status(&t, 0);
    expect_texts(t.out, "\"state\": \"active\"", "\"activatedBy\": \"letter\"",
        "\"mergedInto\": null", "\"uai\": \"9990001X\"",
        "\"bindStatus\": \"ok\"", "\"notReadable\": []", "\"school-reset\"");
    tool_free(&t);
}

/* A source id finds the account too; what is none is said, with status 1. */
static void
accounts_are_found_by_source_id(void **state)
{
    world *w = *state;
    account a = student_in(w, "uninformed");
    tool t;

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "add: educonnectSourceId\neduconnectSourceId: AAF2D$9100001\n"));
    t = status_of(w, PROVISIONER, "AAF2D$9100001");
    expect_line(&t, "uid", a.uid);
    expect_line(&t, "source", "AAF2D$9100001");
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "status", "personne");
    expect_status(&t, 1);
    assert_string_equal(t.out, "");
    tool_free(&t);
    /* A name of two words. */
    t = tool_run(w, PROVISIONER, NULL, "status", "a b");
    expect_status(&t, 1);
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "status", "%s", "");
    expect_status(&t, 2);
    tool_free(&t);
}

/* Attributes that are hidden from the reader differ from those that are not
 * there. */
static void
what_is_hidden_is_said_to_be(void **state)
{
    static const setup how = {
        .access = "access to attrs=educonnectState,educonnectHold,"
                  "educonnectGuardian,educonnectLeftAt\n"
                  "    by dn.exact=\"uid=stranger," STAFF_DN "\" none\n"
                  "    by * break\n"};
    world w;
    account a;
    tool t;

    (void)state;
    world_begin(&w, &how);
    a = student_in(&w, "uninformed");
    t = status_of(&w, STRANGER, a.uid);
    expect_line(&t, "state", "(not readable)");
    expect_line(&t, "hold", "(not readable)");
    expect_line(&t, "guardians", "(not readable)");
    expect_line(&t, "services", "none");
    tool_free(&t);
    t = tool_run(&w, STRANGER, NULL, "status", "%s --json", a.uid);
    expect_text(t.out, "\"state\": null");
    expect_text(t.out, "\"notReadable\": [\n    \"educonnectState\",\n"
                       "    \"educonnectLeftAt\",\n"
                       "    \"educonnectGuardian\",\n"
                       "    \"educonnectHold\"\n  ]");
    tool_free(&t);
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_is_told_with_its_school_and_end),
        cmocka_unit_test(every_state_has_its_reason),
        cmocka_unit_test(holds_and_contested_links_are_explained),
        cmocka_unit_test(secrets_are_not_shown),
        cmocka_unit_test(the_same_as_json),
        cmocka_unit_test(accounts_are_found_by_source_id),
        cmocka_unit_test(what_is_hidden_is_said_to_be),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
