/* What a theme of sounds may ask for: `event:message-new-instant`, to play when a message arrives. */
#ifndef SOUNDS_PERMISSIONS_H
#define SOUNDS_PERMISSIONS_H

#include "findings.h"

#define EVENT_PREFIX "event:"
#define EVENT_EXAMPLE "event:message-new-instant"

/* The event of a permission; false if it is none. */
bool permission_event(struct text permission, struct text *event);
/* Says what is wrong with a permission that is none. */
void permission_explain(struct text permission, struct findings *findings);

enum change { UNCHANGED, ADDED, WIDENED, NARROWED, REMOVED };

/* What `permission`, one of `requested`, is to somebody who consented to `consented`. */
enum change permission_requested(struct text permission, const struct text *consented, size_t count);
/* Whether `permission`, which was consented to, is REMOVED by what is requested, or UNCHANGED. */
enum change permission_kept(struct text permission, const struct text *requested, size_t count);

#endif
