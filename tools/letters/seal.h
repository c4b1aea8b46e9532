/* seal.h - encrypting letters before they are written. */
#ifndef LETTERS_SEAL_H
#define LETTERS_SEAL_H

#include "ctl/ctl.h"
#include "letters/text.h"

/* With what, after letters_seals_begin(): none, age, OpenPGP, or both, each
 * for all of its keys. */
typedef struct letters_seal {
    const char *suffix; /* ".age", ".gpg" */
    const char **argv;  /* what makes it of stdin; ended by NULL */
} letters_seal;

typedef struct letters_seals {
    letters_seal seal[2];
    size_t n;
} letters_seals;

/* Reads --encrypt-to, and encrypts a few words, so that a key that does not
 * work is known before anybody's password is changed. CTL_OK, or what to exit
 * with after it has printed why. */
ctl_exit letters_seals_begin(ctl *c, letters_seals *seals);
void letters_seals_end(letters_seals *seals);

/* Encrypts; false when the program failed. */
bool letters_seal_bytes(
    const letters_seal *seal, const letters_text *in, letters_text *out);

#endif
