/* program.h - running a program that turns bytes into bytes: nothing of
 * them touches the disk or a command line.
 */
#ifndef LETTERS_PROGRAM_H
#define LETTERS_PROGRAM_H

#include "letters/text.h"

typedef enum letters_end {
    LETTERS_DONE,
    LETTERS_MISSING, /* there is no such program */
    LETTERS_FAILED
} letters_end;

/* Runs argv[0], looked for in PATH, gives it `in`, puts what it writes into
 * *out and waits for its end. *complaint is the beginning of what it wrote to
 * stderr, in one line, allocated; with complaint NULL that goes nowhere, as it
 * must when `in` holds secrets. The program is in a process group of its own,
 * so that an interrupt from the terminal does not reach it. */
letters_end letters_program(const char *const *argv, const letters_text *in,
    letters_text *out, char **complaint);

#endif
