/* test_ctl_password_list.c - educonnectctl password-list, and the lists that
 * the overlay takes.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/tool.h"

static answer
configure(world *w, const char *path)
{
    return world_configure(w,
        "replace: olcEduconnectPasswordList\n"
        "olcEduconnectPasswordList: %s\n",
        path);
}

static void
run(int status, const char *input, const char *from, const char *to)
{
    tool t = tool_run_plain(input, "password-list", "%s %s", from, to);

    expect_status(&t, status);
    tool_free(&t);
}

/* A plain list of so many lines, with one that matters in the middle. */
static void
write_long_list(const char *path, int lines, const char *password)
{
    FILE *file = fopen(path, "w");

    REQUIRE(file != NULL);
    for (int i = 0; i < lines; i++) {
        if (i == lines / 2)
            fprintf(file, "%s\n", password);
        fprintf(file, "motdepasse-%d\n", i);
    }
    REQUIRE(fclose(file) == 0);
}

/* Too long for the overlay as it is; made into the other form it is searched,
 * and one in its place counts from then on. */
static void
a_long_list_is_made_and_used(void **state)
{
    world *w = *state;
    account a = student_in(w, "uninformed");
    char *plain = server_path(&w->server, "plain");
    char *sorted = server_path(&w->server, "sorted");
    char *other = server_path(&w->server, "other");
    answer r;

    write_long_list(plain, 150000, "Marseille-2026!");
    r = configure(w, plain);
    REQUIRE(r.code != LDAP_SUCCESS);
    REQUIRE(strstr(r.text, "educonnectctl password-list") != NULL);
    run(0, NULL, plain, sorted);
    expect_ok(configure(w, sorted));
    expect(client_password(w->as[HEAD1], a.dn, NULL, "Marseille-2026!"),
        LDAP_CONSTRAINT_VIOLATION, "P08");
    /* Compared exactly; and nothing is asked of what is refused anyhow. */
    expect_ok(client_password(w->as[HEAD1], a.dn, NULL, "MARSEiLLE-2026!"));
    expect(client_password(w->as[HEAD1], a.dn, NULL, "motdepasse-7"),
        LDAP_CONSTRAINT_VIOLATION, "P03");
    run(0, "Lille-en-Mai-2026\n", "-", other);
    REQUIRE(rename(other, sorted) == 0);
    expect(client_password(w->as[HEAD1], a.dn, NULL, "Lille-en-Mai-2026"),
        LDAP_CONSTRAINT_VIOLATION, "P08");
    expect_ok(client_password(w->as[HEAD1], a.dn, NULL, "Marseille-2026!"));
    expect_ok(world_configure(w, "delete: olcEduconnectPasswordList\n"));
    free(plain);
    free(sorted);
    free(other);
}

/* A list that went bad under the server's eyes lets no password pass, and does
 * not hold anybody up. */
static void
a_list_that_goes_bad_refuses(void **state)
{
    world *w = *state;
    account a = student_in(w, "uninformed");
    char *list = server_path(&w->server, "list");

    write_file(list, "Marseille-2026!\n");
    expect_ok(configure(w, list));
    write_long_list(list, 150000, "Marseille-2026!");
    expect(client_password(w->as[HEAD1], a.dn, NULL, "Rouen-en-Mai-2026"),
        LDAP_OTHER, "X01");
    REQUIRE(unlink(list) == 0 && mkfifo(list, 0600) == 0);
    expect(client_password(w->as[HEAD1], a.dn, NULL, "Rouen-en-Mai-2026"),
        LDAP_OTHER, "X01");
    REQUIRE(unlink(list) == 0);
    expect(client_password(w->as[HEAD1], a.dn, NULL, "Rouen-en-Mai-2026"),
        LDAP_OTHER, "X01");
    write_file(list, "Marseille-2026!\n");
    expect_ok(client_password(w->as[HEAD1], a.dn, NULL, "Rouen-en-Mai-2026"));
    expect_ok(world_configure(w, "delete: olcEduconnectPasswordList\n"));
    free(list);
}

static void
what_is_no_list_is_not_taken(void **state)
{
    static const char *const others[] = {
        "/dev/null", "/dev/zero", "/tmp", "/nonexistent/list"};
    world *w = *state;
    char *path = server_path(&w->server, "pipe");

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        REQUIRE(configure(w, others[i]).code != LDAP_SUCCESS);
    REQUIRE(mkfifo(path, 0600) == 0);
    REQUIRE(configure(w, path).code != LDAP_SUCCESS);
    REQUIRE(unlink(path) == 0);
    write_file(path, "F000000000000000000000000000000000000000\n"
                     "1000000000000000000000000000000000000000\n");
    REQUIRE(strstr(configure(w, path).text, "not sorted") != NULL);
    free(path);
}

/* No file of somebody else's is written to, and nobody else reads it. */
static void
the_output_is_made_new(void **state)
{
    world *w = *state;
    char *plain = server_path(&w->server, "input");
    char *victim = server_path(&w->server, "victim");
    char *link_path = server_path(&w->server, "link");
    char *made = server_path(&w->server, "made");
    char *partial = text_of("%s.partial", made), *text;
    struct stat of;

    write_file(plain, "azerty\nqwertz\n\nazerty\r\n");
    write_file(victim, "precious");
    REQUIRE(symlink(victim, link_path) == 0);
    run(2, NULL, plain, link_path);
    run(2, NULL, plain, victim);
    text = read_file(victim, NULL);
    assert_string_equal(text, "precious");
    free(text);
    run(0, NULL, plain, made);
    REQUIRE(stat(made, &of) == 0 && (of.st_mode & 0777) == 0600);
    REQUIRE(stat(partial, &of) != 0);
    text = read_file(made, NULL);
    assert_string_equal(text, "8C829EE6A1AC6FFDBCF8BC0AD72B73795FFF34E8\n"
                              "9CF95DACD226DCF43DA376CDB6CBBA7035218921\n");
    free(text);
    run(5, NULL, "/nonexistent", partial);
    run(5, NULL, "/tmp", partial);
    run(6, NULL, plain, "/nonexistent/directory/file");
    run(2, NULL, plain, "");
    free(plain);
    free(victim);
    free(link_path);
    free(made);
    free(partial);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_list_is_made_and_used),
        cmocka_unit_test(a_list_that_goes_bad_refuses),
        cmocka_unit_test(what_is_no_list_is_not_taken),
        cmocka_unit_test(the_output_is_made_new),
    };

    return cmocka_run_group_tests_name(
        "ctl_password_list", tests, usual_world, end_world);
}
