/* record.c - a record as it is built: values trimmed, checked, each of
 * them once; handed over, or refused.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "ctl/ctl.h"
#include "source/entity.h"
#include "source/parts.h"

/* ---- a reading ---- */

static void *
room_for(void *p, size_t *room, size_t n, size_t size)
{
    if (n <= *room)
        return p;
    *room = n < 64 ? 64 : 2 * n;
    return ctl_resize(p, *room, size);
}

void
src_run_begin(src_run *run, const src_options *options,
    const src_handler *handler, src_error *error)
{
    *run = (src_run){.options = options, .handler = handler, .error = error};
    *error = (src_error){.line = 0};
    run->record.bytes = room_for(NULL, &run->record.room, 1, 1);
}

void
src_run_end(src_run *run)
{
    src_builder *b = &run->record;

    free(b->bytes);
    free(b->names);
    free(b->values);
    free(b->attrs);
    free(b->list);
    *b = (src_builder){.n = 0};
}

/* Control characters, and bytes that no whole character is made of any more. */
static void
make_printable(char *text)
{
    edc_str left = edc_str_of(text);
    char *to = text;

    while (left.n > 0) {
        int n = charset_utf8(left);

        if (n < 1 ||
            (n == 1 && ((unsigned char)*left.p < 0x20 || *left.p == 0x7F)) ||
            (n == 2 && left.p[0] == '\xC2' && (unsigned char)left.p[1] < 0xA0))
            *to++ = n < 0 ? '\0' : '?';
        else
            for (int i = 0; i < n; i++)
                *to++ = left.p[i];
        n = n < 1 ? 1 : n;
        left.p += n;
        left.n -= (size_t)n;
    }
    *to = '\0';
}

bool
src_fail(src_run *run, long line, const char *format, ...)
{
    src_error *e = run->error;
    va_list ap;

    if (run->end != SRC_END)
        return false;
    run->end = SRC_BROKEN;
    e->line = line == 0 ? run->line : line;
    snprintf(e->file, sizeof(e->file), "%s",
        run->info.file == NULL ? "" : run->info.file);
    snprintf(e->id, sizeof(e->id), "%s", run->last_id);
    va_start(ap, format);
    vsnprintf(e->text, sizeof(e->text), catalog_format(format, ap), ap);
    va_end(ap);
    make_printable(e->file);
    make_printable(e->id);
    make_printable(e->text);
    return false;
}

void
src_note(src_run *run, long line, const char *format, ...)
{
    char text[512];
    va_list ap;

    if (run->handler->note == NULL)
        return;
    va_start(ap, format);
    vsnprintf(text, sizeof(text), format, ap);
    va_end(ap);
    make_printable(text);
    run->handler->note(
        run->handler->ctx, &run->info, line == 0 ? run->line : line, text);
}

/* ---- building ---- */

void
src_record_begin(src_run *run, long line, src_op op)
{
    src_builder *b = &run->record;

    b->n = b->n_names = b->n_values = b->attr = b->begin = 0;
    b->too_long = b->has_id = false;
    b->line = line;
    b->op = op;
    b->kind = SRC_OTHER;
    b->category[0] = '\0';
    b->category_n = 0;
    b->id[0] = '\0';
    b->id_n = 0;
    b->reason[0] = b->note[0] = '\0';
}

void
src_record_refuse(src_run *run, const char *format, ...)
{
    src_builder *b = &run->record;
    va_list ap;

    if (b->reason[0] != '\0')
        return;
    va_start(ap, format);
    vsnprintf(b->reason, sizeof(b->reason), format, ap);
    va_end(ap);
    make_printable(b->reason);
}

void
src_record_note(src_run *run, const char *format, ...)
{
    src_builder *b = &run->record;
    char text[128];
    size_t n = strlen(b->note);
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof(text), format, ap);
    va_end(ap);
    make_printable(text);
    if (strstr(b->note, text) != NULL || n + strlen(text) + 3 > sizeof(b->note))
        return;
    snprintf(b->note + n, sizeof(b->note) - n, "%s%s", n > 0 ? "; " : "", text);
}

bool
src_record_wanted(const src_run *run)
{
    unsigned kinds = run->handler->kinds;

    return kinds == 0 || (kinds & 1U << run->record.kind) != 0;
}

/* Whether its values will be handed over. */
static bool
keeps_values(const src_run *run)
{
    return run->record.kind != SRC_OTHER && src_record_wanted(run);
}

