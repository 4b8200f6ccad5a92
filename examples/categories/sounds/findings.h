/* Reasons against something, gathered so that its author gets all of them at once. */
#ifndef SOUNDS_FINDINGS_H
#define SOUNDS_FINDINGS_H

#include "text.h"

/* More are not read by anybody, and the host keeps 256. */
#define MOST_FINDINGS 100

struct finding {
    const char *rule;
    struct text subject;
    struct builder message;
};

struct findings {
    struct finding list[MOST_FINDINGS];
    size_t count;
};

/* Where to write what is wrong and, at its end, the fix. Past the most, it is written and dropped. */
struct builder *findings_add(struct findings *findings, const char *rule, struct text subject);

#endif
