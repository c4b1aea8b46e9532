/* import.c - educonnectctl import: from files to a plan, from a plan to the
 * directory.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text/uai.h"
#include "ctl/alone.h"
#include "ctl/dn.h"
#include "ctl/file.h"
#include "core/text/phone.h"
#include "import/import.h"
#include "import/kin.h"

/* Passes over the same files when other imports take logins meanwhile. */
#define PASSES 3

/* Every word of --accept, a blank before each. */
#define EDC_DOUBT(id, word, about) " " word
static const char doubts[] =
#include "import/doubts.def"
    ;
#undef EDC_DOUBT

/* ---- options ---- */

static bool
read_number(const char *text, size_t least, size_t most, size_t *number)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    *number = value;
    return *text >= '0' && *text <= '9' && *end == '\0' && value >= least &&
           value <= most;
}

/* Whether --school may be the code of one: with a wrong check letter where the
 * files may have such. */
static bool
is_school(const import_options *how)
{
    edc_str code = edc_str_of(how->school);

    return edc_uai_valid(code) ||
           ((how->accepted & 1U << DOUBT_CODES) != 0 && edc_uai_shaped(code));
}

static ctl_exit
read_options(ctl *c, import_options *how)
{
    const char *wrong;

    how->source = ctl_value(c, CTL_OPT_IMPORT_SOURCE, NULL);
    how->dry_run = ctl_count(c, CTL_OPT_IMPORT_DRY_RUN) > 0;
    how->offline = ctl_count(c, CTL_OPT_IMPORT_OFFLINE) > 0;
    how->persons_in_charge = ctl_count(c, CTL_OPT_IMPORT_IN_CHARGE) > 0;
    how->with_address = ctl_count(c, CTL_OPT_IMPORT_WITH_ADDRESS) > 0;
    how->pass_through = ctl_count(c, CTL_OPT_IMPORT_PASS_THROUGH) > 0;
    for (size_t i = 0; i < ctl_count(c, CTL_OPT_IMPORT_ACCEPT); i++) {
        if (!import_accept(how, ctl_nth(c, CTL_OPT_IMPORT_ACCEPT, i)))
            return ctl_fail(c, CTL_USAGE, "--accept takes one of%s", doubts);
    }
    how->strict = ctl_count(c, CTL_OPT_IMPORT_STRICT) > 0;
    how->school = ctl_value(c, CTL_OPT_IMPORT_SCHOOL, NULL);
    how->pattern = ctl_value(c, CTL_OPT_IMPORT_LOGIN, "{given}.{sn}");
    how->extent = ctl_count(c, CTL_OPT_IMPORT_COMPLETE) > 0 ? SRC_COMPLETE
                  : ctl_count(c, CTL_OPT_IMPORT_DELTA) > 0  ? SRC_DELTA
                                                           : SRC_EXTENT_UNKNOWN;
    wrong = import_pattern_check(how->pattern);
    if (wrong != NULL)
        return ctl_fail(c, CTL_USAGE, "--login-pattern: %s", wrong);
    if (!ctl_share(ctl_value(c, CTL_OPT_IMPORT_MAX_REMOVALS, "10%"),
            &how->max_removals))
        return ctl_fail(c, CTL_USAGE, "--max-removals: 0%% to 100%%");
    if (!read_number(ctl_value(c, CTL_OPT_IMPORT_MAX_GUARDIANS, "2"), 1, 1000,
            &how->max_guardians))
        return ctl_fail(c, CTL_USAGE, "--max-guardians: a number from 1");
    if (!read_number(
            ctl_value(c, CTL_OPT_IMPORT_REGION, "33"), 1, 999, &how->region) ||
        !edc_phone_region_valid((uint32_t)how->region))
        return ctl_fail(c, CTL_USAGE, "--region: a country's code, such as 33");
    if (!read_number(
            ctl_value(c, CTL_OPT_IMPORT_WINDOW, "32"), 1, 1000, &how->window))
        return ctl_fail(c, CTL_USAGE, "--window: 1 to 1000");
    if (how->source != NULL &&
        (how->source[0] == '\0' || strchr(how->source, '$') != NULL))
        return ctl_fail(c, CTL_USAGE, "--source: a word without $");
    if (how->school != NULL && !is_school(how))
        return ctl_fail(
            c, CTL_USAGE, "--school: the UAI of a school, such as 9990001X");
    if (c->n_args == 0)
        return ctl_fail(c, CTL_USAGE, "name the files to import");
    if (how->offline && ctl_value(c, CTL_OPT_COMMON_BASE, NULL) == NULL)
        return ctl_fail(c, CTL_USAGE, "--offline needs -b");
    return CTL_OK;
}