bool
src_record_attr(src_run *run, edc_str name)
{
    src_builder *b = &run->record;

    for (size_t i = 0; i < b->n_names; i++) {
        if (edc_str_eq(
                (edc_str){b->bytes + b->names[i].at, b->names[i].n}, name)) {
            b->attr = i;
            return false;
        }
    }
    b->attr = 0;
    if (name.n == 0 || name.n > SRC_NAME_MAX) {
        src_record_refuse(run, "the name of an attribute is %s",
            name.n == 0 ? "missing" : "too long");
        return true;
    }
    if (b->n_names == SRC_ATTRS_MAX) {
        src_record_refuse(run, "more than %d attributes", SRC_ATTRS_MAX);
        return true;
    }
    b->bytes = room_for(b->bytes, &b->room, b->n + name.n, 1);
    memcpy(b->bytes + b->n, name.p, name.n);
    b->names =
        room_for(b->names, &b->room_names, b->n_names + 1, sizeof(b->names[0]));
    b->names[b->n_names] = (src_name){b->n, name.n, 0};
    b->n += name.n;
    b->attr = b->n_names++;
    return true;
}

void
src_record_value(src_run *run)
{
    run->record.begin = run->record.n;
    run->record.too_long = false;
}

void
src_record_text(src_run *run, const char *text, size_t n)
{
    src_builder *b = &run->record;

    if (b->too_long || n > SRC_VALUE_MAX - (b->n - b->begin)) {
        b->too_long = true;
        return;
    }
    b->bytes = room_for(b->bytes, &b->room, b->n + n, 1);
    memcpy(b->bytes + b->n, text, n);
    b->n += n;
}

/* Bytes of white space at the beginning of a text, or at its end: ASCII's, the
 * no-break space, which word processors leave behind, and the byte order mark,
 * once a space without width. */
static size_t
space_at(edc_str text, bool end)
{
    const char *p = text.p;

    if (text.n == 0)
        return 0;
    if (end)
        p += text.n - 1;
    if (text.n >= 2 && memcmp(end ? p - 1 : p, "\xC2\xA0", 2) == 0)
        return 2;
    if (text.n >= 3 && memcmp(end ? p - 2 : p, "\xEF\xBB\xBF", 3) == 0)
        return 3;
    return *p != '\0' && strchr(" \t\r\n", *p) != NULL ? 1 : 0;
}

edc_str
src_trim(edc_str text)
{
    size_t n;

    while ((n = space_at(text, false)) > 0)
        text = (edc_str){text.p + n, text.n - n};
    while ((n = space_at(text, true)) > 0)
        text.n -= n;
    return text;
}

/* Cc of Unicode, and the separators of lines and paragraphs. */
static bool
has_control(edc_str text)
{
    const unsigned char *p = (const unsigned char *)text.p;

    for (size_t i = 0; i < text.n; i++) {
        if (p[i] < 0x20 || p[i] == 0x7F)
            return true;
        if (p[i] == 0xC2 && i + 1 < text.n && p[i + 1] < 0xA0)
            return true;
        if (p[i] == 0xE2 && i + 2 < text.n && p[i + 1] == 0x80 &&
            (p[i + 2] == 0xA8 || p[i + 2] == 0xA9))
            return true;
    }
    return false;
}

edc_str
src_record_take(src_run *run)
{
    src_builder *b = &run->record;
    edc_str text = {b->bytes + b->begin, b->n - b->begin};

    b->n = b->begin;
    return src_trim(text);
}

static unsigned
hash_of(edc_str text)
{
    unsigned hash = 2166136261U;

    for (size_t i = 0; i < text.n; i++)
        hash = (hash ^ (unsigned char)text.p[i]) * 16777619U;
    return hash;
}

static bool
is_repeated(const src_builder *b, edc_str text, unsigned hash)
{
    for (size_t i = 0; i < b->n_values; i++) {
        const src_value *v = &b->values[i];

        if (v->hash == hash && v->attr == b->attr &&
            edc_str_eq((edc_str){b->bytes + v->at, v->n}, text))
            return true;
    }
    return false;
}

/* The value that was taken, which is still where it was. */
static edc_str
without_entities(src_run *run, edc_str text)
{
    char *bytes = run->record.bytes + (text.p - run->record.bytes);
    char undone[16];

    text.n = src_entities_undo(bytes, text.n, undone);
    if (undone[0] != '\0')
        src_record_note(
            run, "%s was read as the character that it stands for", undone);
    return src_trim(text);
}

/* What the attribute is called in a reason. */
static int
print_name(const src_builder *b, const char **name)
{
    *name = b->n_names == 0 ? "" : b->bytes + b->names[b->attr].at;
    return b->n_names == 0 ? 0 : (int)b->names[b->attr].n;
}

