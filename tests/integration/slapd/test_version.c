/* test_version.c - who is asked for its version says the same: the module in
 * the server's log, programs, and manual pages; tools of slapd's are silent.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tool.h"
#include "core/text/version.h"

static void
the_log_says_it_once_when_slapd_starts(void **state)
{
    static const char wanted[] = "educonnect: version " EDC_VERSION ", for ";
    setup how = {0};
    server s;
    char *log, *first;

    (void)state;
    server_prepare(&s, &how);
    server_start(&s);
    log = server_log(&s);
    first = strstr(log, wanted);
    assert_non_null(first);
    assert_null(strstr(first + 1, "educonnect: version"));
    free(log);
    server_finish(&s);
}

static void
tools_of_slapd_do_not(void **state)
{
    setup how = {0};
    server s;
    char *output = NULL;

    (void)state;
    server_prepare(&s, &how);
    assert_int_equal(server_tool(&s, NULL, &output, "slaptest",
                         "-u -f %s/slapd.conf", s.directory),
        0);
    assert_null(strstr(output, "version " EDC_VERSION));
    free(output);
    server_finish(&s);
}

static void
educonnectctl_says_it(void **state)
{
    tool t = tool_run_plain(NULL, "--version", "%s", "");

    (void)state;
    expect_status(&t, 0);
    assert_string_equal(t.out, "educonnectctl " EDC_VERSION "\n");
    assert_string_equal(t.err, "");
    tool_free(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_says_it_once_when_slapd_starts),
        cmocka_unit_test(tools_of_slapd_do_not),
        cmocka_unit_test(educonnectctl_says_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
