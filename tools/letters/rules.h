/* rules.h - what a new password must be, as letters tell it. */
#ifndef LETTERS_RULES_H
#define LETTERS_RULES_H

#include "core/password/password.h"
#include "letters/letters.h"

/* The rules of the school's letters: those of --password-rules, else the
 * server's where this identity may read them (cn=config), else the overlay's
 * defaults. CTL_OK, or CTL_USAGE after it has printed what is wrong. */
ctl_exit letters_rules_read(ctl *c, letters_school *school);

/* French sentences, allocated. */
char *letters_rules_words(const edc_policy *policy);

#endif
