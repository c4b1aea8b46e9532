/* test_settings_list.c - the file of refused passwords, and settings when
 * memory runs out.
 */
/* LDFLAGS: -Wl,--wrap=calloc,--wrap=strdup,--wrap=fstat */
#include "settings/settings_steps.h"
#include "steps/failing.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/educonnect-settings-XXXXXX";
static char list_path[64], other_path[64], fifo_path[64];

/* ---- making calls fail: the n-th from now, 0 none ---- */

static int failing_strdup, failing_fstat;

char *__real_strdup(const char *s);
char *__wrap_strdup(const char *s);
char *
__wrap_strdup(const char *s)
{
    return is_the_one(&failing_strdup) ? NULL : __real_strdup(s);
}

int __real_fstat(int fd, struct stat *status);
int __wrap_fstat(int fd, struct stat *status);
int
__wrap_fstat(int fd, struct stat *status)
{
    if (is_the_one(&failing_fstat)) {
        errno = EIO;
        return -1;
    }
    return __real_fstat(fd, status);
}

/* ---- the list ---- */

static void
a_trail_goes_to_any_absolute_path(void **state)
{
    char long_path[1100];

    (void)state;
    set_good(EDC_CONF_AUDIT, "/var/log/educonnect/audit.log");
    expect(EDC_CONF_AUDIT, 0, "/var/log/educonnect/audit.log");
    set_good(EDC_CONF_AUDIT, "syslog");
    expect(EDC_CONF_AUDIT, 0, "syslog");
    memset(long_path, 'a', sizeof(long_path));
    long_path[0] = '/';
    long_path[1001] = '\0';
    refuse(EDC_CONF_AUDIT, long_path, "at most 1000 bytes");
    long_path[1000] = '\0';
    set_good(EDC_CONF_AUDIT, long_path);
    assert_true(edc_settings_unset(&settings, EDC_CONF_AUDIT, NULL));
    assert_null(settings.audit);
}

static void
a_list_must_be_readable(void **state)
{
    char long_path[1100], text[1200];

    (void)state;
    set_good(EDC_CONF_PASSWORD_LIST, list_path);
    expect(EDC_CONF_PASSWORD_LIST, 0, list_path);
    set_good(EDC_CONF_PASSWORD_LIST, other_path);
    expect(EDC_CONF_PASSWORD_LIST, 0, other_path);
    refuse(EDC_CONF_PASSWORD_LIST, "", "one absolute path");
    refuse(EDC_CONF_PASSWORD_LIST, "list", "one absolute path");
    refuse(EDC_CONF_PASSWORD_LIST, "./list", "one absolute path");
    snprintf(text, sizeof(text), "%s %s", list_path, other_path);
    refuse(EDC_CONF_PASSWORD_LIST, text, "one absolute path");
    refuse(EDC_CONF_PASSWORD_LIST, "/nowhere/at/all",
        "regular one that the server can read: No such file");
    refuse(EDC_CONF_PASSWORD_LIST, directory, "Is a directory");
    refuse(EDC_CONF_PASSWORD_LIST, fifo_path, "regular one");
    refuse(EDC_CONF_PASSWORD_LIST, "/dev/null", "regular one");
    refuse(EDC_CONF_PASSWORD_LIST, "/tmp/a\"b", "without quotes");
    refuse(EDC_CONF_PASSWORD_LIST, "/tmp/a'b", "without quotes");
    refuse(EDC_CONF_PASSWORD_LIST, "/tmp/a\\b", "without quotes, backslashes");
    refuse(EDC_CONF_PASSWORD_LIST, "/tmp/a\nb", "control characters");
    refuse(EDC_CONF_PASSWORD_LIST, "/tmp/a\x7f", "control characters");
    memset(long_path, 'a', sizeof(long_path));
    long_path[0] = '/';
    long_path[1001] = '\0';
    refuse(EDC_CONF_PASSWORD_LIST, long_path, "at most 1000 bytes");
    failing_fstat = 1;
    refuse(EDC_CONF_PASSWORD_LIST, list_path, "Input/output error");
    expect(EDC_CONF_PASSWORD_LIST, 0, other_path);
    assert_true(edc_settings_unset(&settings, EDC_CONF_PASSWORD_LIST, NULL));
    assert_null(settings.password_list);
}

