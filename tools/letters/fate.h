/* fate.h - who gets a letter. */
#ifndef LETTERS_FATE_H
#define LETTERS_FATE_H

#include "letters/ledger.h"

/* What becomes of an account, as its state was read last. again: also where a
 * letter is still valid. Reads the clock. */
letters_fate letters_fate_of(const letters_school *school,
    const letters_ledger *ledger, bool again, const letter *l);

/* Whether a letter is valid that was not handed out in the session's name: the
 * guard's matter. */
bool letters_guarded(const letters_school *school, const letter *l);

#endif