static ctl_exit
read_places(ctl *c, import_options *how)
{
    const char *people = ctl_value(c, CTL_OPT_IMPORT_PEOPLE, NULL);
    const char *schools = ctl_value(c, CTL_OPT_IMPORT_SCHOOLS, NULL);

    how->people =
        people != NULL ? ctl_copy(people) : ctl_format("ou=people,%s", c->base);
    how->schools = schools != NULL ? ctl_copy(schools)
                                   : ctl_format("ou=schools,%s", c->base);
    if (ctl_is_dn(how->people) && ctl_is_dn(how->schools))
        return CTL_OK;
    return ctl_fail(c, CTL_USAGE, "-b, --people and --schools are DNs");
}

/* ---- what the files are ---- */

/* The ids' first part, unless the user says it: the same for files of the
 * second degree whether or not their names tell the degree, or an archive and
 * the same files unpacked would be two sources. */
static const char *
source_of(src_form form)
{
    return form == SRC_FORM_CSV     ? "CSV"
           : form == SRC_FORM_AAF1D ? "AAF1D"
                                    : "AAF";
}

static ctl_exit
name_source(import *im, const src *source)
{
    const char *name = NULL;

    for (size_t i = 0; i < src_count(source); i++) {
        const src_info *info = src_unit(source, i);
        src_extent extent =
            info->extent != SRC_EXTENT_UNKNOWN ? info->extent : im->how.extent;

        im->complete = im->complete || extent == SRC_COMPLETE;
        im->first_degree = im->first_degree || info->form == SRC_FORM_AAF1D;
        if (info->form == SRC_FORM_NONE)
            continue;
        if (name != NULL && strcmp(name, source_of(info->form)) != 0 &&
            im->how.source == NULL)
            return ctl_fail(im->c, CTL_USAGE,
                "the files are of several kinds; import them one kind after "
                "the other, or name their --source");
        name = source_of(info->form);
    }
    im->source = ctl_copy(im->how.source != NULL ? im->how.source
                          : name != NULL         ? name
                                                 : "AAF");
    im->first_degree =
        im->first_degree || kin_first_degree(im->source, strlen(im->source));
    return CTL_OK;
}

static void
set_now(import *im)
{
    time_t now = time(NULL);
    struct tm tm;

    /* The day only: a dry run and the run after it say the same. */
    if (gmtime_r(&now, &tm) == NULL ||
        strftime(im->now, sizeof(im->now), "%Y%m%d000000Z", &tm) == 0)
        im->now[0] = '\0';
}

/* ---- one pass ---- */

static ctl_exit
plan_all(import *im, src *source)
{
    ctl_exit status = import_stage(im, source);

    if (status == CTL_OK && !im->how.offline)
        status = import_directory(im);
    if (status != CTL_OK)
        return status;
    import_identify(im);
    import_scope(im);
    import_logins(im);
    import_plan(im);
    import_leavers(im);
    import_check(im);
    if (im->doubts != 0 && !im->how.dry_run)
        return import_doubts(im);
    import_brake(im);
    return im->braked && !im->how.dry_run ? CTL_STOPPED : CTL_OK;
}

/* Begins one; NULL path: none is wanted. */
static ctl_exit
open_output(import *im, const src *source, const char *path, output *o)
{
    for (size_t i = 0; path != NULL && i < src_count(source); i++) {
        if (output_is(path, src_unit(source, i)->file))
            return ctl_fail(
                im->c, CTL_USAGE, "%s: it is one of the files to import", path);
    }
    return ctl_file_begin(im->c, o, path, OUTPUT_REPLACE);
}

/* Opened before anything is read: a place that cannot be written is no reason
 * to find out at the end. */
static ctl_exit
open_outputs(import *im, const src *source)
{
    const char *report = ctl_value(im->c, CTL_OPT_IMPORT_REPORT, NULL);
    const char *ldif = ctl_value(im->c, CTL_OPT_IMPORT_LDIF, NULL);
    ctl_exit status = open_output(im, source, report, &im->report);

    if (status == CTL_OK)
        status = open_output(im, source, ldif, &im->ldif);
    return status;
}

