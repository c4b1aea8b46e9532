/* qr.h - an address as a QR code (ISO/IEC 18004), for letters. */
#ifndef LETTERS_QR_H
#define LETTERS_QR_H

#include "letters/text.h"

/* Adds an SVG picture of the class "qr": dark squares on white, with the white
 * border of four squares that readers need (ISO/IEC 18004, 6.3.8). Without
 * effect, false: the address is too long for one. */
bool letters_add_qr(letters_text *out, const char *address);

#endif
