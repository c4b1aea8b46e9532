/* latin.h - names of other scripts in letters of ours, for logins. */
#ifndef IMPORT_LATIN_H
#define IMPORT_LATIN_H

/* Letters and digits of ASCII, small ones, that stand for a name: those that
 * the core's comparison of names makes of it (core/password/fold.h), and of
 * other scripts those that ICU's rules "Any-Latin; Latin-ASCII" do (Unicode
 * CLDR, "Transliteration Guidelines"). Allocated; "" when it has none. Not
 * thread-safe: the rules are kept. */
char *import_latin(const char *name);

#endif
