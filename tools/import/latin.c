/* latin.c - names of other scripts in letters of ours. */
#include <stdlib.h>
#include <string.h>

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "core/password/fold.h"
#include "ctl/ctl.h"
#include "import/latin.h"

/* Bytes of a name that are looked at, far more than a login has letters; and
 * how many letters may come of one: there is none that gives more. */
#define NAME_BYTES 1024
#define LONGER 16

/* What a name that is written in our letters never asks for: ICU reads its data
 * when they are opened. */
static UTransliterator *
rules(void)
{
    static const UChar id[] = u"Any-Latin; Latin-ASCII";
    static UTransliterator *opened;
    UErrorCode error = U_ZERO_ERROR;

    if (opened == NULL)
        opened = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
    return opened;
}

static edc_buf
fold(const char *text)
{
    edc_buf folded = {NULL, 0};

    if (!edc_fold(edc_str_of(text), &folded)) {
        print_lines(stderr, "educonnectctl: out of memory\n");
        exit(CTL_LOCAL);
    }
    return folded;
}

static bool
is_ascii(const edc_buf *text)
{
    for (size_t i = 0; i < text->n; i++) {
        if ((unsigned char)text->p[i] >= 0x80)
            return false;
    }
    return true;
}

/* NULL when ICU cannot. */
static char *
transliterate(const char *name)
{
    size_t n = strnlen(name, NAME_BYTES), room = (n + 1) * LONGER;
    UChar *wide = ctl_resize(NULL, room, sizeof(*wide));
    char *text = ctl_resize(NULL, room, 4);
    UErrorCode error = U_ZERO_ERROR;
    int32_t length = 0, limit;

    u_strFromUTF8WithSub(
        wide, (int32_t)room, &length, name, (int32_t)n, 0xfffd, NULL, &error);
    limit = length;
    if (U_SUCCESS(error) && rules() != NULL)
        utrans_transUChars(
            rules(), wide, &length, (int32_t)room, 0, &limit, &error);
    u_strToUTF8WithSub(
        text, (int32_t)(room * 4), NULL, wide, length, 0xfffd, NULL, &error);
    free(wide);
    if (U_SUCCESS(error))
        return text;
    free(text);
    return NULL;
}

static char *
ascii_of(const edc_buf *folded)
{
    char *ascii = ctl_copy_n(folded->p == NULL ? "" : folded->p, folded->n);
    size_t n = 0;

    for (size_t i = 0; i < folded->n; i++) {
        if ((unsigned char)ascii[i] < 0x80)
            ascii[n++] = ascii[i];
    }
    ascii[n] = '\0';
    return ascii;
}

char *
import_latin(const char *name)
{
    edc_buf folded = fold(name);
    char *latin = is_ascii(&folded) ? NULL : transliterate(name);
    char *ascii;

    if (latin != NULL) {
        edc_buf_wipe(&folded);
        folded = fold(latin);
        free(latin);
    }
    ascii = ascii_of(&folded);
    edc_buf_wipe(&folded);
    return ascii;
}
