/* latin.c - names of other scripts in letters of ours. */
#include <stdlib.h>
#include <string.h>

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "ctl/fold.h"
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

static bool
is_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
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

/* What is left of a text without what is no ASCII. */
static char *
ascii_of(char *text)
{
    size_t n = 0;

    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x80)
            text[n++] = *p;
    }
    text[n] = '\0';
    return text;
}

char *
import_latin(const char *name)
{
    char *folded = ctl_fold(edc_str_of(name));
    char *latin = is_ascii(folded) ? NULL : transliterate(name);

    if (latin != NULL) {
        free(folded);
        folded = ctl_fold(edc_str_of(latin));
        free(latin);
    }
    return ascii_of(folded);
}