void
src_record_value_end(src_run *run)
{
    src_builder *b = &run->record;
    bool too_long = b->too_long;
    edc_str text = src_record_take(run);
    unsigned hash;
    const char *name;
    int n = print_name(b, &name);

    if (b->category_n > 0 && !keeps_values(run))
        return;
    text = without_entities(run, text);
    hash = hash_of(text);
    if (too_long)
        src_record_refuse(run, "a value of %.*s is longer than %d bytes", n,
            name, SRC_VALUE_MAX);
    else if (has_control(text))
        src_record_refuse(
            run, "a value of %.*s holds a control character", n, name);
    else if (b->n_values == SRC_VALUES_MAX || b->n + text.n > SRC_RECORD_MAX)
        src_record_refuse(run, "more values than a record may have");
    if (b->reason[0] != '\0' || text.n == 0 || is_repeated(b, text, hash))
        return;
    b->values = room_for(
        b->values, &b->room_values, b->n_values + 1, sizeof(b->values[0]));
    b->values[b->n_values++] =
        (src_value){(size_t)(text.p - b->bytes), text.n, b->attr, hash};
    b->names[b->attr].n_values++;
    b->n = (size_t)(text.p - b->bytes) + text.n;
}

void
src_record_category(src_run *run, edc_str category)
{
    static const struct {
        edc_str name;
        src_kind kind;
    } known[] = {
        {EDC_STR("EtabEducNat"), SRC_SCHOOL},
        {EDC_STR("Eleve"), SRC_STUDENT},
        {EDC_STR("PersRelEleve"), SRC_GUARDIAN},
    };
    src_builder *b = &run->record;

    b->kind = SRC_OTHER;
    if (category.n == 0 || category.n >= sizeof(b->category)) {
        src_record_refuse(run, "the category is %s",
            category.n == 0 ? "missing" : "too long");
        return;
    }
    memcpy(b->category, category.p, category.n);
    b->category[category.n] = '\0';
    b->category_n = category.n;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (edc_str_eq(known[i].name, category))
            b->kind = known[i].kind;
    }
}

void
src_record_id(src_run *run, edc_str id)
{
    src_builder *b = &run->record;

    id = src_trim(id);
    if (b->has_id) {
        src_record_refuse(run, "it has several ids");
    } else if (id.n == 0) {
        return;
    } else if (id.n > SRC_ID_MAX || has_control(id)) {
        src_record_refuse(run, "the id %s",
            id.n > SRC_ID_MAX ? "is too long" : "holds a control character");
    } else {
        memcpy(b->id, id.p, id.n);
        b->id[id.n] = '\0';
        b->id_n = id.n;
        memcpy(run->last_id, b->id, id.n + 1);
    }
    b->has_id = true;
}

/* ---- handing over ---- */

/* Values come together by attribute, in the order in which they were read. */
static void
lay_out(src_builder *b)
{
    edc_str *next;

    b->attrs =
        room_for(b->attrs, &b->room_attrs, b->n_names + 1, sizeof(b->attrs[0]));
    b->list =
        room_for(b->list, &b->room_list, b->n_values + 1, sizeof(b->list[0]));
    next = b->list;
    for (size_t i = 0; i < b->n_names; i++) {
        edc_str name = {b->bytes + b->names[i].at, b->names[i].n};

        b->attrs[i] = (src_attr){name, next, 0};
        next += b->names[i].n_values;
    }
    for (size_t i = 0; i < b->n_values; i++) {
        const src_value *v = &b->values[i];
        src_attr *attr = &b->attrs[v->attr];

        b->list[(size_t)(attr->values - b->list) + attr->n_values++] =
            (edc_str){b->bytes + v->at, v->n};
    }
}

static void
refuse(src_run *run)
{
    const src_builder *b = &run->record;
    src_refusal refusal = {.info = &run->info,
        .file = run->info.file,
        .line = b->line,
        .id = {b->id, b->id_n},
        .op = b->op,
        .kind = b->kind,
        .reason = b->reason};

    run->handler->refused(run->handler->ctx, &refusal);
}

bool
src_record_end(src_run *run)
{
    src_builder *b = &run->record;

    if (run->end != SRC_END)
        return false;
    if (!src_record_wanted(run))
        return true;
    if (!b->has_id)
        src_record_refuse(run, "it has no id");
    /* Fields of a relation, and the names that the directory keeps of sources,
     * are separated by it. */
    else if (b->kind != SRC_OTHER && strchr(b->id, '$') != NULL)
        src_record_refuse(run, "the id holds a $");
    if (b->reason[0] != '\0') {
        refuse(run);
        return true;
    }
    lay_out(b);
    src_record record = {.info = &run->info,
        .file = run->info.file,
        .line = b->line,
        .id = {b->id, b->id_n},
        .category = {b->category, b->category_n},
        .op = b->op,
        .kind = b->kind,
        .attrs = b->attrs,
        .n_attrs = b->n_names,
        .note = b->note};

    if (b->kind == SRC_OTHER)
        record.n_attrs = 0;
    if (!run->handler->each(run->handler->ctx, &record))
        run->end = SRC_STOPPED;
    return run->end == SRC_END;
}
