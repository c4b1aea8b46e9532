/* test_release.c - versions of slapd: read, and which of them the overlay can
 * be in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/text/release.h"

static void
the_version_is_read_from_the_banner(void **state)
{
    static const struct {
        const char *banner;
        uint32_t version;
    } banners[] = {
        {"@(#) $OpenLDAP: slapd 2.5.13+dfsg-5 (Feb  8 2023 01:56:12) $\n\t"
         "Debian OpenLDAP Maintainers <...>\n",
            20513},
        {"@(#) $OpenLDAP: slapd 2.6.10+dfsg-1 (Jun  3 2025) $", 20610},
        {"@(#) $OpenLDAP: slapd 2.7.0 (Aug  6 2026 15:22:58) $", 20700},
        {"slapd 2.6.3", 20603},
        {"@(#) $OpenLDAP: slapd 2.X (today) $", 0},
        {"@(#) $OpenLDAP: ldapsearch 2.6.10 (today) $", 0},
        {"slapd 2.6", 0},
        {"slapd 2.6.", 0},
        {"slapd 2.6.100", 0},
        {"slapd 4294967297.6.1", 0},
        {"slapd ", 0},
        {"slapd", 0},
        {"", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(banners) / sizeof(banners[0]); i++)
        assert_int_equal(edc_release_read(edc_str_of(banners[i].banner)),
            banners[i].version);
    assert_int_equal(edc_release_read((edc_str){NULL, 0}), 0);
}

static void
a_module_is_for_one_series_and_nothing_older(void **state)
{
    static const struct {
        uint32_t built, running;
        edc_release_fit fit;
    } pairs[] = {
        {20513, 20513, EDC_RELEASE_FITTING},
        {20513, 20520, EDC_RELEASE_FITTING},
        {20520, 20513, EDC_RELEASE_FITTING},
        {20513, 20512, EDC_RELEASE_OLD},
        {20513, 20504, EDC_RELEASE_OLD},
        {20610, 20603, EDC_RELEASE_FITTING},
        {20603, 20614, EDC_RELEASE_FITTING},
        {20610, 20602, EDC_RELEASE_OLD},
        {20610, 20600, EDC_RELEASE_OLD},
        {20700, 20700, EDC_RELEASE_FITTING},
        {20700, 20799, EDC_RELEASE_FITTING},
        {20513, 20610, EDC_RELEASE_OTHER},
        {20610, 20513, EDC_RELEASE_OTHER},
        {20610, 20700, EDC_RELEASE_OTHER},
        {20700, 20614, EDC_RELEASE_OTHER},
        {20513, 30513, EDC_RELEASE_OTHER},
        {20513, 0, EDC_RELEASE_OTHER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        assert_int_equal(
            edc_release_judge(pairs[i].built, pairs[i].running), pairs[i].fit);
}

static void
a_version_is_written_as_it_is_said(void **state)
{
    char out[EDC_RELEASE_SIZE];

    (void)state;
    edc_release_write(20610, out);
    assert_string_equal(out, "2.6.10");
    edc_release_write(20513, out);
    assert_string_equal(out, "2.5.13");
    edc_release_write(UINT32_MAX, out);
    assert_string_equal(out, "96.72.95");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_version_is_read_from_the_banner),
        cmocka_unit_test(a_module_is_for_one_series_and_nothing_older),
        cmocka_unit_test(a_version_is_written_as_it_is_said),
    };

    return cmocka_run_group_tests_name("release", tests, NULL, NULL);
}
