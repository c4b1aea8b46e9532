/* qr.c - an address as a QR code, for letters: an SVG picture within the page,
 * so that nothing is fetched from anywhere.
 */
#include <qrencode.h>
#include <stdbool.h>
#include <string.h>

#include "letters/qr.h"

/* Squares of white around it. */
#define BORDER 4

/* What 30 mm on paper hold for a telephone: squares of half a millimetre. */
#define WIDTH_MAX 57

/* Dark squares that stand side by side in a row are one rectangle. */
static void
add_row(letters_text *out, const unsigned char *row, int width, int y)
{
    for (int x = 0; x < width; x++) {
        int n = 0;

        while (x + n < width && (row[x + n] & 1) != 0)
            n++;
        if (n > 0)
            letters_addf(out, "M%d %dh%dv1h-%dz", x + BORDER, y + BORDER, n, n);
        x += n;
    }
}

bool
letters_add_qr(letters_text *out, const char *address)
{
    /* M mends what a fold or a stain takes, 15 %. */
    QRcode *code = QRcode_encodeString8bit(address, 0, QR_ECLEVEL_M);
    int side;

    if (code == NULL)
        return false;
    if (code->width > WIDTH_MAX) {
        QRcode_free(code);
        return false;
    }
    side = code->width + 2 * BORDER;
    letters_addf(out,
        "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
        "%d %d\" shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"Code "
        "QR de l’adresse\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
        "<path fill=\"#000\" d=\"",
        side, side, side, side);
    for (int y = 0; y < code->width; y++)
        add_row(
            out, code->data + (size_t)y * (size_t)code->width, code->width, y);
    letters_add(out, "\"/></svg>\n");
    QRcode_free(code);
    return true;
}
