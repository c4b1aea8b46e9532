/* report.c - reports of sanitizers and valgrind in slapd's log. */
#include "harness/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const char *const sanitizer_marks[] = {"ERROR: AddressSanitizer",
    "ERROR: LeakSanitizer", "runtime error: ", "WARNING: ThreadSanitizer"};

static const char *const frame_marks[] = {
    ": edc_", ": ov_", "(ov_", "educonnect.so", "overlay/core/"};

/* Whether a line is valgrind's ("==123== ..."), and whether it is the empty
 * line that ends a block. */
static bool
valgrind_line(const char *line, bool *empty)
{
    size_t digits;

    if (strncmp(line, "==", 2) != 0)
        return false;
    digits = strspn(line + 2, "0123456789");
    if (digits == 0 || strncmp(line + 2 + digits, "== ", 3) != 0)
        return false;
    *empty = line[2 + digits + 3] == '\n' || line[2 + digits + 3] == '\0';
    return true;
}

static bool
names_us(const char *block, size_t length)
{
    for (size_t i = 0; i < sizeof(frame_marks) / sizeof(frame_marks[0]); i++) {
        const char *at = strstr(block, frame_marks[i]);

        if (at != NULL && at < block + length)
            return true;
    }
    return false;
}

static char *
valgrind_block(char *log)
{
    char *block = NULL;

    for (char *line = log; *line != '\0';) {
        char *next = strchr(line, '\n');
        bool empty = false;
        bool ours = valgrind_line(line, &empty);

        next = next != NULL ? next + 1 : line + strlen(line);
        if (block == NULL && ours && !empty)
            block = line;
        if (block != NULL && (!ours || empty || *next == '\0')) {
            size_t length = (size_t)(next - block);

            if (names_us(block, length)) {
                block[length] = '\0';
                return block;
            }
            block = NULL;
        }
        line = next;
    }
    return NULL;
}

char *
report_in_log(char *log)
{
    for (size_t i = 0; i < sizeof(sanitizer_marks) / sizeof(sanitizer_marks[0]);
        i++) {
        char *at = strstr(log, sanitizer_marks[i]);

        if (at != NULL) {
            if (strlen(at) > 4000)
                at[4000] = '\0';
            return at;
        }
    }
    return valgrind_block(log);
}
