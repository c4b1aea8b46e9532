/* fold.h - comparing people's words: case and accents folded. */
#ifndef EDC_FOLD_H
#define EDC_FOLD_H

#include "core/text/text.h"

/* Folds UTF-8 to what a French reader takes for the same letters: NFKD,
 * combining marks dropped, full case folding, ligatures opened (oe, ae),
 * letters with a stroke and the like made those without (o for Ø, d for Đ, l
 * for Ł, i for ı, ss for ß, th for Þ), and nothing kept but letters and digits
 * ("Zoe-Lou" for "Zoé-Lou" is "zoelou"). Other scripts stay what they are.
 * Bytes that are not UTF-8 are dropped. Returns false when memory is out; *out
 * is released with edc_buf_wipe(). Thread-safe. */
bool edc_fold(edc_str in, edc_buf *out);

/* Sets *same to whether a text folds to what is folded already. Returns false
 * when memory is out; ASCII needs none. Thread-safe. */
bool edc_fold_same(edc_str in, edc_str folded, bool *same);

/* Calls each(ctx, word) for every word of a name, folded: the pieces between
 * anything that is neither letter nor digit nor combining mark. Stops early
 * when each returns true. Returns false when memory is out. */
bool edc_fold_words(
    edc_str in, bool (*each)(void *ctx, edc_str word), void *ctx);

#endif
