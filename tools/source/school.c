/* school.c - which school a file of one school is of. */
#include <ctype.h>
#include <string.h>

#include "source/parts.h"

bool
src_school_set(src_run *run, long line, edc_str uai)
{
    char *school = run->info.school;
    const char *asked = run->options->school;

    uai = src_trim(uai);
    if (uai.n != SRC_UAI_SIZE - 1 || memchr(uai.p, '\0', uai.n) != NULL)
        return src_fail(run, line,
            "the code of its school (UAI) has not seven digits and a letter");
    for (size_t i = 0; i < uai.n; i++)
        school[i] = (char)toupper((unsigned char)uai.p[i]);
    school[uai.n] = '\0';
    if (asked == NULL || edc_str_caseeq(edc_str_of(asked), uai))
        return true;
    return src_fail(run, line,
        "it is of the school %s, not of %s as --school "
        "says",
        school, asked);
}

bool
src_school_record(src_run *run, long line, edc_str attr, edc_str value)
{
    src_record_begin(run, line, SRC_ADD);
    run->record.kind = SRC_SCHOOL;
    src_record_id(run, edc_str_of(run->info.school));
    (void)src_record_attr(run, attr);
    src_record_value(run);
    src_record_text(run, value.p, value.n);
    src_record_value_end(run);
    return src_record_end(run);
}
