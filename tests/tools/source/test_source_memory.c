/* test_source_memory.c - what a reading keeps does not grow with the files. */
#include "source/source_steps.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"

#define RECORDS 50000
/* libxml2's and libarchive's buffers among it. */
#define BYTES_MAX 2000000

typedef struct watch {
    size_t before, most;
    long records;
} watch;

/* What is allocated now, small and large. */
static size_t
in_use(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

static bool
look(void *ctx, const src_record *record)
{
    watch *w = ctx;

    (void)record;
    if (++w->records % 100 == 0) {
        size_t now = in_use();

        w->most = now > w->most ? now : w->most;
    }
    return true;
}

static void
no_refusal(void *ctx, const src_refusal *refusal)
{
    (void)ctx;
    fail_msg("%s", refusal->reason);
}

static void
expect_little(const char *name)
{
    char *path = steps_path(name);
    watch w = {.before = in_use()};
    src_handler handler = {.ctx = &w, .each = look, .refused = no_refusal};
    src_error error;
    src_options options = {.school = "9990001X"};
    src *source = src_open((const char *const[]){path}, 1, &options, &error);

    assert_non_null(source);
    assert_int_equal(src_read(source, &handler, &error), SRC_END);
    assert_int_equal(w.records, RECORDS);
    assert_true(w.most <= w.before + BYTES_MAX);
    src_close(source);
    free(path);
}

/* ---- files of many records ---- */

typedef struct large {
    char *path;
    FILE *out;
} large;

static large
large_begin(const char *name)
{
    large l = {.path = steps_path(name)};

    steps_text(name, "");
    l.out = fopen(l.path, "w");
    assert_non_null(l.out);
    return l;
}

/* Ends it, and reads it. */
static void
large_expect_little(large *l, const char *name)
{
    assert_int_equal(fclose(l->out), 0);
    expect_little(name);
    free(l->path);
}

/* Some 15 million bytes. */
static char *
many_students(void)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    assert_non_null(out);
    fputs("<ficAlimMENESR>\n", out);
    for (int i = 0; i < RECORDS; i++)
        fprintf(out,
            "<addRequest><operationalAttributes>"
            "<attr name=\"categoriePersonne\"><value>Eleve</value></attr>"
            "</operationalAttributes><identifier><id>%d</id></identifier>"
            "<attributes><attr name=\"sn\"><value>EXEMPLE</value></attr>"
            "<attr name=\"ENTEleveClasses\"><value>88001$6EME A</value>"
            "</attr></attributes></addRequest>\n",
            i);
    fputs("</ficAlimMENESR>\n", out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
an_aaf_file_is_not_kept(void **state)
{
    char *text = many_students();

    (void)state;
    steps_text("a.xml", text);
    expect_little("a.xml");
    free(text);
}

static void
an_archive_is_not_kept(void **state)
{
    char *text = many_students();

    (void)state;
    steps_archive("a.zip", (const char *const[]){"a.xml", text, NULL});
    expect_little("a.zip");
    steps_archive("a.tgz", (const char *const[]){"a.xml", text, NULL});
    expect_little("a.tgz");
    free(text);
}

static void
a_csv_file_is_not_kept(void **state)
{
    large l = large_begin("a.csv");

    (void)state;
    fputs("id;sn;givenName;birthDate;school\n", l.out);
    for (int i = 0; i < RECORDS; i++)
        fprintf(l.out, "%d;EXEMPLE;Zo\xE9;2012-02-29;9990001X\n", i);
    large_expect_little(&l, "a.csv");
}

/* The school has a record too. */
static void
a_siecle_file_is_not_kept(void **state)
{
    large l = large_begin("a.xml");

    (void)state;
    fputs("<BEE_ELEVES><DONNEES><ELEVES>\n", l.out);
    for (int i = 1; i < RECORDS; i++)
        fprintf(l.out,
            "<ELEVE ELEVE_ID=\"%d\"><NOM>EXEMPLE</NOM>"
            "<SCOLARITE_AN_DERNIER><MEL>a@example.org</MEL>"
            "</SCOLARITE_AN_DERNIER></ELEVE>\n",
            i);
    fputs("</ELEVES></DONNEES></BEE_ELEVES>\n", l.out);
    large_expect_little(&l, "a.xml");
}

/* A guardian and three children on a line. */
static void
an_onde_file_is_not_kept(void **state)
{
    large l = large_begin("a.csv");

    (void)state;
    fputs("Nom responsable;Pr\xE9nom responsable", l.out);
    for (int i = 0; i < 3; i++)
        fputs(";Nom de famille enfant;Pr\xE9nom enfant", l.out);
    for (int i = 0; i < RECORDS / 4; i++)
        fprintf(l.out, "\nEXEMPLE%d;Anne;E%d;Ana;E%d;Bob;E%d;Cid", i, i, i, i);
    large_expect_little(&l, "a.csv");
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_aaf_file_is_not_kept),
        TEST(an_archive_is_not_kept),
        TEST(a_csv_file_is_not_kept),
        TEST(a_siecle_file_is_not_kept),
        TEST(an_onde_file_is_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
