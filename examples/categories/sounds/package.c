#include "package.h"

#include "events.h"
#include "manifest.h"

/* A thousandth of full scale, which is -60 dB: nobody hears it. */
#define SILENT 33

bool package_is_note(struct text path) {
    return text_equal(path, TEXT("LICENSE")) || text_equal(path, TEXT("README.md"));
}

/* What a `wave_source` reads with: one file of the package. */
struct opened {
    const struct package *package;
    struct text path;
};

static int read_opened(void *context, uint64_t offset, uint8_t *bytes, size_t length) {
    struct opened *opened = context;
    return opened->package->read(opened->package->context, opened->path, offset, bytes, length);
}

static void read_theme(const struct package *package, struct findings *findings, struct theme *theme) {
    *theme = (struct theme){0};
    for (size_t i = 0; i < package->count; i++) {
        const struct file *file = &package->files[i];
        if (!text_equal(file->path, TEXT(THEME_FILE))) {
            continue;
        }
        if (file->size > LARGEST_THEME) {
            builder_format(findings_add(findings, "package.too-large", file->path),
                           "`" THEME_FILE "` has %u bytes, and may have %u. Shorten it.", file->size,
                           (uint64_t)LARGEST_THEME);
            return;
        }
        size_t length = (size_t)file->size;
        uint8_t *bytes = allocate(length, 1);
        if (length > 0 && !package->read(package->context, file->path, 0, bytes, length)) {
            length = 0;
        }
        theme_read((struct text){(const char *)bytes, length}, findings, theme);
        return;
    }
    builder_format(findings_add(findings, "package.missing", TEXT(THEME_FILE)),
                   "The package has no `" THEME_FILE "`. Add it, with a `[Sound Theme]` that names its `Directories`.");
}

static void read_sound(const struct package *package, const struct file *file, const struct directory *directory,
                       struct findings *findings, struct findings *remarks, struct sounds *sounds) {
    struct sound sound = {.path = file->path, .is_mono = directory->is_mono};
    sound.event = text_from(file->path, directory->path.length + 1);
    sound.event.length -= sizeof ".wav" - 1;
    if (!event_is_known(sound.event)) {
        builder_format(findings_add(findings, "sound.unknown", file->path),
                       "`%t` is no event of the freedesktop Sound Naming Specification, so nothing would play `%t`. "
                       "Name it after one, such as `message-new-instant.wav`.",
                       sound.event, file->path);
        return;
    }
    for (size_t i = 0; i < sounds->count; i++) {
        if (sounds->list[i].is_mono == sound.is_mono && text_equal(sounds->list[i].event, sound.event)) {
            builder_format(findings_add(findings, "sound.ambiguous", file->path),
                           "`%t` and `%t` are for the same event. Remove one.", sounds->list[i].path, file->path);
            return;
        }
    }
    struct opened opened = {package, file->path};
    struct wave_source source = {file->size, read_opened, &opened};
    if (!wave_read(&source, file->path, findings, &sound.wave)) {
        return;
    }
    if (sound.is_mono && sound.wave.channels != 1) {
        builder_format(findings_add(findings, "sound.stereo", file->path),
                       "`%t` has %u channels, and `[%t]` is mono. Save it with one, or move it.", file->path,
                       (uint64_t)sound.wave.channels, directory->path);
        return;
    }
    if (sound.wave.peak < SILENT) {
        builder_format(findings_add(remarks, "sound.silent", file->path),
                       "`%t` is silent. See that it is meant to switch a sound off.", file->path);
    }
    if (sound.wave.clips) {
        builder_format(findings_add(remarks, "sound.clipped", file->path),
                       "`%t` is cut off at full scale, which crackles. Make it quieter and save it again.", file->path);
    }
    sounds->list[sounds->count++] = sound;
}

void package_read(const struct package *package, struct text canonical, struct findings *findings,
                  struct findings *remarks, struct sounds *sounds) {
    uint64_t together = 0;
    size_t candidates = 0;
    sounds->count = 0;
    read_theme(package, findings, &sounds->theme);
    for (size_t i = 0; i < package->count; i++) {
        const struct file *file = &package->files[i];
        bool known = text_equal(file->path, TEXT(THEME_FILE)) || package_is_note(file->path) ||
            manifest_shows(canonical, file->path);
        if (known) {
            continue;
        }
        const struct directory *directory = theme_directory(&sounds->theme, file->path);
        bool is_wave = text_ends_with(file->path, TEXT(".wav"));
        if (sounds->theme.directory_count == 0 && is_wave) {
            continue; /* where it belongs is what the theme does not say, which is said already */
        }
        if (directory == NULL || !is_wave) {
            builder_format(findings_add(findings, "file.unknown", file->path),
                           "`%t` is no `.wav` file in one of the theme's `Directories`. Move, convert or remove it.",
                           file->path);
            continue;
        }
        together += file->size;
        candidates++;
    }
    if (candidates > MOST_SOUNDS || together > LARGEST_TOGETHER) {
        builder_format(findings_add(findings, "package.too-large", TEXT("package")),
                       "%u sounds of %u bytes, and a theme has at most %u of %u bytes. Shorten or remove some.",
                       (uint64_t)candidates, together, (uint64_t)MOST_SOUNDS, (uint64_t)LARGEST_TOGETHER);
        return;
    }
    if (candidates == 0 && findings->count == 0) {
        builder_format(findings_add(findings, "package.empty", TEXT("package")),
                       "The theme has no sounds. Add one, such as `%t/message-new-instant.wav`.",
                       sounds->theme.directories[0].path);
    }
    for (size_t i = 0; i < package->count; i++) {
        const struct file *file = &package->files[i];
        const struct directory *directory = theme_directory(&sounds->theme, file->path);
        if (directory != NULL && text_ends_with(file->path, TEXT(".wav")) && !manifest_shows(canonical, file->path)) {
            read_sound(package, file, directory, findings, remarks, sounds);
        }
    }
}
