/* address.c - IP addresses and ranges of them. */
#include "core/text/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* What IPv6 puts before an address of IPv4, and its length in bits. */
static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
#define MAPPED_BITS 96
#define ALL_BITS 128

static bool
is_mapped(const edc_address *address)
{
    return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

bool
edc_address_read(edc_str text, edc_address *address)
{
    const char *zone = text.n == 0 ? NULL : memchr(text.p, '%', text.n);
    char copy[EDC_ADDRESS_SIZE];

    if (zone != NULL && memchr(text.p, ':', text.n) != NULL)
        text.n = (size_t)(zone - text.p);
    if (text.n == 0 || text.n >= sizeof(copy) ||
        memchr(text.p, '\0', text.n) != NULL)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    memcpy(address->bytes, mapped, sizeof(mapped));
    return inet_pton(AF_INET, copy, address->bytes + sizeof(mapped)) == 1 ||
           inet_pton(AF_INET6, copy, address->bytes) == 1;
}

void
edc_address_write(const edc_address *address, char out[EDC_ADDRESS_SIZE])
{
    bool four = is_mapped(address);

    out[0] = '\0';
    (void)inet_ntop(four ? AF_INET : AF_INET6,
        four ? address->bytes + sizeof(mapped) : address->bytes, out,
        EDC_ADDRESS_SIZE);
}

/* One to three digits, without a sign or blanks. */
static bool
read_length(edc_str text, unsigned *bits)
{
    *bits = 0;
    if (text.n == 0 || text.n > 3 || text.p[0] == '0')
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        *bits = *bits * 10 + (unsigned)(text.p[i] - '0');
    }
    return true;
}

static bool
bit_of(const edc_address *address, unsigned i)
{
    return (address->bytes[i / 8] >> (7 - i % 8) & 1) != 0;
}

bool
edc_range_read(edc_str text, edc_range *range)
{
    const char *slash = text.n == 0 ? NULL : memchr(text.p, '/', text.n);
    edc_str first = text;
    unsigned before, bits = 0;

    if (slash != NULL)
        first.n = (size_t)(slash - text.p);
    if (!edc_address_read(first, &range->first) ||
        memchr(first.p, '%', first.n) != NULL)
        return false;
    before = memchr(first.p, ':', first.n) == NULL ? MAPPED_BITS : 0;
    if (slash != NULL &&
        (!read_length((edc_str){slash + 1, text.n - first.n - 1}, &bits) ||
            bits > ALL_BITS - before))
        return false;
    range->bits = slash == NULL ? ALL_BITS : before + bits;
    if (range->bits == MAPPED_BITS && is_mapped(&range->first))
        return false;
    for (unsigned i = range->bits; i < ALL_BITS; i++) {
        if (bit_of(&range->first, i))
            return false;
    }
    return true;
}

void
edc_range_write(const edc_range *range, char out[EDC_RANGE_SIZE])
{
    char first[EDC_ADDRESS_SIZE];
    bool four = is_mapped(&range->first) && range->bits >= MAPPED_BITS;

    edc_address_write(&range->first, first);
    if (range->bits == ALL_BITS)
        snprintf(out, EDC_RANGE_SIZE, "%s", first);
    else
        snprintf(out, EDC_RANGE_SIZE, "%s/%u", first,
            four ? range->bits - MAPPED_BITS : range->bits);
}

bool
edc_range_has(const edc_range *range, const edc_address *address)
{
    unsigned whole = range->bits / 8;

    if (is_mapped(address) && range->bits < MAPPED_BITS)
        return false;
    if (memcmp(range->first.bytes, address->bytes, whole) != 0)
        return false;
    for (unsigned i = whole * 8; i < range->bits; i++) {
        if (bit_of(&range->first, i) != bit_of(address, i))
            return false;
    }
    return true;
}
