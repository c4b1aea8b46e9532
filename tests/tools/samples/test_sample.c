/* test_sample.c - educonnect-sample: exports that are what their summary says,
 * read with libxml2 and with the importer's own reader.
 */
#include "source/source_steps.h"

#include <dirent.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "core/text/uai.h"

#define USUAL "--seed 7 --people 3000 --traps --delta 40"

/* ---- running it ---- */

/* Exit status of "educonnect-sample <options> --output <folder>/<to>"; what it
 * prints goes to the file <folder>/<to>.json. */
static int
sample(const char *to, const char *options)
{
    const char *tools = getenv("EDC_TOOLS");
    char *path = steps_path(to);
    char *command = ctl_format(
        "exec %s/educonnect-sample %s --json --output %s >%s.json 2>%s.err",
        tools == NULL ? "build" : tools, options, path, path, path);
    int status = system(command); /* NOLINT: a test's own words */

    free(command);
    free(path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static json_t *
summary_of(const char *to)
{
    char *name = ctl_format("%s.json", to);
    char *path = steps_path(name);
    json_t *summary = json_load_file(path, 0, NULL);

    assert_non_null(summary);
    free(path);
    free(name);
    return summary;
}

static int64_t
figure(const json_t *summary, const char *group, const char *name)
{
    const json_t *value =
        json_object_get(json_object_get(summary, group), name);

    if (!json_is_integer(value))
        fail_msg("no %s.%s in the summary", group, name);
    return json_integer_value(value);
}

/* ---- files ---- */

static char *
content_of(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    char *bytes;
    long size;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    bytes = ctl_alloc((size_t)size + 1, 1);
    *n = fread(bytes, 1, (size_t)size, file);
    assert_int_equal(*n, size);
    bytes[*n] = '\0';
    assert_int_equal(fclose(file), 0);
    return bytes;
}

/* All files of a directory, names and bytes, one after the other. */
static char *
bytes_of(const char *directory, size_t *total)
{
    char *path = steps_path(directory);
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    char *all = ctl_copy("");

    *total = 0;
    assert_true(count > 2);
    for (int i = 0; i < count; i++) {
        char *name = ctl_format("%s/%s", path, names[i]->d_name);
        size_t n, m = strlen(names[i]->d_name);

        if (names[i]->d_type == DT_REG) {
            char *bytes = content_of(name, &n);

            all = ctl_resize(all, *total + m + n + 1, 1);
            memcpy(all + *total, names[i]->d_name, m);
            memcpy(all + *total + m, bytes, n + 1);
            *total += m + n;
            free(bytes);
        }
        free(name);
        free(names[i]);
    }
    free(names);
    free(path);
    return all;
}

static void
expect_same(const char *one, const char *other, bool same)
{
    size_t n, m;
    char *a = bytes_of(one, &n), *b = bytes_of(other, &m);

    assert_true((n == m && memcmp(a, b, n) == 0) == same);
    free(a);
    free(b);
}

/* ---- what the importer's reader finds ---- */

typedef struct found {
    int64_t kinds[SRC_KINDS];
    int64_t legal; /* links of legal level 1 */
    int64_t valid_uais, invalid_uais;
    uint64_t record; /* digest of the record so far */
    uint64_t digest; /* of all records, in whatever order */
    int strangers;   /* values that may be somebody's */
} found;

static void
digest(found *f, edc_str text)
{
    for (size_t i = 0; i < text.n; i++)
        f->record = (f->record ^ (unsigned char)text.p[i]) * 1099511628211U;
    f->record = (f->record ^ 0xFF) * 1099511628211U;
}

static bool
ends_with(edc_str text, const char *end)
{
    size_t n = strlen(end);

    return text.n >= n && memcmp(text.p + text.n - n, end, n) == 0;
}

static bool
begins_with(edc_str text, const char *begin)
{
    size_t n = strlen(begin);

    return text.n >= n && memcmp(text.p, begin, n) == 0;
}

static bool
is(const src_attr *a, const char *name)
{
    return edc_str_eq(a->name, edc_str_of(name));
}

/* Whether a value is of those that nobody has. */
static bool
is_invented(const src_attr *a, edc_str value)
{
    if (is(a, "mail") || is(a, "ENTPersonMail"))
        return ends_with(value, "@example.org");
    if (is(a, "mobile") || is(a, "ENTPersRelEleveTelMobile"))
        return begins_with(value, "+33 6 39 98 ") ||
               begins_with(value, "06 39 98 ") ||
               begins_with(value, "06.39.98.");
    if (is(a, "ENTEleveINE"))
        return value.n == 11 && ends_with(value, "AA") && value.p[0] == '0';
    if (is(a, "ENTPersonCodePostal"))
        return begins_with(value, "99");
    if (is(a, "ENTStructureUAI") || is(a, "ENTEtablissementUAI"))
        return begins_with(value, "999");
    return true;
}

static void
find_value(found *f, const src_attr *a, edc_str value)
{
    static const char legal[] = "$1$";
    const char *dollar = value.p;

    digest(f, value);
    f->strangers += !is_invented(a, value);
    if (is(a, "ENTStructureUAI") || is(a, "ENTEtablissementUAI")) {
        f->valid_uais += edc_uai_valid(value);
        f->invalid_uais += !edc_uai_valid(value);
    }
    if (!is(a, "ENTElevePersRelEleve"))
        return;
    for (int i = 0; i < 3 && dollar != NULL; i++)
        dollar =
            memchr(dollar + 1, '$', value.n - (size_t)(dollar + 1 - value.p));
    f->legal += dollar != NULL && memcmp(dollar, legal, 3) == 0;
}

static bool
find_record(void *ctx, const src_record *record)
{
    found *f = ctx;

    f->kinds[record->kind]++;
    f->record = 14695981039346656037U;
    digest(f, record->id);
    for (size_t i = 0; i < record->n_attrs; i++) {
        const src_attr *a = record->attrs + i;

        digest(f, a->name);
        for (size_t v = 0; v < a->n_values; v++)
            find_value(f, a, a->values[v]);
    }
    f->digest += f->record;
    return true;
}

static void
refuse(void *ctx, const src_refusal *refusal)
{
    (void)ctx;
    fail_msg("%s:%ld: %s", refusal->file, refusal->line, refusal->reason);
}

static found
read_all(const char *directory)
{
    found f = {.digest = 0};
    src_handler handler = {&f, 0, NULL, find_record, refuse, NULL};
    src_error error = {.text = ""};
    char *path = steps_path(directory);
    const char *name = path;
    src *source = src_open(&name, 1, NULL, &error);

    if (source == NULL || src_read(source, &handler, &error) != SRC_END)
        fail_msg("%s:%ld: %s", error.file, error.line, error.text);
    src_close(source);
    free(path);
    return f;
}

/* ---- tests ---- */

static void
the_same_options_give_the_same_bytes(void **state)
{
    (void)state;
    assert_int_equal(sample("a", USUAL), 0);
    assert_int_equal(sample("b", USUAL), 0);
    assert_int_equal(
        sample("c", "--seed 8 --people 3000 --traps --delta 40"), 0);
    expect_same("a", "b", true);
    expect_same("a/delta", "b/delta", true);
    expect_same("a", "c", false);
    assert_int_equal(sample("d", USUAL " --delta-only"), 0);
    expect_same("a/delta", "d/delta", true);
    assert_int_equal(sample("e", USUAL " --archive tgz"), 0);
    assert_int_equal(sample("f", USUAL " --archive tgz"), 0);
    expect_same("e", "f", true);
}

static void
expect_well_formed(const char *directory)
{
    char *path = steps_path(directory);
    DIR *files = opendir(path);
    const struct dirent *entry;
    int n = 0;

    assert_non_null(files);
    while ((entry = readdir(files)) != NULL) {
        char *name = ctl_format("%s/%s", path, entry->d_name);

        if (entry->d_type == DT_REG) {
            xmlDocPtr doc = xmlReadFile(name, NULL, XML_PARSE_NONET);

            if (doc == NULL)
                fail_msg("%s is not well-formed", name);
            xmlFreeDoc(doc);
            n++;
        }
        free(name);
    }
    assert_true(n > 0);
    closedir(files);
    free(path);
}

static void
every_encoding_says_the_same(void **state)
{
    static const char *const encodings[] = {"utf-8", "iso-8859-15", "none"};
    found first = {.digest = 0};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char *options = ctl_format(USUAL " --encoding %s", encodings[i]);
        found f;

        assert_int_equal(sample(encodings[i], options), 0);
        expect_well_formed(encodings[i]);
        f = read_all(encodings[i]);
        if (i == 0)
            first = f;
        assert_true(f.digest == first.digest);
        free(options);
    }
}

static void
the_summary_is_what_the_files_hold(void **state)
{
    json_t *summary;
    found f;

    (void)state;
    assert_int_equal(sample("a", USUAL), 0);
    summary = summary_of("a");
    f = read_all("a");
    assert_int_equal(
        f.kinds[SRC_SCHOOL], figure(summary, "records", "EtabEducNat"));
    assert_int_equal(f.kinds[SRC_STUDENT], figure(summary, "records", "Eleve"));
    assert_int_equal(
        f.kinds[SRC_GUARDIAN], figure(summary, "records", "PersRelEleve"));
    assert_int_equal(
        f.kinds[SRC_OTHER], figure(summary, "records", "PersEducNat") +
                                figure(summary, "records", "MefEducNat"));
    assert_int_equal(f.kinds[SRC_STUDENT] + f.kinds[SRC_GUARDIAN],
        3000 + figure(summary, "traps", "repeated-record"));
    /* Links that lead nowhere and those of refused pupils come on top. */
    assert_in_range(f.legal, figure(summary, "expected", "links"),
        figure(summary, "expected", "links") + 60);
    assert_int_equal(f.valid_uais, figure(summary, "expected", "schools"));
    assert_int_equal(f.invalid_uais, figure(summary, "traps", "bad-uai"));
    f = read_all("a/delta");
    assert_int_equal(
        f.kinds[SRC_STUDENT], figure(summary, "deltaExpected", "Eleve"));
    assert_int_equal(f.kinds[SRC_GUARDIAN],
        figure(summary, "deltaExpected", "PersRelEleve"));
    json_decref(summary);
}

static void
people_and_codes_are_invented(void **state)
{
    static const char *const forms[] = {"2D", "1D"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char *options = ctl_format(USUAL " --form %s", forms[i]);

        assert_int_equal(sample(forms[i], options), 0);
        assert_int_equal(read_all(forms[i]).strangers, 0);
        free(options);
    }
    expect_well_formed("1D");
}

static void
expect_all(const json_t *summary, const char *group, const char *but)
{
    const char *name;
    json_t *value;

    json_object_foreach(json_object_get(summary, group), name, value)
    {
        if (json_integer_value(value) < 1 && strstr(but, name) == NULL)
            fail_msg("no %s of %s", name, group);
    }
}

static void
no_trap_is_missing(void **state)
{
    json_t *summary;

    (void)state;
    assert_int_equal(sample("least", "--people 400 --traps --delta 14"), 0);
    summary = summary_of("least");
    expect_all(summary, "traps", "");
    expect_all(summary, "delta", "");
    json_decref(summary);
    assert_int_equal(
        sample("one", "--people 400 --schools 1 --traps --delta 14"), 0);
    summary = summary_of("one");
    expect_all(summary, "traps", "two-schools");
    expect_all(summary, "delta", "moved");
    json_decref(summary);
    assert_int_equal(sample("1d", "--people 400 --form 1D --traps"), 0);
    summary = summary_of("1d");
    expect_all(summary, "traps", "self self-old-code only-contacts");
    json_decref(summary);
    assert_int_equal(sample("many", "--people 20000"), 0);
    summary = summary_of("many");
    expect_all(summary, "shapes", "");
    assert_int_equal(figure(summary, "traps", "self"), 0);
    json_decref(summary);
}

/* What a trap looks like in the files. */
static void
traps_are_in_the_files(void **state)
{
    static const char *const seen[] = {"$70$1$1$1$1<", "$7$1$1$1$1<",
        "<id>001000000", "<id>002000000",
        "<attr name=\"ENTEleveINE\"><value/></attr>",
        "<attr name=\"ENTPersonDateNaissance\"><value/></attr>",
        "<value>29/02/2012</value>", "<attr name=\"givenName\"><value/></attr>",
        "<attr name=\"mobile\"><value/></attr>", "<value>77777$",
        "ENTEtablissementUAI", "\"ENTEleveParents\"", "$5EME B$EURO<",
        "dence $ Les Gen", "BOIS &amp; FILS", "<![CDATA[", "&#x",
        "\t\n   </value>", "ENTPersonAttributInconnu",
        "<!DOCTYPE ficAlimMENESR SYSTEM \"ficAlimMENESR.dtd\">",
        "<!-- versionAF=", "SIREN\"><value/>"};
    size_t n;
    char *all;

    (void)state;
    assert_int_equal(sample("a", "--people 9000 --traps"), 0);
    all = bytes_of("a", &n);
    for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
        if (memmem(all, n, seen[i], strlen(seen[i])) == NULL)
            fail_msg("nowhere: %s", seen[i]);
    }
    free(all);
}

