/* test_source_archive.c - archives, folders, and what their names tell. */
#include "source/source_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/ctl.h"

#define DELETE(id)                                                             \
    "<ficAlimMENESR><deleteRequest><operationalAttributes>"                    \
    "<attr name=\"categoriePersonne\"><value>Eleve</value></attr>"             \
    "</operationalAttributes><identifier><id>" id "</id></identifier>"         \
    "</deleteRequest></ficAlimMENESR>"

static void
expect_all(const char *const *names, const char *said)
{
    char *text = steps_read(names);

    assert_string_equal(text, said);
    free(text);
}

static void
archives_of_both_kinds_are_read(void **state)
{
    static const char *const archives[] = {
        "ENT2D.20260901.zip", "ENT2D.20260901.tgz", "ENT2D.20260901.tar.gz"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char *said = ctl_format(
            "file %s: ENT_9990001X_Complet_20260831_Eleve_0000.xml: AAF2D "
            "complete 20260831\n1 delete student 1:\n"
            "file %s: sub/Eleve.XML: AAF2D complete 20260901\n"
            "1 delete student 2:\n"
            "file %s: ficAlimMENESR.dtd: passed over complete 20260901\n"
            "file %s: extra.csv: CSV complete 20260901\n"
            "2 add guardian g1: mail=<a>\nend\n",
            archives[i], archives[i], archives[i], archives[i]);

        steps_archive(archives[i],
            (const char *const[]){
                "ENT_9990001X_Complet_20260831_Eleve_0000.xml", DELETE("1"),
                "sub/Eleve.XML", DELETE("2"), "ficAlimMENESR.dtd",
                "<!ELEMENT a (b)>", "extra.csv", "id;mail\ng1;a\n",
                "__MACOSX/._Eleve.xml", "x", ".hidden.xml", "x", NULL});
        steps_expect(archives[i], said);
        free(said);
    }
}

