/* uai.h - UAI codes of schools and birth dates, checked. */
#ifndef EDC_UAI_H
#define EDC_UAI_H

#include "core/text/text.h"

/* Seven digits and the check letter ABCDEFGHJKLMNPRSTUVWXYZ[number mod 23]
 * (upper case; published checking rule of the code, e.g. 0750655E). Pure. */
bool edc_uai_valid(edc_str uai);

/* Seven digits and a letter that such codes have, whichever: what test
 * platforms and anonymous files have for a code. Pure. */
bool edc_uai_shaped(edc_str uai);

/* A real calendar day as YYYY-MM-DD, years 1900..2199. Pure. */
bool edc_birthdate_valid(edc_str date);

/* The month, 1 to 12, that a French or English name or its usual short form
 * stands for, folded by edc_fold(); 0: none. Pure. */
int edc_month_named(edc_str folded);

/* Whether a text contains the day in a usual notation, separators dropped
 * before: DDMMYYYY, YYYYMMDD, MMDDYYYY, DDMMYY, YYMMDD, and the same with day
 * or month unpadded when separators stand between ("3/9/2011"); French and
 * English month names and their usual short forms, before the year and on
 * either side of the day ("3 sept 2011", "1er mars 11", "March 3rd, 2011").
 * text is as the client sent it, folded the same as edc_fold() gives it. False
 * when date is none. Pure. */
bool edc_birthdate_in(edc_str text, edc_str folded, edc_str date);

#endif