static void
sizes_are_as_asked_for(void **state)
{
    json_t *summary;
    int64_t pupils;

    (void)state;
    assert_int_equal(sample("small", "--people 1"), 0);
    assert_int_equal(read_all("small").kinds[SRC_STUDENT], 1);
    assert_int_equal(
        sample("a", "--people 10001 --schools 12 --piece 1000"), 0);
    summary = summary_of("a");
    pupils = figure(summary, "records", "Eleve");
    assert_int_equal(
        pupils + figure(summary, "records", "PersRelEleve"), 10001);
    assert_in_range(pupils, 4300, 4800);
    assert_int_equal(figure(summary, "expected", "schools"), 12);
    json_decref(summary);
    /* Pieces join to the same. */
    assert_int_equal(sample("b", "--people 10001 --schools 12"), 0);
    assert_true(read_all("a").digest == read_all("b").digest);
}

static void
archives_hold_the_files(void **state)
{
    found plain, packed;

    (void)state;
    assert_int_equal(sample("a", USUAL), 0);
    assert_int_equal(sample("zip", USUAL " --archive zip"), 0);
    assert_int_equal(sample("tgz", USUAL " --archive tgz"), 0);
    plain = read_all("a");
    packed = read_all("zip/ENT2D.20260901.FICTIF.zip");
    assert_true(plain.digest == packed.digest);
    packed = read_all("tgz/ENT2D.20260901.FICTIF.tgz");
    assert_true(plain.digest == packed.digest);
    plain = read_all("a/delta");
    packed = read_all("zip/delta/ENT2D.20260902.FICTIF_Delta.zip");
    assert_true(plain.digest == packed.digest);
}

static void
slips_are_refused(void **state)
{
    static const char *const bad[] = {"--people 0", "--people many",
        "--schools 9999", "--form 3D", "--encoding latin1",
        "--people 399 --traps", "--delta-only", "--people 20 --delta 40",
        "--archive rar", "--schools 21 --own-files", "--nonsense", "word"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char *to = ctl_format("bad%zu", i);

        assert_int_equal(sample(to, bad[i]), 2);
        free(to);
    }
    assert_int_equal(sample("twice", "--people 10"), 0);
    assert_int_equal(sample("twice", "--people 10"), 6);
}

int
main(void)
{
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_same_options_give_the_same_bytes),
        TEST(every_encoding_says_the_same),
        TEST(the_summary_is_what_the_files_hold),
        TEST(people_and_codes_are_invented),
        TEST(no_trap_is_missing),
        TEST(traps_are_in_the_files),
        TEST(sizes_are_as_asked_for),
        TEST(archives_hold_the_files),
        TEST(slips_are_refused),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
