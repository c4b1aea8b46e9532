/* version.h - the version of all of this, written here and nowhere else.
 *
 * The Makefile reads it from this line, for the archive and the packages;
 * --version, the server's log and the manual pages print it. debian/changelog
 * has an entry for it, which lint-version checks.
 */
#ifndef EDC_VERSION_H
#define EDC_VERSION_H

#define EDC_VERSION "1.0.0"

#endif
