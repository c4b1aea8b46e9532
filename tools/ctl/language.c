/* language.c - the language that people are spoken to in. */
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "ctl/language.h"
#include "ctl/memory.h"

static edc_language language = EDC_ENGLISH;

void
ctl_language_begin(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *value = NULL, *first;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (value == NULL || *value == '\0')
            value = getenv(names[i]);
    }
    /* "fr", "fr_FR.UTF-8", "fr@euro"; not "frr", North Frisian. */
    if (value != NULL && strncmp(value, "fr", 2) == 0 &&
        strchr("_.@", value[2]) != NULL)
        language = EDC_FRENCH;
    /* LANGUAGE goes before these, where gettext translates at all (gettext(3)).
     * It would pass over English, of which there is no catalogue. */
    first = getenv("LANGUAGE");
    if (first == NULL)
        first = "";
    if (catalog_open() && strncmp(first, "en", 2) != 0)
        language = EDC_FRENCH;
    else if (*first != '\0' && catalog_works())
        language = EDC_ENGLISH;
}

void
ctl_language_set(edc_language to)
{
    language = to;
}

edc_language
ctl_language(void)
{
    return language;
}

const char *
ctl_text(const char *english, const char *french)
{
    return language == EDC_FRENCH ? french : english;
}

char *
ctl_word(const char *name)
{
    edc_str word = edc_word_of(edc_str_of(name), language);

    return ctl_copy_n(word.p, word.n);
}

char *
ctl_attribute(const char *name, edc_language in)
{
    edc_str french = edc_attribute_french(edc_str_of(name));

    return in == EDC_FRENCH && french.n > 0 ? ctl_copy_n(french.p, french.n)
                                            : ctl_copy(name);
}

char *
ctl_when(const char *time)
{
    char words[EDC_TIME_WORDS_SIZE];

    edc_time_words(edc_str_of(time), language, words);
    return ctl_copy(words);
}
