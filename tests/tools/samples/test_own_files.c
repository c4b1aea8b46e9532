/* test_own_files.c - a school's own files make the same people as the academy's
 * files of that school: educonnect-sample writes both, the import reads both.
 */
#include "source/source_steps.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "ctl/ctl.h"

/* Exit status of a program of the build with its output in <folder>/<to>. */
static int
run(const char *to, const char *program, const char *arguments)
{
    const char *tools = getenv("EDC_TOOLS");
    char *path = steps_path(to);
    char *command = ctl_format("exec %s/%s %s >%s 2>%s.err",
        tools == NULL ? "build" : tools, program, arguments, path, path);
    int status = system(command); /* NOLINT: a test's own words */

    free(command);
    free(path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The UAI of the only school that has files of its own there; allocated. */
static char *
school_of(const char *directory)
{
    char *path = steps_path(directory);
    DIR *folder = opendir(path);
    const struct dirent *entry;
    char *uai = NULL;

    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        if (strncmp(entry->d_name, "999", 3) == 0) {
            assert_null(uai);
            uai = ctl_copy(entry->d_name);
        }
    }
    closedir(folder);
    free(path);
    assert_non_null(uai);
    return uai;
}

/* What a source has and another has not: its ids, what a school is called.
 * Two of one name are numbered in the order of ids, which differ too. */
static bool
is_common(const char *line)
{
    return strncmp(line, "educonnectSourceId", 18) != 0 &&
           strncmp(line, "educonnectSchoolLevel", 21) != 0 &&
           strncmp(line, "description", 11) != 0;
}

static void
drop_number(char *line)
{
    char *login = strstr(line, "uid=");
    char *end;
    size_t n = 0;

    if (login == NULL && strncmp(line, "uid: ", 5) == 0)
        login = line;
    if (login == NULL)
        return;
    end = login + strcspn(login, ",\n");
    while (end[-1 - (long)n] >= '0' && end[-1 - (long)n] <= '9')
        n++;
    memmove(end - n, end, strlen(end) + 1);
}

static int
by_text(const void *one, const void *two)
{
    return strcmp(*(char *const *)one, *(char *const *)two);
}

/* The lines of an LDIF that do not tell its source, sorted; allocated. */
static char *
people_of(const char *name)
{
    char *path = steps_path(name);
    FILE *file = fopen(path, "r");
    char *lines[20000], line[4096], *text = NULL;
    size_t n = 0, size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        assert_true(n < sizeof(lines) / sizeof(lines[0]));
        drop_number(line);
        if (is_common(line))
            lines[n++] = ctl_copy(line);
    }
    fclose(file);
    qsort(lines, n, sizeof(lines[0]), by_text);
    for (size_t i = 0; i < n; i++) {
        fputs(lines[i], out);
        free(lines[i]);
    }
    fclose(out);
    free(path);
    return text;
}

/* Fails with the first line that differs, not with all of them. */
static void
expect_same_lines(const char *one, const char *two)
{
    while (*one != '\0' && *one == *two) {
        size_t n = strcspn(one, "\n") + 1;

        if (strncmp(one, two, n) != 0)
            break;
        one += n;
        two += n;
    }
    if (strcmp(one, two) != 0)
        fail_msg("%.*s is %.*s", (int)strcspn(one, "\n"), one,
            (int)strcspn(two, "\n"), two);
}

static void
expect_same_people(const char *sample, const char *import)
{
    char *files = steps_path(sample), *uai, *arguments;
    char *one, *two, *ldif = ctl_format("%s.ldif", sample);
    char *own = ctl_format("%s.own.ldif", sample);

    uai = school_of(sample);
    arguments = ctl_format("import --offline -b dc=x %s %s", import, files);
    /* Some records are refused, of contacts and the traps. */
    assert_true(run(ldif, "educonnectctl", arguments) <= 1);
    free(arguments);
    arguments = ctl_format("import --offline -b dc=x %s --school %s %s/%s",
        import, uai, files, uai);
    assert_true(run(own, "educonnectctl", arguments) <= 1);
    one = people_of(ldif);
    two = people_of(own);
    assert_non_null(strstr(one, "educonnectGuardian: uid="));
    expect_same_lines(one, two);
    free(two);
    free(one);
    free(arguments);
    free(uai);
    free(own);
    free(ldif);
    free(files);
}

static void
make(const char *to, const char *options)
{
    char *path = steps_path(to);
    char *arguments =
        ctl_format("--schools 1 --own-files --output %s %s", path, options);
    char *said = ctl_format("%s.txt", to);

    assert_int_equal(run(said, "educonnect-sample", arguments), 0);
    free(said);
    free(arguments);
    free(path);
}

static void
siecle_makes_the_same_people(void **state)
{
    (void)state;
    make("siecle", "--people 400");
    expect_same_people("siecle", "--with-address");
    make("latin9", "--people 400 --encoding iso-8859-15 --seed 3");
    expect_same_people("latin9", "--with-address --persons-in-charge");
}

/* But for what the académie's files only have: a school without a UAI. */
static void
siecle_makes_them_of_what_goes_wrong_too(void **state)
{
    (void)state;
    make("traps", "--people 600 --traps");
    expect_same_people("traps", "");
}

/* ONDE does not say who of more than two is a parent. */
static void
onde_makes_the_same_people(void **state)
{
    (void)state;
    make("onde", "--people 400 --form 1D");
    expect_same_people(
        "onde", "--source AAF1D --with-address --max-guardians 9");
    make("onde9", "--people 400 --form 1D --encoding iso-8859-15 --seed 6");
    expect_same_people("onde9", "--source AAF1D --max-guardians 9");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(siecle_makes_the_same_people),
        cmocka_unit_test(siecle_makes_them_of_what_goes_wrong_too),
        cmocka_unit_test(onde_makes_the_same_people),
    };

    return cmocka_run_group_tests(tests, steps_setup, steps_teardown);
}