static void
names_tell_form_extent_and_date(void **state)
{
    static const struct {
        const char *name;
        src_form form;
        src_extent extent;
        const char *date;
    } known[] = {
        {"ENT1D.20260901.zip", SRC_FORM_AAF1D, SRC_COMPLETE, "20260901"},
        {"ENT2DVA.20260901120000.tgz", SRC_FORM_AAF2D, SRC_COMPLETE, ""},
        {"ENT2DVA.20260901.1.tgz", SRC_FORM_AAF2D, SRC_COMPLETE, "20260901"},
        {"ENT1D.20260902.Delta.zip", SRC_FORM_AAF1D, SRC_DELTA, "20260902"},
        {"ent2d.20260902.delta.tar.gz", SRC_FORM_AAF2D, SRC_DELTA, "20260902"},
        {"ENT_9990001X_Complet_20260901_Eleve_0000.xml", SRC_FORM_NONE,
            SRC_COMPLETE, "20260901"},
        {"ENT_9990001X_Delta_20260901_Eleve_0000.xml", SRC_FORM_NONE, SRC_DELTA,
            "20260901"},
        {"schools.csv", SRC_FORM_CSV, SRC_EXTENT_UNKNOWN, ""},
        {"archive.zip", SRC_FORM_NONE, SRC_EXTENT_UNKNOWN, ""},
        {"ENT2D.20261301.20260800.xml", SRC_FORM_AAF2D, SRC_EXTENT_UNKNOWN, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        char *path = steps_path(known[i].name);
        src_error error;
        src *source;

        steps_text(known[i].name, "");
        source = src_open((const char *const[]){path}, 1, NULL, &error);
        assert_non_null(source);
        assert_int_equal(src_count(source), 1);
        assert_string_equal(src_unit(source, 0)->file, path);
        assert_int_equal(src_unit(source, 0)->form, known[i].form);
        assert_int_equal(src_unit(source, 0)->extent, known[i].extent);
        assert_string_equal(src_unit(source, 0)->date, known[i].date);
        src_close(source);
        free(path);
    }
}

static void
delta_in_either_name_is_delta(void **state)
{
    (void)state;
    steps_archive("ENT1D.20260902.Delta.zip",
        (const char *const[]){
            "ENT_9990001X_Complet_20260901_Eleve_0000.xml", DELETE("1"), NULL});
    steps_expect("ENT1D.20260902.Delta.zip",
        "file ENT1D.20260902.Delta.zip: "
        "ENT_9990001X_Complet_20260901_Eleve_0000.xml: AAF1D delta 20260901\n"
        "1 delete student 1:\nend\n");
    steps_archive("ENT1D.20260903.zip",
        (const char *const[]){
            "ENT_9990001X_Delta_20260903_Eleve_0000.xml", DELETE("1"), NULL});
    steps_expect("ENT1D.20260903.zip",
        "file ENT1D.20260903.zip: "
        "ENT_9990001X_Delta_20260903_Eleve_0000.xml: AAF1D delta 20260903\n"
        "1 delete student 1:\nend\n");
}

/* A delta that was named before the complete export of its day or of an
 * earlier one comes after it. */
static void
files_are_read_in_the_order_of_their_days(void **state)
{
    (void)state;
    steps_text("E_Delta_20260902_Eleve.xml", DELETE("1"));
    steps_text("E_Complet_20260902_PersRelEleve.xml", DELETE("2"));
    steps_text("E_Complet_20260902_Eleve.xml", DELETE("3"));
    steps_text("E_Complet_20260902_EtabEducNat.xml", DELETE("4"));
    steps_text("E_Delta_20260901_Eleve.xml", DELETE("5"));
    expect_all((const char *const[]){"E_Delta_20260902_Eleve.xml",
                   "E_Complet_20260902_PersRelEleve.xml",
                   "E_Complet_20260902_Eleve.xml",
                   "E_Complet_20260902_EtabEducNat.xml",
                   "E_Delta_20260901_Eleve.xml", NULL},
        "file E_Delta_20260901_Eleve.xml: AAF delta 20260901\n"
        "1 delete student 5:\n"
        "file E_Complet_20260902_EtabEducNat.xml: AAF complete 20260902\n"
        "1 delete student 4:\n"
        "file E_Complet_20260902_Eleve.xml: AAF complete 20260902\n"
        "1 delete student 3:\n"
        "file E_Complet_20260902_PersRelEleve.xml: AAF complete 20260902\n"
        "1 delete student 2:\n"
        "file E_Delta_20260902_Eleve.xml: AAF delta 20260902\n"
        "1 delete student 1:\n"
        "end\n");
}

static void
a_folder_is_its_files(void **state)
{
    (void)state;
    steps_text("ENT2D.20260901.Delta/b_Eleve.xml", DELETE("2"));
    steps_text("ENT2D.20260901.Delta/a_Eleve.xml", DELETE("1"));
    steps_text("ENT2D.20260901.Delta/readme.txt", "x");
    steps_text("ENT2D.20260901.Delta/.hidden.xml", "x");
    steps_text("ENT2D.20260901.Delta/below/c_Eleve.xml", "x");
    steps_expect("ENT2D.20260901.Delta/",
        "file ENT2D.20260901.Delta/a_Eleve.xml: AAF2D delta 20260901\n"
        "1 delete student 1:\n"
        "file ENT2D.20260901.Delta/b_Eleve.xml: AAF2D delta 20260901\n"
        "1 delete student 2:\nend\n");
    /* Whatever else a folder is called says nothing. */
    steps_text("delta-20260901/c_Complet_Eleve.xml", DELETE("3"));
    steps_expect("delta-20260901",
        "file delta-20260901/c_Complet_Eleve.xml: AAF complete\n"
        "1 delete student 3:\nend\n");
}

/* A name by which a folder is called, and the file that is found in it. */
static void
expect_found(const char *name, const char *file)
{
    src_error error;
    src *source = src_open(&name, 1, NULL, &error);

    if (file == NULL) {
        assert_null(source);
        return;
    }
    if (source == NULL)
        fail_msg("\"%s\": %s", name, error.text);
    assert_int_equal(src_count(source), 1);
    assert_string_equal(src_unit(source, 0)->file, file);
    src_close(source);
}

/* However it is called, and be it by one letter, it is that folder and not
 * another: "." once read "/". What is in it and no file is passed over. */
static void
a_folder_is_itself_by_every_name(void **state)
{
    static const struct {
        const char *name, *file;
    } known[] = {
        {"a", "a/x.csv"},
        {"a/", "a/x.csv"},
        {"a//", "a/x.csv"},
        {"./a", "./a/x.csv"},
        {"a/b/..", "a/b/../x.csv"},
        {"l", "l/x.csv"},
        {"l/", "l/x.csv"},
        {"ab", "ab/x.csv"},
        {"n\nl", "n\nl/x.csv"},
        {".", NULL},
        {"e", NULL},
        {"e/", NULL},
        {"f", NULL},
        {"", NULL},
        {"none", NULL},
    };
    char *here = getcwd(NULL, 0), *folder = steps_path("");

    (void)state;
    steps_text("a/x.csv", "id;mail\n1;a\n");
    steps_text("a/b/c", "");
    steps_text("ab/x.csv", "id;mail\n1;a\n");
    steps_text("n\nl/x.csv", "id;mail\n1;a\n");
    steps_text("e/x", "");
    assert_non_null(here);
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(symlink("a", "l"), 0);
    assert_int_equal(mkfifo("f", 0600), 0);
    assert_int_equal(mkfifo("a/f.csv", 0600), 0);
    assert_int_equal(mkdir("a/d.csv", 0700), 0);
    assert_int_equal(symlink("f.csv", "a/l.csv"), 0);
    assert_int_equal(symlink("none", "a/m.csv"), 0);
    alarm(20);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        expect_found(known[i].name, known[i].file);
    assert_int_equal(chdir("a"), 0);
    expect_found(".", "./x.csv");
    expect_found("./", "./x.csv");
    expect_found("..//a//", "..//a/x.csv");
    expect_found("b/../", "b/../x.csv");
    assert_int_equal(chdir("b"), 0);
    expect_found("..", "../x.csv");
    expect_found("../", "../x.csv");
    alarm(0);
    assert_int_equal(chdir(here), 0);
    free(here);
    free(folder);
}

/* The name of what one wanted to read is what an error names. */
static void
what_cannot_be_opened_is_named(void **state)
{
    char *fifo = steps_path("fifo.xml");

    (void)state;
    steps_expect("none.xml", "broken none.xml: No such file or directory\n");
    steps_text("empty/x.txt", "");
    steps_expect("empty",
        "broken empty: the folder has no file whose name ends in .xml, .csv, "
        ".zip, .tgz or .tar.gz\n");
    steps_text("x.txt", "neither");
    steps_expect("x.txt", "broken x.txt: it is neither AAF nor CSV\n");
    steps_text("y.txt", DELETE("1"));
    steps_expect("y.txt", "file y.txt: AAF\n1 delete student 1:\nend\n");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    steps_expect("fifo.xml", "broken fifo.xml: it is neither a file nor a "
                             "folder\n");
    free(fifo);
}

static void
a_name_that_leads_out_of_the_archive_breaks_it(void **state)
{
    static const char *const names[] = {"/etc/Eleve.xml", "../Eleve.xml",
        "a/../../Eleve.xml", "a\\..\\Eleve.xml", "C:\\Eleve.xml", "a/.."};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *said = ctl_format(
            "broken a.tgz: a name in the archive leads out of it: %s\n",
            names[i]);

        steps_archive(
            "a.tgz", (const char *const[]){names[i], DELETE("1"), NULL});
        steps_expect("a.tgz", said);
        free(said);
    }
    steps_archive(
        "a.zip", (const char *const[]){"a/..b/Eleve.xml", DELETE("1"), NULL});
    steps_expect("a.zip",
        "file a.zip: a/..b/Eleve.xml: AAF\n1 delete student 1:\nend\n");
}

