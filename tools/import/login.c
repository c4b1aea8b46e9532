/* login.c - logins of new accounts: a pattern, letters folded, a number
 * behind it when somebody has it already.
 *
 * New accounts are taken in the order of their ids and get the first number
 * that is free, so that a run which was broken off gives the same logins when
 * it is done again.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/import.h"
#include "import/latin.h"

#define LOGIN_MAX 64

/* ---- the pattern ---- */

/* A piece of a pattern: "{given}", "{sn:8}", or one letter. */
typedef struct piece {
    enum { PIECE_LETTER, PIECE_GIVEN, PIECE_SN } what;
    size_t most; /* letters, 0: all */
    char letter;
} piece;

/* Reads one; false when it is none. Moves *at behind it. */
static bool
read_piece(const char **at, piece *p)
{
    const char *s = *at;
    char *end;

    *p = (piece){PIECE_LETTER, 0, *s};
    if (*s != '{') {
        *at = s + 1;
        return islower((unsigned char)*s) || isdigit((unsigned char)*s) ||
               strchr(".-_", *s) != NULL;
    }
    if (strncmp(s, "{given", 6) == 0) {
        p->what = PIECE_GIVEN;
        s += 6;
    } else if (strncmp(s, "{sn", 3) == 0) {
        p->what = PIECE_SN;
        s += 3;
    } else {
        return false;
    }
    if (*s == ':' && isdigit((unsigned char)s[1])) {
        p->most = strtoul(s + 1, &end, 10);
        s = end;
        if (p->most == 0 || p->most > LOGIN_MAX)
            return false;
    }
    *at = s + 1;
    return *s == '}';
}

const char *
import_pattern_check(const char *pattern)
{
    bool named = false;
    piece p;

    while (*pattern != '\0') {
        if (!read_piece(&pattern, &p))
            return "made of {given}, {sn}, {given:1}, {sn:8} and the like, "
                   "lower-case letters, digits and . - _";
        named = named || p.what == PIECE_SN;
    }
    return named ? NULL : "has no {sn}";
}

/* As many of a name's letters as are asked for and have room. */
static void
put_name(char *login, const char *name, size_t most)
{
    char *letters = import_latin(name);
    size_t n = strlen(login);
    size_t room = LOGIN_MAX - n;

    if (most > 0 && most < room)
        room = most;
    snprintf(login + n, room + 1, "%s", letters);
    free(letters);
}

static void
put_letter(char *login, char letter)
{
    size_t n = strlen(login);

    if (n < LOGIN_MAX) {
        login[n] = letter;
        login[n + 1] = '\0';
    }
}

char *
import_login_base(const char *pattern, const char *given_name, const char *sn)
{
    char login[LOGIN_MAX + 1] = "";
    size_t n, start;
    piece p;

    while (*pattern != '\0' && read_piece(&pattern, &p)) {
        if (p.what == PIECE_LETTER)
            put_letter(login, p.letter);
        else
            put_name(login, p.what == PIECE_SN ? sn : given_name, p.most);
    }
    start = strspn(login, ".-_");
    for (n = strlen(login); n > start && strchr(".-_", login[n - 1]) != NULL;)
        login[--n] = '\0';
    return ctl_copy(n > start ? login + start : "compte");
}

/* ---- numbers ---- */

typedef struct giver {
    import *im;
    sqlite3_stmt *taken, *take, *next, *keep, *set;
} giver;

static bool
take(giver *g, const char *login)
{
    store_text(g->taken, 1, login);
    if (store_first(g->taken, 0) != 0)
        return false;
    store_text(g->take, 1, login);
    store_do(g->take);
    return true;
}

static char *
free_login(giver *g, const char *base)
{
    char *login = ctl_copy(base);
    int64_t number;

    store_text(g->next, 1, base);
    number = store_first(g->next, 1);
    if (number > 1) {
        free(login);
        login = ctl_format("%s%lld", base, (long long)number);
    }
    while (!take(g, login)) {
        free(login);
        login = ctl_format("%s%lld", base, (long long)++number);
    }
    store_text(g->keep, 1, base);
    store_number(g->keep, 2, number);
    store_do(g->keep);
    return login;
}

static void
give(giver *g, int64_t record)
{
    bag fields = {0};
    const char *given;
    char *base, *login, *dn;

    import_fields_of(g->im, record, &fields);
    given = bag_get(&fields, FIELD_GIVEN_NAME, 0);
    base = import_login_base(g->im->how.pattern, given == NULL ? "" : given,
        bag_get(&fields, FIELD_SN, 0));
    login = free_login(g, base);
    dn = ctl_format("uid=%s,%s", login, g->im->how.people);
    store_text(g->set, 1, dn);
    store_number(g->set, 2, record);
    store_do(g->set);
    free(dn);
    free(login);
    free(base);
    bag_free(&fields);
}

void
import_logins(import *im)
{
    giver g = {.im = im};
    sqlite3_stmt *q = store_prepare(&im->s,
        "SELECT n FROM record WHERE kind IN (1, 2) AND op = 0 AND head = 0"
        " AND outcome = 0 AND entry = 0 AND self = 0 ORDER BY id");

    g.taken = store_prepare(&im->s, "SELECT 1 FROM login WHERE uid = ?");
    g.take = store_prepare(&im->s, "INSERT INTO login VALUES (?)");
    g.next =
        store_prepare(&im->s, "SELECT next FROM login_next WHERE base = ?");
    g.keep =
        store_prepare(&im->s, "INSERT OR REPLACE INTO login_next VALUES (?,?)");
    g.set = store_prepare(&im->s, "UPDATE record SET dn = ? WHERE n = ?");
    while (store_next(q))
        give(&g, store_col(q, 0));
    store_end(q);
    store_end(g.taken);
    store_end(g.take);
    store_end(g.next);
    store_end(g.keep);
    store_end(g.set);
}
