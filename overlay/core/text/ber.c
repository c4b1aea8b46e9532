/* ber.c - elements of BER. liblber's own way looks at the byte behind the end.
 */
#include "core/text/ber.h"

static unsigned char
take_byte(edc_str *rest)
{
    unsigned char byte = (unsigned char)rest->p[0];

    rest->p++;
    rest->n--;
    return byte;
}

/* Definite lengths, of as many bytes as liblber reads. */
static bool
take_length(edc_str *rest, size_t *length)
{
    size_t bytes;

    if (rest->n == 0)
        return false;
    *length = take_byte(rest);
    if (*length < 0x80)
        return true;
    bytes = *length & 0x7f;
    if (bytes == 0 || bytes > sizeof(*length) || bytes > rest->n)
        return false;
    for (*length = 0; bytes > 0; bytes--)
        *length = *length << 8 | take_byte(rest);
    return true;
}

bool
edc_ber_next_is(const edc_str *rest, unsigned tag)
{
    return rest->n > 0 && (unsigned char)rest->p[0] == tag;
}

bool
edc_ber_take(edc_str *rest, unsigned tag, edc_str *content)
{
    size_t length;

    if (!edc_ber_next_is(rest, tag))
        return false;
    (void)take_byte(rest);
    if (!take_length(rest, &length) || length > rest->n)
        return false;
    *content = (edc_str){rest->p, length};
    rest->p += length;
    rest->n -= length;
    return true;
}
