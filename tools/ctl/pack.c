/* pack.c - numbers and texts as bytes. */
#include <stdint.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/pack.h"

static void
put(ctl_pack *p, const void *bytes, size_t n)
{
    if (p->room - p->n < n) {
        p->room = 2 * p->room + n;
        p->bytes = ctl_resize(p->bytes, p->room, 1);
    }
    if (n > 0)
        memcpy(p->bytes + p->n, bytes, n);
    p->n += n;
}

void
ctl_pack_number(ctl_pack *p, size_t value)
{
    uint32_t number = (uint32_t)value;

    put(p, &number, sizeof(number));
}

void
ctl_pack_text(ctl_pack *p, const char *text, size_t n)
{
    ctl_pack_number(p, n);
    put(p, text, n);
}

size_t
ctl_unpack_number(ctl_unpack *u)
{
    uint32_t number;

    if (!u->ok || u->n < sizeof(number)) {
        u->ok = false;
        return 0;
    }
    memcpy(&number, u->bytes, sizeof(number));
    u->bytes += sizeof(number);
    u->n -= sizeof(number);
    return number;
}

const char *
ctl_unpack_text(ctl_unpack *u, size_t *n)
{
    const char *text;

    *n = ctl_unpack_number(u);
    if (!u->ok || u->n < *n) {
        u->ok = false;
        *n = 0;
        return "";
    }
    text = u->bytes;
    u->bytes += *n;
    u->n -= *n;
    return text;
}
