/* watch.h - addresses that only guess: who sends wrong passwords and hardly a
 * right one.
 *
 * What a lock-out counts by account this counts by address, in bounded memory:
 * the address that was not heard of for longest gives way. Counts fade to the
 * half in a day, so that a portal, which sends wrong passwords and many right
 * ones, does not look like a guesser on a quiet night.
 */
#ifndef EDC_WATCH_H
#define EDC_WATCH_H

#include <stdint.h>

#include "core/text/text.h"

/* An address is told of once it has sent so many wrong passwords, and ten of
 * them for each right one; once in so many seconds. */
#define EDC_WATCH_WRONG 10
#define EDC_WATCH_PERIOD 60

/* Different names that are counted for one line; more are "at least" so many.
 */
#define EDC_WATCH_NAMES 64

/* Bytes of an address, NUL included. */
#define EDC_WATCH_ADDRESS 48

typedef struct edc_watch edc_watch;

/* NULL when memory is out. */
edc_watch *edc_watch_new(void);
void edc_watch_free(edc_watch *watch);

/* The address in slapd's name of a peer ("IP=192.0.2.7:389",
 * "IP=[2001:db8::7]:389"); "" when it has none, as on a Unix socket. */
void edc_watch_address(const char *peer, char out[EDC_WATCH_ADDRESS]);

/* What is told of one address. */
typedef struct edc_watch_line {
    char address[EDC_WATCH_ADDRESS];
    uint32_t wrong; /* since the last line; of an address in a list, fading */
    uint32_t right;
    uint32_t names;  /* different ones among the wrong, at most
                        EDC_WATCH_NAMES */
    int64_t seconds; /* that they took */
} edc_watch_line;

/* Counts one password that was sent from an address ("": nothing is counted)
 * for a name. Returns true, with *line filled in, when the address is to be
 * told of now. now: of a clock that nobody puts. Thread-safe. */
bool edc_watch_note(edc_watch *watch, const char *address, edc_str name,
    bool right, int64_t now, edc_watch_line *line);

/* The addresses that were told of within the last hour, at most n; how many. */
size_t edc_watch_list(
    edc_watch *watch, int64_t now, edc_watch_line *lines, size_t n);

/* Lines since the start. */
uint64_t edc_watch_told(const edc_watch *watch);

#endif
