/* documents.h - the files of a batch: which, and how they are made. */
#ifndef LETTERS_DOCUMENTS_H
#define LETTERS_DOCUMENTS_H

#include "letters/letters.h"
#include "letters/seal.h"
#include "letters/store.h"

typedef struct letters_formats {
    bool html, pdf, csv;
    letters_seals seals;
} letters_formats;

/* Reads --format and --encrypt-to and tries the programs that they need. CTL_OK
 * or what to exit with after it has printed why. Release with
 * letters_formats_end() in every case. */
ctl_exit letters_formats_begin(ctl *c, letters_formats *formats);
void letters_formats_end(letters_formats *formats);

/* Writes the files of these letters, of one class, and accounts.txt. Encrypted
 * when keys were given: then nothing else of them is ever on the disk. A PDF
 * that cannot be made is said, and the HTML is written in its place: *short_of.
 * False with errno set when a file cannot be written. */
bool letters_documents(const ctl *c, const letters_school *school,
    const letter *letters, size_t n, const letters_formats *formats,
    letters_batch *batch, bool *short_of);

#endif
