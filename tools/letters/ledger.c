/* ledger.c - which letters lie in the directory, which were lost. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/dn.h"
#include "ctl/input.h"
#include "letters/ledger.h"
#include "letters/words.h"

#define INTENT ".intent"
#define ACCOUNTS "accounts.txt"

/* ---- lines ---- */

static void
add_escaped(letters_text *out, const char *s)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;

        if (c < 0x20 || c == 0x7f || c == '%')
            letters_addf(out, "%%%02X", c);
        else
            letters_put(out, s, 1);
    }
}

static int
hex(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

static void
unescape(char *s)
{
    char *to = s;

    for (; *s != '\0'; s++) {
        if (*s == '%' && isxdigit((unsigned char)s[1]) &&
            isxdigit((unsigned char)s[2])) {
            *to++ = (char)(16 * hex(s[1]) + hex(s[2]));
            s += 2;
        } else {
            *to++ = *s;
        }
    }
    *to = '\0';
}

static void
note(letters_notes *notes, const char *dn, const char *until)
{
    notes->note = ctl_resize(notes->note, notes->n + 1, sizeof(*notes->note));
    notes->note[notes->n].key = ctl_dn_key(dn);
    notes->note[notes->n].until = ctl_copy(until);
    notes->n++;
}

static void
forget(letters_notes *notes)
{
    for (size_t i = 0; i < notes->n; i++) {
        free(notes->note[i].key);
        free(notes->note[i].until);
    }
    free(notes->note);
    *notes = (letters_notes){NULL, 0};
}

/* ---- reading ---- */

/* "until <tab> DN" or "uid <tab> until <tab> DN"; what is neither is a line
 * that somebody else wrote. */
static void
read_line(letters_notes *notes, char *line, bool with_uid)
{
    char *at = line;
    const char *until;

    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '#' || (with_uid && strsep(&at, "\t") == NULL))
        return;
    until = strsep(&at, "\t");
    if (until == NULL || at == NULL)
        return;
    unescape(at);
    note(notes, at, until);
}

/* True also when there is no such file. */
static bool
read_notes(letters_notes *notes, int directory, const char *name, bool with_uid)
{
    int fd = input_within(directory, name);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    char *line = NULL;
    size_t room = 0;
    bool read;

    if (file == NULL) {
        if (fd >= 0)
            close(fd);
        return errno == ENOENT || errno == ENOTDIR;
    }
    while (getline(&line, &room, file) > 0)
        read_line(notes, line, with_uid);
    free(line);
    read = !ferror(file);
    (void)fclose(file);
    return read;
}

static int
by_key(const void *a, const void *b)
{
    const letters_note *p = a, *q = b;
    int order = strcmp(p->key, q->key);

    return order != 0 ? order : strcmp(p->until, q->until);
}

bool
letters_ledger_read(letters_ledger *ledger, const letters_store *store)
{
    int fd = store->fd < 0 ? -1 : input_directory(store->fd, ".", false);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *one;
    bool read = true;

    memset(ledger, 0, sizeof(*ledger));
    if (store->fd < 0)
        return true;
    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    while (read && (one = readdir(dir)) != NULL) {
        char *name;

        if (one->d_name[0] == '.')
            continue;
        name = ctl_format("%s/" ACCOUNTS, one->d_name);
        read = read_notes(&ledger->written, store->fd, name, true);
        free(name);
    }
    closedir(dir);
    if (ledger->written.n > 1)
        qsort(ledger->written.note, ledger->written.n, sizeof(letters_note),
            by_key);
    return read && read_notes(&ledger->intended, store->fd, INTENT, false);
}

void
letters_ledger_free(letters_ledger *ledger)
{
    forget(&ledger->written);
    forget(&ledger->intended);
}

/* ---- asking ---- */

static const char *
until_of(const letter *l)
{
    return l->until != NULL ? l->until : "-";
}

bool
letters_ledger_has(const letters_ledger *ledger, const letter *l)
{
    const letters_note wanted = {l->key, (char *)until_of(l)};

    return ledger->written.n > 0 &&
           bsearch(&wanted, ledger->written.note, ledger->written.n,
               sizeof(wanted), by_key) != NULL;
}

bool
letters_ledger_lost(const letters_ledger *ledger, const letter *l)
{
    if (letters_ledger_has(ledger, l))
        return false;
    for (size_t i = 0; i < ledger->intended.n; i++) {
        const letters_note *one = ledger->intended.note + i;

        if (strcmp(one->key, l->key) == 0)
            return strcmp(one->until, until_of(l)) != 0;
    }
    return false;
}

/* ---- writing ---- */

static bool
write_intent(const letters_ledger *ledger, const letters_store *store)
{
    letters_text text = {NULL, 0, 0};
    bool written;

    if (ledger->intended.n == 0)
        return letters_store_remove(store, INTENT);
    letters_add(&text, "# Letters for these were about to be made; a run that "
                       "ends in order takes this file away.\n");
    for (size_t i = 0; i < ledger->intended.n; i++) {
        letters_addf(&text, "%s\t", ledger->intended.note[i].until);
        add_escaped(&text, ledger->intended.note[i].key);
        letters_add(&text, "\n");
    }
    written = letters_store_replace(store, INTENT, text.p, text.n);
    letters_wipe(&text);
    return written;
}

/* The last position of an account among the intended, n when it is none. */
static size_t
position(const letters_notes *notes, const char *key)
{
    size_t i = 0;

    while (i < notes->n && strcmp(notes->note[i].key, key) != 0)
        i++;
    return i;
}

bool
letters_ledger_intend(letters_ledger *ledger, const letters_store *store,
    const letter *letters, size_t n)
{
    /* One that is noted already keeps what it had before the run that lost
     * its letter: until the new one lies there, that one is still lost. */
    for (size_t i = 0; i < n; i++) {
        if (position(&ledger->intended, letters[i].key) == ledger->intended.n)
            note(&ledger->intended, letters[i].key, until_of(letters + i));
    }
    return write_intent(ledger, store);
}

bool
letters_ledger_settle(letters_ledger *ledger, const letters_store *store,
    const letter *letters, const bool *done, size_t n)
{
    letters_notes *notes = &ledger->intended;

    for (size_t i = 0; i < n; i++) {
        size_t at = position(notes, letters[i].key);
        letters_note gone;

        if (!done[i] || at == notes->n)
            continue;
        gone = notes->note[at];
        memmove(notes->note + at, notes->note + at + 1,
            (--notes->n - at) * sizeof(gone));
        free(gone.key);
        free(gone.until);
    }
    return write_intent(ledger, store);
}

void
letters_ledger_accounts(const letter *letters, size_t n, letters_text *out)
{
    letters_add(out, "# login, end of the letter's validity, DN\n");
    for (size_t i = 0; i < n; i++) {
        add_escaped(out, letters[i].uid);
        letters_addf(out, "\t%s\t", until_of(letters + i));
        add_escaped(out, letters[i].dn);
        letters_add(out, "\n");
    }
}
