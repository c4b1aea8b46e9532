/* fuzz_password.c - any bytes as the password, login, name and birth date of
 * somebody: a password is prepared unless it is invalid, and one that holds
 * the login whole is refused for that.
 *
 * An input is up to four lines: login, family name, birth date, password.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/password/fold.h"
#include "core/password/opaque.h"
#include "core/password/password.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
want(bool holds)
{
    if (!holds)
        abort();
}

static edc_str
next_line(const char **at, const char *end)
{
    const char *begin = *at;
    const char *stop = memchr(begin, '\n', (size_t)(end - begin));

    *at = stop == NULL ? end : stop + 1;
    return (edc_str){begin, (size_t)((stop == NULL ? end : stop) - begin)};
}

/* The rule by its definition: the folded password has the folded login. */
static bool
has_login(edc_str password, edc_str uid)
{
    edc_buf folded, login;
    bool has;

    want(edc_fold(password, &folded) && edc_fold(uid, &login));
    has = edc_opaque_length(edc_buf_str(&login)) >= EDC_PERSON_WORD_MIN &&
          memmem(folded.p, folded.n, login.p, login.n) != NULL;
    edc_buf_wipe(&folded);
    edc_buf_wipe(&login);
    return has;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const edc_policy policy = {12, 128, 4, 20, 3};
    const char *at = (const char *)data, *end = at + size;
    edc_str uid = next_line(&at, end), sn = next_line(&at, end);
    edc_str birthdate = next_line(&at, end);
    edc_str clear = {at, (size_t)(end - at)};
    edc_person person = {&uid, 1, &sn, 1, &sn, 1, birthdate};
    edc_buf prepared;
    edc_codes codes;

    edc_password_check(clear, &policy, &person, 1, NULL, &prepared, &codes);
    want((codes & EDC_BIT(EDC_X01)) == 0);
    if (prepared.p == NULL)
        want(codes == EDC_BIT(EDC_P09) || codes == EDC_BIT(EDC_P02));
    else
        want(((codes & EDC_BIT(EDC_P04)) != 0) ==
             has_login(edc_buf_str(&prepared), uid));
    edc_buf_wipe(&prepared);
    return 0;
}
