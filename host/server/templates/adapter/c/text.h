// Texts that grow. WebAssembly's C library comes without a system: no files, no `printf`. Nothing here is freed,
// since the host makes a new instance, with new memory, for every call.
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

// Bytes with a length. Not all of them end in a zero: those of the host do not.
typedef struct {
    char *at;
    size_t length;
} text;

// A text of the program's own: TEXT("links.txt").
#define TEXT(literal) ((text){(char *)(literal), sizeof(literal) - 1})

// A new text of several: JOIN(TEXT("open:"), site).
#define JOIN(...) text_join((text[]){__VA_ARGS__}, sizeof((text[]){__VA_ARGS__}) / sizeof(text))

// More memory, or the end: a program that goes on without it would answer something wrong.
void *enlarge(void *old, size_t size);

text text_join(const text *parts, size_t count);
text text_number(size_t number);
text text_trimmed(text whole);
text text_from(text whole, size_t start);

bool text_equal(text a, text b);
bool text_begins(text whole, text start);
bool text_is_utf8(text whole);
// Characters that a line of text has no use for: tabs, bells, zeros.
bool text_has_control(text whole);

// Everything up to the first of `ends`, or to the end.
text text_until(text whole, const char *ends);

// As a string of JSON, in quotes. The text has no control characters.
text text_json(text whole);

#endif