/* The former files stay where nothing was said or sent. */
static ctl_exit
close_outputs(import *im)
{
    ctl_exit report = ctl_file_end(im->c, &im->report, im->reported);
    ctl_exit ldif = ctl_file_end(im->c, &im->ldif, im->reported);

    return report != CTL_OK ? report : ldif;
}

static ctl_exit
carry_out(import *im)
{
    im->sending = !im->how.dry_run && !im->how.offline;
    if (im->sending)
        return import_apply(im, im->ldif.file);
    import_print(im, stdout);
    return CTL_OK;
}

static ctl_exit
finish(import *im, ctl_exit status)
{
    int64_t refused = 0;
    bool json = ctl_count(im->c, CTL_OPT_COMMON_JSON) > 0;

    if (status != CTL_OK && status != CTL_STOPPED && !im->sending)
        return status;
    im->reported = true;
    if (im->sending || status == CTL_STOPPED)
        import_fates_settle(im);
    if (im->report.file != NULL)
        import_report_print(im, json, im->report.file);
    import_summary(im, json,
        im->how.dry_run || im->how.offline ? stderr : stdout, &refused);
    if (status != CTL_OK)
        return status;
    if (im->doubts != 0)
        return import_doubts(im);
    if (im->braked)
        return CTL_STOPPED;
    return refused > 0 || im->n_likely > 0 || im->n_kept > 0 ? CTL_REFUSED
                                                             : CTL_OK;
}

/* True in *again when other imports were faster and it should be done again. */
static ctl_exit
pass(import *im, src *source, bool last, bool *again)
{
    ctl_exit status;

    im->n_planned = im->n_raced = im->n_failed = 0;
    im->n_closed = 0;
    im->braked = im->settled = false;
    im->n_joined = im->n_likely = im->n_kept = 0;
    im->n_known = im->n_others = im->n_codes = 0;
    im->n_days = im->n_month_first = 0;
    im->doubts = 0;
    import_stage_open(im);
    status = plan_all(im, source);
    if (status == CTL_OK)
        status = carry_out(im);
    *again = status == CTL_OK && im->n_raced > 0 && im->stopped == 0 && !last;
    if (!*again)
        status = finish(im, status);
    store_close(&im->s);
    return status;
}

static ctl_exit
run(import *im)
{
    src_options options = {
        .encoding = ctl_value(im->c, CTL_OPT_IMPORT_ENCODING, NULL),
        .strict = im->how.strict,
        .needed = true,
        .school = im->how.school};
    src_error error;
    char text[2048];
    src *source = src_open((const char *const *)im->c->args,
        (size_t)im->c->n_args, &options, &error);
    ctl_exit status;
    ctl_exit closed;
    bool again = true;

    if (source == NULL) {
        src_error_print(&error, text, sizeof(text));
        return ctl_fail(im->c, CTL_INPUT, "%s", text);
    }
    status = name_source(im, source);
    if (status == CTL_OK)
        status = open_outputs(im, source);
    for (int i = 1; i <= PASSES && status == CTL_OK && again; i++) {
        status = pass(im, source, i == PASSES, &again);
        if (again)
            ctl_warn(im->c,
                "another import was faster with %zu entries; "
                "reading the directory again",
                im->n_raced);
    }
    closed = close_outputs(im);
    src_close(source);
    return closed != CTL_OK && status < CTL_SERVER ? closed : status;
}

/* A shell sees that a signal ended it. */
static void
end_by(const ctl *c, int signal_number)
{
    (void)ctl_flush(c);
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

ctl_exit
ctl_import(ctl *c)
{
import im = {.c = c };
    ctl_exit status = read_options(c, &im.how);

    if (status != CTL_OK)
        return status;
    if (im.how.offline)
        c->base = ctl_copy(ctl_value(c, CTL_OPT_COMMON_BASE, ""));
    else
        status = ctl_connect(c);
    if (status == CTL_OK && !im.how.offline)
        status = ctl_alone(c, im.how.dry_run ? CTL_ONLY_LOOKS
                              : ctl_count(c, CTL_OPT_IMPORT_TOGETHER) > 0
                                  ? CTL_TOGETHER
                                  : CTL_ALONE);
    if (status != CTL_OK)
        return status;
    status = read_places(c, &im.how);
    set_now(&im);
    if (status == CTL_OK && im.how.pass_through)
        status = import_extra_read(c, &im.extra);
    if (status == CTL_OK)
        status = run(&im);
    import_extra_free(&im.extra);
    free(im.how.people);
    free(im.how.schools);
    free(im.source);
    if (im.stopped != 0)
        end_by(c, im.stopped);
    return status;
}
