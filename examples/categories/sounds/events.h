/* What sounds are for: the names of the freedesktop Sound Naming Specification 0.1.
 *
 * A name with dashes is a special case of what is before its last one: without `message-new-instant`, what
 * plays is `message-new`. So a permission for `message-new` covers both `message-new-instant` and
 * `message-new-email`. */
#ifndef SOUNDS_EVENTS_H
#define SOUNDS_EVENTS_H

#include "text.h"

/* Whether there is such an event, or events that are special cases of it. */
bool event_is_known(struct text name);
/* Whether `special` is `general`, or a special case of it. */
bool event_covers(struct text general, struct text special);
/* "Play when a message arrives". */
void event_summary(struct builder *builder, struct text name);

#endif
