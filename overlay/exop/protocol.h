/* protocol.h - the extended operations on the wire: object identifiers,
 * requests read, answers written. doc/PROTOCOL.md has the ASN.1.
 *
 * Reading is strict: every tag in its place, nothing empty that must not be,
 * nothing behind the end. What is read points into the request, is not
 * NUL-terminated, and may be secret. It needs liblber alone: tests/fuzz has it
 * without slapd.
 */
#ifndef OV_PROTOCOL_H
#define OV_PROTOCOL_H

#include "slapd/lber.h"

#include "core/text/schema.h"

#define OV_OID_CLAIM EDC_OID_ARC ".3.1"
#define OV_OID_MERGE EDC_OID_ARC ".3.2"
#define OV_OID_CONTEST EDC_OID_ARC ".3.3"

/* Longest request, in bytes; longest text in it; most birth dates. */
#define OV_REQUEST_MAX 16384
#define OV_TEXT_MAX 4096
#define OV_DATES_MAX 32

typedef struct ov_claim_request {
    edc_str mobile;
    edc_str sn;
    edc_str given_name;
    edc_str dates[OV_DATES_MAX]; /* YYYY-MM-DD, each a real one */
    size_t n_dates;              /* at least one */
    edc_str password;            /* or */
    edc_str federated_id;        /* the other is empty */
} ov_claim_request;

/* Either uid and password, or dn and into; the others are empty. */
typedef struct ov_merge_request {
    edc_str dn;
    edc_str into;
    edc_str uid;
    edc_str password;
} ov_merge_request;

/* Each reads a request's value (NULL: none came). Returns false when it is
 * malformed. */
bool ov_read_claim(const struct berval *value, ov_claim_request *request);
bool ov_read_merge(const struct berval *value, ov_merge_request *request);
bool ov_read_contest(const struct berval *value, edc_str *student);

/* SEQUENCE { dn LDAPDN }, as slapd sends and frees it; NULL when memory is
 * out. */
struct berval *ov_write_dn(const struct berval *dn);

#endif
