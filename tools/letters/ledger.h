/* ledger.h - which letters lie in the directory, and which were about
 * to be made when a run broke off.
 *
 * accounts.txt in every directory of letters, and .intent beside them. Neither
 * holds a secret. One line an account, fields separated by tabs, control
 * characters and % as %XX.
 */
#ifndef LETTERS_LEDGER_H
#define LETTERS_LEDGER_H

#include "letters/letters.h"
#include "letters/store.h"

typedef struct letters_note {
    char *key;   /* ctl_dn_key() of the DN */
    char *until; /* educonnectProvisionalUntil; "-" for none */
} letters_note;

typedef struct letters_notes {
    letters_note *note;
    size_t n;
} letters_notes;

typedef struct letters_ledger {
    letters_notes written;  /* until: of the letter that lies there; sorted */
    letters_notes intended; /* until: what the account had before */
} letters_ledger;

/* Reads what the directory has; an empty ledger when it is not open. False
 * with errno set. Release with letters_ledger_free() in every case. */
bool letters_ledger_read(letters_ledger *ledger, const letters_store *store);
void letters_ledger_free(letters_ledger *ledger);

/* Whether the account's letter that is valid now lies in the directory. */
bool letters_ledger_has(const letters_ledger *ledger, const letter *l);

/* Whether a run made a letter for the account that was lost with it. */
bool letters_ledger_lost(const letters_ledger *ledger, const letter *l);

/* Before their passwords are made: notes the accounts in .intent. */
bool letters_ledger_intend(letters_ledger *ledger, const letters_store *store,
    const letter *letters, size_t n);

/* The content of accounts.txt. */
void letters_ledger_accounts(
    const letter *letters, size_t n, letters_text *out);

/* After the batch was committed, or when nothing came of it: takes those with
 * done[i] from .intent. */
bool letters_ledger_settle(letters_ledger *ledger, const letters_store *store,
    const letter *letters, const bool *done, size_t n);

#endif
