/* Which files a package may have, and the sounds in it. */
#ifndef SOUNDS_PACKAGE_H
#define SOUNDS_PACKAGE_H

#include "theme.h"
#include "wave.h"

#define MOST_SOUNDS 64
/* All sounds together. Each is read whole. */
#define LARGEST_TOGETHER (32u << 20)

struct file {
    struct text path;
    uint64_t size;
};

struct sound {
    struct text path;
    struct text event;
    bool is_mono; /* by its directory */
    struct wave wave;
};

/* The files of a package, and how to read them. `read` is as in `struct wave_source`, with a path. */
struct package {
    const struct file *files;
    size_t count;
    int (*read)(void *context, struct text path, uint64_t offset, uint8_t *bytes, size_t length);
    void *context;
};

struct sounds {
    struct theme theme;
    struct sound list[MOST_SOUNDS];
    size_t count;
};

/* Whether a file says something about the sounds, and is installed with them. */
bool package_is_note(struct text path);
/* Reads everything. If there are findings after it, `sounds` is not to be used. */
void package_read(const struct package *package, struct text canonical, struct findings *findings,
                  struct findings *remarks, struct sounds *sounds);

#endif
