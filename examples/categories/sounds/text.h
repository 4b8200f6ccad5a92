/* Texts that know their length, and how they are put together.
 *
 * No text of a package ends in a zero byte, and none is copied into a space of fixed size. Memory is never
 * given back by this adapter: every call has an instance of its own, which is dropped as a whole. What an answer
 * is made of is allocated piece by piece, since the bindings free it piece by piece. */
#ifndef SOUNDS_TEXT_H
#define SOUNDS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *bytes;
    size_t length;
};

/* A text of the program's own. */
#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})

/* Memory, or the end of the call: the host then says that the adapter failed. */
void *allocate(size_t count, size_t size);
void *reallocate(void *old, size_t count, size_t size);

bool text_equal(struct text a, struct text b);
bool text_starts_with(struct text text, struct text start);
bool text_ends_with(struct text text, struct text end);
/* Without spaces and tabs around it. */
struct text text_trim(struct text text);
/* From `from` (at most the length) on. */
struct text text_from(struct text text, size_t from);
/* What is before the first `separator`; `*text` becomes what is behind it. False at the end. */
bool text_next(struct text *text, char separator, struct text *part);
/* Whether it is UTF-8 (RFC 3629), without control characters. */
bool text_is_plain(struct text text);

struct builder {
    char *bytes;
    size_t length, capacity;
};

void builder_add(struct builder *builder, struct text text);
/* `%t` is a struct text, `%s` a string of the program's own, `%u` a uint64_t, `%%` a percent sign. */
void builder_format(struct builder *builder, const char *format, ...);
/* A text as a string of JSON (RFC 8259), with its quotes. */
void builder_add_json(struct builder *builder, struct text text);

#endif
