/* seal.c - encrypting letters before they are written. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/input.h"
#include "letters/program.h"
#include "letters/seal.h"

static const char *const age[] = {"age", "--encrypt"};
static const char *const gpg[] = {"gpg", "--batch", "--no-tty", "--quiet",
    "--trust-model", "always", "--encrypt", "--output", "-"};
#define WORDS(list) (sizeof(list) / sizeof((list)[0]))

static bool
is_age(const char *key)
{
    return strncmp(key, "age1", 4) == 0;
}

/* A key is a file's when it looks like a path, or there is such a file. */
static const char *
gpg_option(const char *key)
{
    return strchr(key, '/') != NULL || access(key, R_OK) == 0
               ? "--recipient-file"
               : "--recipient";
}

/* Whoever may change the file could have the letters encrypted to another key.
 */
static void
warn_of_file(const ctl *c, const char *key)
{
    const char *why;
    int fd = strcmp(gpg_option(key), "--recipient-file") == 0
                 ? input_open(key, INPUT_FILE, &why)
                 : -1;
    const char *wrong = fd < 0 ? NULL : input_exposed(fd, true);

    if (wrong != NULL)
        ctl_warn(
            c, "warning: %s is the key of the letters, and %s", key, wrong);
    if (fd >= 0)
        close(fd);
}

/* A seal for all keys of one kind; none when there is no such key. */
static void
add_seal(const ctl *c, letters_seals *seals, bool with_age)
{
    size_t n_keys = ctl_count(c, CTL_OPT_LETTERS_ENCRYPT_TO);
    const char *const *program = with_age ? age : gpg;
    size_t n = with_age ? WORDS(age) : WORDS(gpg);
    size_t keys = 0;
    const char **argv = ctl_alloc(n + 2 * n_keys + 1, sizeof(*argv));

    memcpy(argv, program, n * sizeof(*argv));
    for (size_t i = 0; i < n_keys; i++) {
        const char *key = ctl_nth(c, CTL_OPT_LETTERS_ENCRYPT_TO, i);

        if (is_age(key) != with_age)
            continue;
        if (!with_age)
            warn_of_file(c, key);
        argv[n++] = with_age ? "--recipient" : gpg_option(key);
        argv[n++] = key;
        keys++;
    }
    if (keys == 0) {
        free(argv);
        return;
    }
    seals->seal[seals->n].suffix = with_age ? ".age" : ".gpg";
    seals->seal[seals->n].argv = argv;
    seals->n++;
}

static ctl_exit
try_seal(const ctl *c, const letters_seal *seal)
{
    letters_text words = {NULL, 0, 0}, sealed = {NULL, 0, 0};
    char *complaint = NULL;
    ctl_exit status = CTL_OK;
    letters_end end;

    letters_add(&words, "Bonjour");
    end = letters_program(seal->argv, &words, &sealed, &complaint);
    if (end == LETTERS_MISSING)
        status = ctl_fail(c, CTL_LOCAL,
            "--encrypt-to needs the program %s, which is not installed",
            seal->argv[0]);
    else if (end == LETTERS_FAILED || sealed.n == 0)
        status = ctl_fail(c, CTL_USAGE, "--encrypt-to: %s refused it: %s",
            seal->argv[0], complaint == NULL ? "" : complaint);
    free(complaint);
    letters_wipe(&sealed);
    letters_wipe(&words);
    return status;
}

ctl_exit
letters_seals_begin(ctl *c, letters_seals *seals)
{
    ctl_exit status = CTL_OK;

    memset(seals, 0, sizeof(*seals));
    add_seal(c, seals, true);
    add_seal(c, seals, false);
    for (size_t i = 0; i < seals->n && status == CTL_OK; i++)
        status = try_seal(c, seals->seal + i);
    return status;
}

void
letters_seals_end(letters_seals *seals)
{
    for (size_t i = 0; i < seals->n; i++)
        free(seals->seal[i].argv);
    seals->n = 0;
}

bool
letters_seal_bytes(
    const letters_seal *seal, const letters_text *in, letters_text *out)
{
    return letters_program(seal->argv, in, out, NULL) == LETTERS_DONE &&
           out->n > 0;
}
