/* print.h - an account on one screen, or as a JSON object. */
#ifndef STATUS_PRINT_H
#define STATUS_PRINT_H

#include "status/family.h"

/* What is printed. The sentence says why the account is in its state. */
typedef struct status_view {
    const status_account *account;
    const status_family *family;
    const char *why;
} status_view;

void status_screen(const status_view *view, FILE *out);
void status_json(const status_view *view, FILE *out);

#endif
