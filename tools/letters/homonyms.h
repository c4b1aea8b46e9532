/* homonyms.h - pupils of one class and one name, told apart on paper. */
#ifndef LETTERS_HOMONYMS_H
#define LETTERS_HOMONYMS_H

#include "letters/letters.h"

/* Whether two of the selected pupils have the same class and name, letters'
 * case and accents apart. */
bool letters_homonyms_any(const letter *pupils, const bool *selected, size_t n);

/* Gives each such pupil a mark: the guardians' names, which guardians_of()
 * gives, allocated, "" for none; or the login, where those are the same or not
 * to be read. */
void letters_homonyms_mark(letter *pupils, const bool *selected, size_t n,
    char *(*guardians_of)(void *ctx, size_t pupil), void *ctx);

#endif
