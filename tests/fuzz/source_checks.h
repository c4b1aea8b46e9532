/* source_checks.h - that what is read of any bytes is what source.h says. */
#ifndef SOURCE_CHECKS_H
#define SOURCE_CHECKS_H

#include "source/parts.h"

/* A reading whose every record is looked at. */
typedef struct source_checks {
    src_options options;
    src_handler handler;
    src_error error;
    src_run run;
    uint64_t digest; /* of everything that was handed over */
} source_checks;

void source_checks_begin(source_checks *c);

/* That the reading ended as one may; aborts otherwise. */
void source_checks_end(source_checks *c);

/* Reads bytes as the file of this name, in stretches, and again in others:
 * aborts when one of them reads what the other does not. */
void source_checks_file(const char *name, edc_str bytes);

/* The same for a file of this school, NULL: of any. */
void source_checks_school(const char *name, const char *school, edc_str bytes);

#endif