static void
a_list_of_1000_bytes_with_spaces_comes_back(void **state)
{
    char path[1024];
    const char *word = path;
    size_t n;
    FILE *f;

    (void)state;
    n = (size_t)snprintf(path, sizeof(path), "%s/", directory);
    while (n < 990) {
        memcpy(path + n, "./", 2);
        n += 2;
    }
    snprintf(
        path + n, sizeof(path) - n, "%.*s", (int)(1000 - n), "a list of words");
    assert_int_equal(strlen(path), 1000);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
    assert_true(edc_settings_set(
        &settings, EDC_CONF_PASSWORD_LIST, 1, &word, why, sizeof(why)));
    expect(EDC_CONF_PASSWORD_LIST, 0, path);
    assert_int_equal(unlink(path), 0);
}

/* ---- memory runs out ---- */

static void
without_memory_there_are_no_settings(void **state)
{
    edc_settings s;

    (void)state;
    failing_calloc = 1;
    assert_false(edc_settings_init(&s));
    for (int i = 1; i <= 5; i++) {
        failing_strdup = i;
        assert_false(edc_settings_init(&s));
        assert_int_equal(failing_strdup, 0);
    }
    assert_true(edc_settings_init(&s));
    edc_settings_free(&s);
    edc_settings_free(&s);
}

static void
without_memory_nothing_changes(void **state)
{
    (void)state;
    set_good(EDC_CONF_ELIGIBILITY, "mail");
    failing_calloc = 1;
    refuse(EDC_CONF_ELIGIBILITY, "sn", "out of memory");
    failing_strdup = 2;
    refuse(EDC_CONF_ELIGIBILITY, "sn cn", "out of memory");
    failing_strdup = 1;
    assert_false(edc_settings_unset(&settings, EDC_CONF_ELIGIBILITY, NULL));
    expect(EDC_CONF_ELIGIBILITY, 0, "mail");
    failing_calloc = 1;
    refuse(EDC_CONF_IMPORT_SCHEMES, "{SSHA}", "out of memory");
    failing_calloc = 1;
    refuse(EDC_CONF_PASSWORD_LIST, list_path, "out of memory");
}

/* A copy is whole, and lives without what it was made of. */
static void
a_copy_is_whole_or_none(void **state)
{
    edc_settings copy;

    (void)state;
    set_good(EDC_CONF_PASSWORD_LIST, list_path);
    set_good(EDC_CONF_IMPORT_SCHEMES, "{SSHA} {ARGON2}");
    set_good(EDC_CONF_ELIGIBILITY, "mail sn");
    set_good(EDC_CONF_MAX_GUARDIANS, "7");
    for (int i = 1; i <= 4; i++) {
        failing_strdup = i;
        assert_false(edc_settings_copy(&copy, &settings));
        assert_int_equal(failing_strdup, 0);
    }
    failing_calloc = 1;
    assert_false(edc_settings_copy(&copy, &settings));
    assert_true(edc_settings_copy(&copy, &settings));
    edc_settings_free(&settings);
    settings = copy;
    expect(EDC_CONF_PASSWORD_LIST, 0, list_path);
    expect(EDC_CONF_IMPORT_SCHEMES, 0, "{SSHA} {ARGON2}");
    expect(EDC_CONF_ELIGIBILITY, 0, "mail sn");
    expect(EDC_CONF_MAX_GUARDIANS, 0, "7");
    assert_true(edc_settings_unset(&settings, EDC_CONF_PASSWORD_LIST, NULL));
    assert_true(edc_settings_unset(&settings, EDC_CONF_IMPORT_SCHEMES, NULL));
    assert_true(edc_settings_copy(&copy, &settings));
    assert_null(copy.password_list);
    assert_null(copy.import_schemes);
    edc_settings_free(&copy);
}

/* ---- the files ---- */

static void
touch(char *path, size_t size, const char *name)
{
    FILE *f;

    snprintf(path, size, "%s/%s", directory, name);
    f = fopen(path, "w");
    if (f == NULL || fclose(f) != 0)
        abort();
}

static int
make_files(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL)
        return -1;
    touch(list_path, sizeof(list_path), "list");
    touch(other_path, sizeof(other_path), "other");
    snprintf(fifo_path, sizeof(fifo_path), "%s/fifo", directory);
    return mkfifo(fifo_path, 0600);
}

static int
remove_files(void **state)
{
    (void)state;
    (void)unlink(list_path);
    (void)unlink(other_path);
    (void)unlink(fifo_path);
    return rmdir(directory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_trail_goes_to_any_absolute_path),
        TEST(a_list_must_be_readable),
        TEST(a_list_of_1000_bytes_with_spaces_comes_back),
        TEST(without_memory_there_are_no_settings),
        TEST(without_memory_nothing_changes),
        TEST(a_copy_is_whole_or_none),
    };

    return cmocka_run_group_tests(tests, make_files, remove_files);
}
