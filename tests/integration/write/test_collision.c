/* test_collision.c - 2 to 16 schools inform the same guardian at the same
 * moment: after every round one letter is valid, every other client was told
 * whose, and the valid one opens the account.
 *
 * EDC_COLLISIONS is the number of rounds; `make check-long` plays 10 000.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdlib.h>

#include "harness/crowd.h"

static void
one_letter_in_every_round(void **state)
{
    crowd c;

    crowd_begin(&c, *state, true);
    crowd_play(&c, crowd_rounds("EDC_COLLISIONS", 2000));
    crowd_end(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_letter_in_every_round),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
