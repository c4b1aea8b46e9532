/* catalog.c - what the tools say, in French: gettext's catalogue. */
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/catalog.h"
#include "ctl/conversions.h"
#include "ctl/language.h"

#define DOMAIN "educonnect"

/* The program's own image, as the linker lays it out (end(3)): between these
 * stand its texts, and no memory that is written to while it runs but the few
 * variables that begin with a value. */
extern const char __executable_start[], edata[];

static bool
is_ours(const char *text)
{
    return text >= __executable_start && text < edata;
}

/* ---- where it is, and whether gettext may use it ---- */

static void
find_catalog(void)
{
    static const char *const places[] = {"locale", "../share/locale"};
    char program[PATH_MAX], path[PATH_MAX + 32];
    ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
    char *slash;

    if (n <= 0)
        return;
    program[n] = '\0';
    slash = strrchr(program, '/');
    if (slash == NULL)
        return;
    *slash = '\0';
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", program, places[i]);
        if (access(path, X_OK) == 0)
            break;
    }
    bindtextdomain(DOMAIN, path);
    /* What is printed is UTF-8, whatever the locale's character set is: text of
     * this program, and libc's words for errors among it. */
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    bind_textdomain_codeset("libc", "UTF-8");
}

/* A machine that was not given the locale of who logs in, as ssh sends it, has
 * another perhaps by which gettext translates: all but C, and since glibc 2.39
 * all but C.UTF-8 as well. */
static void
borrow_locale(void)
{
    static const char *const others[] = {"fr_FR.UTF-8", "fr_FR", "fr_BE.UTF-8",
        "fr_CA.UTF-8", "fr_CH.UTF-8", "fr_LU.UTF-8", "en_US.UTF-8",
        "en_GB.UTF-8", "C.UTF-8"};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (setlocale(LC_MESSAGES, others[i]) == NULL)
            continue;
        setenv("LANGUAGE", "fr", 0);
        return;
    }
}

bool
catalog_works(void)
{
    const char *name = setlocale(LC_MESSAGES, NULL);

    return name != NULL && strcmp(name, "C") != 0 && strcmp(name, "POSIX") != 0;
}

bool
catalog_open(void)
{
    /* Its entry for nothing is the head of the catalogue that is in force. */
    const char *head;

    find_catalog();
    if (setlocale(LC_MESSAGES, "") == NULL && ctl_language() == EDC_FRENCH)
        borrow_locale();
    head = dgettext(DOMAIN, "");
    return strstr(head, "Language: fr") != NULL;
}

/* ---- looking up ---- */

const char *
catalog_text(const char *text)
{
    /* The text of nothing is the catalogue's head. */
    if (ctl_language() == EDC_ENGLISH || text == NULL || !is_ours(text) ||
        *text == '\0')
        return text;
    return dgettext(DOMAIN, text);
}

const char *
catalog_phrase(const char *text)
{
    return text != NULL && strchr(text, ' ') != NULL ? catalog_text(text)
                                                     : text;
}

const char *
catalog_plain(const char *format)
{
    return catalog_text(format);
}

const char *
catalog_format(const char *format, va_list ap)
{
    conversion_values values;
    const char *said;
    uintmax_t n;

    if (ctl_language() == EDC_ENGLISH || !is_ours(format) || *format == '\0')
        return format;
    conversions_take(format, ap, &values);
    n = conversions_number(format, &values);
    /* As gettext's manual has it for numbers that are too wide. */
    said = dngettext(DOMAIN, format, format,
        n > 1000000 ? (unsigned long)(n % 1000000 + 1000000)
                    : (unsigned long)n);
    return conversions_fit(said, &values) ? said : format;
}
