/* `index.theme`: what a theme of sounds says of itself.
 *
 * After the freedesktop Sound Theme Specification 0.8, which is written like a desktop entry: groups in brackets,
 * `Key=Value`, `#` for comments. */
#ifndef SOUNDS_THEME_H
#define SOUNDS_THEME_H

#include "findings.h"

#define THEME_FILE "index.theme"
#define LARGEST_THEME 16384
#define MOST_DIRECTORIES 8

struct directory {
    struct text path;
    bool is_mono; /* its `OutputProfile`; otherwise it is stereo */
    bool is_described;
};

struct theme {
    struct text name;
    struct text inherits; /* empty if there is none */
    struct directory directories[MOST_DIRECTORIES];
    size_t directory_count;
};

/* Reads the file; whatever is wrong is a finding. The theme's texts are parts of `source`. */
void theme_read(struct text source, struct findings *findings, struct theme *theme);

/* The directory of a theme that a path is directly in, or NULL. */
const struct directory *theme_directory(const struct theme *theme, struct text path);

#endif
