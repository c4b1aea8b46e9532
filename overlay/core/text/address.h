/* address.h - IP addresses and ranges of them, of both versions. */
#ifndef EDC_ADDRESS_H
#define EDC_ADDRESS_H

#include "core/text/text.h"

/* Bytes of an address as text, NUL included. */
#define EDC_ADDRESS_SIZE 46

/* An address; one of IPv4 as IPv6 maps it (RFC 4291 section 2.5.5.2). */
typedef struct edc_address {
    unsigned char bytes[16];
} edc_address;

/* Reads an address of four decimal figures (RFC 6943 section 3.1.1) or of IPv6
 * (RFC 4291 section 2.2), whose zone ("%eth0") is passed over; neither
 * brackets nor a port. Pure. */
bool edc_address_read(edc_str text, edc_address *address);

/* Writes it in its one form (RFC 5952), a mapped one as IPv4. */
void edc_address_write(const edc_address *address, char out[EDC_ADDRESS_SIZE]);

/* The addresses that have their first bits in common. */
typedef struct edc_range {
    edc_address first;
    unsigned bits; /* of 128; of IPv4: 96 and more */
} edc_range;

/* Bytes of a range as text: with "/128". */
#define EDC_RANGE_SIZE (EDC_ADDRESS_SIZE + 4)

/* Reads "192.0.2.0/24", "2001:db8::/32", or one address. Bits behind the
 * length are refused, and so is a length of 0. Pure. */
bool edc_range_read(edc_str text, edc_range *range);

/* Writes it as it is read: without a length when it is one address. */
void edc_range_write(const edc_range *range, char out[EDC_RANGE_SIZE]);

/* Whether the address is one of the range; a range of IPv6 has none of IPv4.
 * Pure. */
bool edc_range_has(const edc_range *range, const edc_address *address);

#endif
