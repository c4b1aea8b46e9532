/* ahead.c - entries that were written in this server's future. */
#include "slapd/ahead.h"

#include "core/text/gentime.h"
#include "slapd/entry.h"
#include "slapd/stack.h"

#include <errno.h>
#include <sys/time.h>
#include <time.h>

/* "20261129183503.123456Z#000000#001#000000": the seconds, and microseconds
 * behind a point. */
#define SECONDS 14
#define DIGITS 6
#define MILLION 1000000

static int64_t
microseconds(const char *digits)
{
    int64_t n = 0;

    for (int i = 0; i < DIGITS; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return 0;
        n = n * 10 + (digits[i] - '0');
    }
    return n;
}

/* In microseconds. */
static bool
time_of(Entry *entry, int64_t *written)
{
    BerVarray csn = ov_values(entry, slap_schema.si_ad_entryCSN);
    char text[SECONDS + 2] = "";
    int64_t seconds;

    if (csn == NULL || csn->bv_len < SECONDS + 1 + DIGITS)
        return false;
    memcpy(text, csn->bv_val, SECONDS);
    text[SECONDS] = 'Z';
    if (!edc_time_parse(edc_str_of(text), &seconds))
        return false;
    *written = seconds * MILLION + microseconds(csn->bv_val + SECONDS + 1);
    return true;
}

static bool
sends_on(Operation *op, const slap_overinst *on)
{
    return SLAP_MULTIPROVIDER(op->o_bd) || ov_stack_has(on, "syncprov");
}

/* By so many microseconds; 0 for not at all. */
static int64_t
ahead_by(Entry *entry)
{
    struct timeval now;
    int64_t written, until;

    if (!time_of(entry, &written) || gettimeofday(&now, NULL) != 0)
        return 0;
    until = written + 1 - ((int64_t)now.tv_sec * MILLION + now.tv_usec);
    return until > 0 ? until : 0;
}

/* Whether it is too long for that. */
static bool
outwait(int64_t span)
{
    struct timespec rest = {0, (long)(span % MILLION) * 1000};

    if (span > OV_AHEAD_WAIT)
        return true;
    rest.tv_sec = (time_t)(span / MILLION);
    while (span > 0 && nanosleep(&rest, &rest) != 0 && errno == EINTR)
        continue;
    return false;
}

bool
ov_is_ahead(Operation *op, slap_overinst *on, Entry *entry)
{
    return sends_on(op, on) && outwait(ahead_by(entry));
}

static void
look(void *ctx, Entry *e)
{
    *(int64_t *)ctx = ahead_by(e);
}

bool
ov_is_ahead_at(Operation *op, slap_overinst *on, struct berval *ndn)
{
    int64_t span = 0;

    if (sends_on(op, on))
        ov_entry_look(op, ndn, look, &span);
    return outwait(span);
}

void
ov_ahead_log(Operation *op, const struct berval *dn)
{
    Debug(LDAP_DEBUG_ANY,
        "%s educonnect: \"%s\" was written in what is this server's future, "
        "and a write now would be lost: the clocks of the servers differ\n",
        op->o_log_prefix, dn->bv_val);
}
