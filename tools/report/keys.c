/* keys.c - one spelling for what records write in many. */
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/fold.h"
#include "core/text/phone.h"
#include "report/load.h"

static void
make_small(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text - 'A' + 'a');
    }
}

char *
report_phone_key(const char *number)
{
    char key[EDC_PHONE_SIZE];

    (void)edc_phone_read(edc_str_of(number), EDC_PHONE_REGION, key);
    return ctl_copy(key);
}

char *
report_mail_key(const char *mail)
{
    char *key = ctl_copy(mail + strspn(mail, " "));

    key[strcspn(key, " ")] = '\0';
    make_small(key);
    return key;
}

char *
report_fold_key(const char *text)
{
    return ctl_fold(edc_str_of(text));
}
