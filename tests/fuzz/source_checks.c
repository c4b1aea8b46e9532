/* source_checks.c - that what is read of any bytes is what source.h says. */
#include "source_checks.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"

static void
want(bool holds)
{
    if (!holds)
        abort();
}

/* FNV-1a, with the length so that what is cut elsewhere differs. */
static void
add(source_checks *c, const char *bytes, size_t n)
{
    c->digest = (c->digest ^ n) * UINT64_C(1099511628211);
    for (size_t i = 0; i < n; i++)
        c->digest =
            (c->digest ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
}

/* A terminal may show it. */
static void
want_printable(edc_str text)
{
    while (text.n > 0) {
        int n = charset_utf8(text);

        want(n > 0);
        want(n > 1 || ((unsigned char)text.p[0] >= 0x20 && text.p[0] != 0x7F));
        text = (edc_str){text.p + n, text.n - (size_t)n};
    }
}

static void
want_trimmed(edc_str text)
{
    want(text.n > 0 && text.p[0] != ' ' && text.p[text.n - 1] != ' ');
    want_printable(text);
}

static void
want_attr(source_checks *c, const src_record *record, const src_attr *attr)
{
    want(attr->name.n > 0 && attr->name.n <= SRC_NAME_MAX);
    for (const src_attr *other = record->attrs; other < attr; other++)
        want(!edc_str_eq(other->name, attr->name));
    add(c, attr->name.p, attr->name.n);
    for (size_t i = 0; i < attr->n_values; i++) {
        want(attr->values[i].n > 0 && attr->values[i].n <= SRC_VALUE_MAX);
        want_trimmed(attr->values[i]);
        for (size_t j = 0; j < i; j++)
            want(!edc_str_eq(attr->values[i], attr->values[j]));
        add(c, attr->values[i].p, attr->values[i].n);
    }
}

static bool
each(void *ctx, const src_record *record)
{
    source_checks *c = ctx;

    want(record->file != NULL && record->line > 0);
    want(record->id.n > 0 && record->id.n <= SRC_ID_MAX);
    want_trimmed(record->id);
    want(record->kind != SRC_OTHER || record->n_attrs == 0);
    want(record->n_attrs <= SRC_ATTRS_MAX);
    want_printable(edc_str_of(record->note));
    add(c, record->note, strlen(record->note));
    add(c, record->id.p, record->id.n);
    add(c, record->category.p, record->category.n);
    add(c, (const char *)&record->line, sizeof(record->line));
    add(c, (const char *)&record->op, sizeof(record->op));
    add(c, (const char *)&record->kind, sizeof(record->kind));
    for (size_t i = 0; i < record->n_attrs; i++)
        want_attr(c, record, &record->attrs[i]);
    return true;
}

static void
refused(void *ctx, const src_refusal *refusal)
{
    source_checks *c = ctx;

    want(refusal->file != NULL && refusal->line > 0);
    want(refusal->reason[0] != '\0');
    want_printable(edc_str_of(refusal->reason));
    if (refusal->id.n > 0)
        want_trimmed(refusal->id);
    add(c, (const char *)&refusal->line, sizeof(refusal->line));
    add(c, refusal->reason, strlen(refusal->reason));
}

static void
note(void *ctx, const src_info *info, long line, const char *text)
{
    source_checks *c = ctx;

    want(info->file != NULL && line > 0 && text[0] != '\0');
    want_printable(edc_str_of(text));
    add(c, text, strlen(text));
}

void
source_checks_begin(source_checks *c)
{
    *c = (source_checks){.options = {.max_bytes = 1 << 20},
        .digest = UINT64_C(14695981039346656037)};
    c->handler =
        (src_handler){.ctx = c, .each = each, .refused = refused, .note = note};
    src_run_begin(&c->run, &c->options, &c->handler, &c->error);
}

void
source_checks_end(source_checks *c)
{
    char text[2048];

    want(c->run.end != SRC_STOPPED);
    if (c->run.end == SRC_BROKEN) {
        want(c->error.text[0] != '\0' && c->error.file[0] != '\0');
        src_error_print(&c->error, text, sizeof(text));
        want_printable(edc_str_of(text));
    }
    src_run_end(&c->run);
}

static void
read_in_stretches(source_checks *c, const char *name, const char *school,
    edc_str bytes, size_t stretch)
{
    src_file *file = ctl_alloc(1, sizeof(*file));
    bool more = true;

    source_checks_begin(c);
    c->options.school = school;
    c->run.info.file = name;
    src_file_begin(file, &c->run, false);
    for (size_t i = 0; more && i < bytes.n; i += stretch) {
        size_t n = bytes.n - i < stretch ? bytes.n - i : stretch;
        /* A copy of its own: reading beyond it is seen. */
        char *part = ctl_copy_n(bytes.p + i, n);

        more = src_file_feed(file, (edc_str){part, n});
        free(part);
    }
    want((more && src_file_end(file)) == (c->run.end == SRC_END));
    src_file_free(file);
    free(file);
    source_checks_end(c);
}

void
source_checks_file(const char *name, edc_str bytes)
{
    source_checks_school(name, NULL, bytes);
}

void
source_checks_school(const char *name, const char *school, edc_str bytes)
{
    source_checks whole, parts;

    read_in_stretches(&whole, name, school, bytes, bytes.n + 1);
    read_in_stretches(&parts, name, school, bytes, 13);
    want(whole.run.end == parts.run.end);
    want(whole.run.end == SRC_BROKEN || whole.digest == parts.digest);
}
