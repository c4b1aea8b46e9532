/* style.h - how letters look, as CSS. */
#ifndef LETTERS_STYLE_H
#define LETTERS_STYLE_H

extern const char letters_style[];

#endif
