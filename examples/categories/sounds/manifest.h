/* What this category reads in a manifest beyond its name: the title, and the pictures that it shows.
 *
 * The manifest is RFC 8785's canonical JSON, which the host has parsed: well-formed, without spaces, and with
 * the shortest escapes. So its texts can be compared and copied as they are written. */
#ifndef SOUNDS_MANIFEST_H
#define SOUNDS_MANIFEST_H

#include "text.h"

/* The value of a key at the top, as JSON; empty if there is none. */
struct text manifest_value(struct text canonical, struct text key);
/* Whether the manifest shows the file, as its icon or among its screenshots. */
bool manifest_shows(struct text canonical, struct text path);

#endif
