/* documents.c - the files of a batch: which, and how they are made. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "letters/documents.h"
#include "letters/ledger.h"
#include "letters/program.h"

static const char *const weasyprint[] = {
    "weasyprint", "--quiet", "--encoding", "utf8", "-", "-", NULL};

/* ---- before anything is done ---- */

static ctl_exit
read_formats(const ctl *c, letters_formats *f)
{
    const char *at = ctl_value(c, CTL_OPT_LETTERS_FORMAT, "html,pdf,csv");

    while (*at != '\0') {
        size_t n = strcspn(at, ",");

        if (n == 4 && strncmp(at, "html", n) == 0)
            f->html = true;
        else if (n == 3 && strncmp(at, "pdf", n) == 0)
            f->pdf = true;
        else if (n == 3 && strncmp(at, "csv", n) == 0)
            f->csv = true;
        else
            return ctl_fail(c, CTL_USAGE,
                "--format: %.*s: there are html, pdf and csv", (int)n, at);
        at += n + (at[n] == ',');
    }
    if (!f->html && !f->pdf && !f->csv)
        return ctl_fail(c, CTL_USAGE, "--format: there are html, pdf and csv");
    return CTL_OK;
}

static ctl_exit
try_pdf(const ctl *c)
{
    letters_text page = {NULL, 0, 0}, pdf = {NULL, 0, 0};
    char *complaint = NULL;
    ctl_exit status = CTL_OK;
    letters_end end;

    letters_add(&page, "<!DOCTYPE html><title>Essai</title><p>Essai");
    end = letters_program(weasyprint, &page, &pdf, &complaint);
    if (end == LETTERS_MISSING)
        status = ctl_fail(c, CTL_LOCAL,
            "PDF needs the program weasyprint, which is not installed; or "
            "--format html,csv");
    else if (end == LETTERS_FAILED || pdf.n < 5 ||
             memcmp(pdf.p, "%PDF-", 5) != 0)
        status = ctl_fail(c, CTL_LOCAL,
            "weasyprint makes no PDF (%s); or --format html,csv",
            complaint == NULL ? "" : complaint);
    free(complaint);
    letters_wipe(&pdf);
    letters_wipe(&page);
    return status;
}

ctl_exit
letters_formats_begin(ctl *c, letters_formats *formats)
{
    ctl_exit status;

    memset(formats, 0, sizeof(*formats));
    status = read_formats(c, formats);
    if (status == CTL_OK)
        status = letters_seals_begin(c, &formats->seals);
    if (status == CTL_OK && formats->pdf)
        status = try_pdf(c);
    return status;
}

void
letters_formats_end(letters_formats *formats)
{
    letters_seals_end(&formats->seals);
}

/* ---- a batch ---- */

static bool
write_sealed(letters_batch *batch, const letters_seal *seal, const char *name,
    const letters_text *text)
{
    letters_text sealed = {NULL, 0, 0};
    char *full = ctl_format("%s%s", name, seal->suffix);
    bool written = false;

    if (letters_seal_bytes(seal, text, &sealed))
        written = letters_batch_write(batch, full, sealed.p, sealed.n);
    else
        errno = EIO;
    letters_wipe(&sealed);
    free(full);
    return written;
}

static bool
write_document(letters_batch *batch, const letters_seals *seals,
    const char *name, const letters_text *text)
{
    bool written = true;

    if (seals->n == 0)
        return letters_batch_write(batch, name, text->p, text->n);
    for (size_t i = 0; i < seals->n && written; i++)
        written = write_sealed(batch, seals->seal + i, name, text);
    return written;
}

/* The password's symbols may stand in what a program complains of: it is not
 * shown. */
static bool
make_pdf(const ctl *c, const letters_text *html, letters_text *pdf)
{
    if (letters_program(weasyprint, html, pdf, NULL) == LETTERS_DONE &&
        pdf->n > 0)
        return true;
    ctl_warn(c, "weasyprint failed: these letters are there as HTML");
    return false;
}

static bool
write_pages(const ctl *c, const letters_school *school, const letter *letters,
    size_t n, const letters_formats *formats, letters_batch *batch,
    bool *short_of)
{
    letters_text html = {NULL, 0, 0}, pdf = {NULL, 0, 0};
    bool written = true;
    bool made;

    letters_html(school, letters, n, (int64_t)time(NULL), &html);
    made = formats->pdf && make_pdf(c, &html, &pdf);
    if (made)
        written = write_document(batch, &formats->seals, "letters.pdf", &pdf);
    if (formats->pdf && !made)
        *short_of = true;
    if (written && (formats->html || !made))
        written = write_document(batch, &formats->seals, "letters.html", &html);
    letters_wipe(&pdf);
    letters_wipe(&html);
    return written;
}

bool
letters_documents(const ctl *c, const letters_school *school,
    const letter *letters, size_t n, const letters_formats *formats,
    letters_batch *batch, bool *short_of)
{
    letters_text text = {NULL, 0, 0};
    bool written = true;

    if (formats->html || formats->pdf)
        written = write_pages(c, school, letters, n, formats, batch, short_of);
    if (written && formats->csv) {
        letters_csv(school, letters, n, &text);
        written = write_document(batch, &formats->seals, "letters.csv", &text);
        letters_wipe(&text);
    }
    if (written) {
        letters_ledger_accounts(letters, n, &text);
        written = letters_batch_write(batch, "accounts.txt", text.p, text.n);
        letters_wipe(&text);
    }
    return written;
}
