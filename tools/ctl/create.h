/* create.h - the one way in which the tools make a file.
 *
 * Its name is new (O_EXCL), no symbolic link is followed (O_NOFOLLOW), and it
 * is its owner's alone (0600) from its first moment. `make lint` refuses every
 * other way to make one in tools/ and samples/.
 */
#ifndef CREATE_H
#define CREATE_H

/* Makes the file name in a directory that is open, or AT_FDCWD's, for writing.
 * Returns its descriptor, -1 and errno: EEXIST where there is one already, a
 * dangling link too. */
int create_file(int directory, const char *name);

#endif
