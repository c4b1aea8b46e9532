/* french.h - what slapd says to people in French. */
#ifndef WRITE_FRENCH_H
#define WRITE_FRENCH_H

/* Setup of a world that speaks French; end_world() ends it. */
int french_world(void **state);

/* Fails the test when the text has a name of a state or an attribute in it, a
 * DN, or a time as the directory writes it. */
void expect_plain_french(const char *text);

#endif