/* An archive cut at any place is told, whatever came before. */
static void
every_cut_of_an_archive_is_told(void **state)
{
    static const char *const archives[] = {"a.zip", "a.tgz"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char bytes[4096], *path = steps_path(archives[i]);
        FILE *file;
        size_t n;

        steps_archive(
            archives[i], (const char *const[]){"Eleve.xml", DELETE("1"), NULL});
        file = fopen(path, "rb");
        assert_non_null(file);
        n = fread(bytes, 1, sizeof(bytes), file);
        assert_int_equal(fclose(file), 0);
        /* gzip's check sum, 8 bytes, comes when everything was read. */
        for (size_t cut = 1; cut + 8 < n; cut++) {
            char *said;

            steps_write(archives[i], bytes, cut);
            said = steps_read((const char *const[]){archives[i], NULL});
            if (strstr(said, "broken a.") == NULL)
                fail_msg("cut at %zu of %zu: %s", cut, n, said);
            free(said);
        }
        free(path);
    }
}

static void
take_name(const char *old, const char *new)
{
    char *from = steps_path(old), *to = steps_path(new);

    assert_int_equal(rename(from, to), 0);
    free(from);
    free(to);
}

static void
an_error_within_an_archive_names_the_file(void **state)
{
    (void)state;
    steps_archive("a.zip", (const char *const[]){"Eleve.xml", DELETE("1"),
                               "x/Eleve2.xml", "<a/>", NULL});
    steps_expect("a.zip",
        "file a.zip: Eleve.xml: AAF\n1 delete student 1:\n"
        "file a.zip: x/Eleve2.xml: AAF\n"
        "broken a.zip: x/Eleve2.xml:1: it is XML, but no AAF: the root element "
        "is not ficAlimMENESR\n");
    steps_archive("a.zip", (const char *const[]){"Eleve.xml", "", NULL});
    steps_expect("a.zip", "broken a.zip: Eleve.xml: it is empty\n");
    steps_archive("b.tar", (const char *const[]){"a.xml", DELETE("1"), NULL});
    take_name("b.tar", "b.tgz");
    steps_expect(
        "b.tgz", "broken b.tgz: it is neither a zip nor a compressed tar\n");
    steps_text("b.zip", "no archive");
    steps_expect("b.zip", "broken b.zip: the archive cannot be read: "
                          "Unrecognized archive format\n");
}

/* The last byte that is compressed: the check sum tells. */
static void
damage_is_told(void **state)
{
    static const char *const plain[] = {"Eleve.xml", DELETE("1"), NULL};
    char bytes[4096], *path = steps_path("a.zip"), *list, *said;
    FILE *file;
    size_t n;

    (void)state;
    steps_archive("a.zip", plain);
    file = fopen(path, "rb");
    assert_non_null(file);
    n = fread(bytes, 1, sizeof(bytes), file);
    assert_int_equal(fclose(file), 0);
    list = memmem(bytes, n, "PK\1\2", 4);
    assert_non_null(list);
    memcpy(list + 16, "sum!", 4);
    list = memmem(bytes, n, "PK\7\10", 4);
    assert_non_null(list);
    memcpy(list + 4, "sum!", 4);
    steps_write("a.zip", bytes, n);
    said = steps_read((const char *const[]){"a.zip", NULL});
    assert_non_null(
        strstr(said, "broken a.zip: Eleve.xml: the archive cannot be read: "));
    free(said);
    free(path);
}

static void
all_files_together_have_a_limit(void **state)
{
    src_options options = {.max_bytes = 500};
    char *said;

    (void)state;
    steps_archive("a.zip", (const char *const[]){"a.xml", DELETE("1"), "b.xml",
                               DELETE("2"), "c.xml", DELETE("3"), NULL});
    said = steps_read_with(
        (const char *const[]){"a.zip", NULL}, &options, 0, SIZE_MAX);
    assert_string_equal(said,
        "file a.zip: a.xml: AAF\n1 delete student 1:\n"
        "file a.zip: b.xml: AAF\n1 delete student 2:\n"
        "broken a.zip: c.xml: the files have more than 500 bytes in all\n");
    free(said);
}

static bool
take(void *ctx, const src_record *record)
{
    (void)record;
    ++*(int *)ctx;
    return true;
}

static void
no_refusal(void *ctx, const src_refusal *refusal)
{
    (void)ctx;
    fail_msg("%s", refusal->reason);
}

static void
it_is_read_again_and_tells_how_far_it_is(void **state)
{
    char *path = steps_path("a.xml"), *other = steps_path("b.tgz");
    int n = 0;
    src_handler handler = {.ctx = &n, .each = take, .refused = no_refusal};
    src_error error;
    int64_t done, total;
    struct stat one, two;
    src *source;

    (void)state;
    steps_text("a.xml", DELETE("1"));
    steps_archive("b.tgz", (const char *const[]){"b.xml", DELETE("2"), NULL});
    assert_int_equal(stat(path, &one), 0);
    assert_int_equal(stat(other, &two), 0);
    source = src_open((const char *const[]){path, other}, 2, NULL, &error);
    assert_non_null(source);
    src_progress(source, &done, &total);
    assert_int_equal(done, 0);
    assert_int_equal(total, one.st_size + two.st_size);
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(src_read(source, &handler, &error), SRC_END);
        assert_int_equal(n, 2 * i);
        src_progress(source, &done, &total);
        assert_int_equal(done, total);
    }
    src_close(source);
    free(path);
    free(other);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(archives_of_both_kinds_are_read),
        TEST(names_tell_form_extent_and_date),
        TEST(delta_in_either_name_is_delta),
        TEST(files_are_read_in_the_order_of_their_days),
        TEST(a_folder_is_its_files),
        TEST(a_folder_is_itself_by_every_name),
        TEST(what_cannot_be_opened_is_named),
        TEST(a_name_that_leads_out_of_the_archive_breaks_it),
        TEST(every_cut_of_an_archive_is_told),
        TEST(an_error_within_an_archive_names_the_file),
        TEST(damage_is_told),
        TEST(all_files_together_have_a_limit),
        TEST(it_is_read_again_and_tells_how_far_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
