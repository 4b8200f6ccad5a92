#include "theme.h"

static const char FILE_NAME[] = THEME_FILE;

static struct builder *add(struct findings *findings, const char *rule) {
    return findings_add(findings, rule, TEXT(FILE_NAME));
}

/* One folder, of characters that every system has. */
static bool is_directory_name(struct text name) {
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!plain) {
            return false;
        }
    }
    return name.length > 0 && name.length <= 64;
}

static struct directory *directory_named(struct theme *theme, struct text name) {
    for (size_t i = 0; i < theme->directory_count; i++) {
        if (text_equal(theme->directories[i].path, name)) {
            return &theme->directories[i];
        }
    }
    return NULL;
}

static void read_directories(struct text value, struct findings *findings, struct theme *theme) {
    struct text part;
    while (text_next(&value, ',', &part)) {
        struct text name = text_trim(part);
        if (!is_directory_name(name)) {
            builder_format(add(findings, "directory.malformed"),
                           "`%t` in `Directories` is no folder of `a-z`, `0-9`, `-` and `_`. Rename it.", name);
        } else if (directory_named(theme, name) != NULL) {
            builder_format(add(findings, "directory.duplicate"), "`%t` is in `Directories` twice. Remove one.", name);
        } else if (theme->directory_count == MOST_DIRECTORIES) {
            builder_format(add(findings, "directory.too-many"), "`Directories` has more than %u. Remove some.",
                           (uint64_t)MOST_DIRECTORIES);
            return;
        } else {
            theme->directories[theme->directory_count++] = (struct directory){name, false, false};
        }
    }
}

/* `Name[cs]` is `Name` for somebody; which is for whoever shows it to know. */
static bool is_key(struct text key, struct text wanted) {
    return text_equal(key, wanted) ||
        (text_starts_with(key, wanted) && key.length > wanted.length + 2 && key.bytes[wanted.length] == '[' &&
         key.bytes[key.length - 1] == ']');
}

static void read_theme_key(struct text key, struct text value, struct findings *findings, struct theme *theme) {
    if (text_equal(key, TEXT("Directories"))) {
        read_directories(value, findings, theme);
    } else if (text_equal(key, TEXT("Name"))) {
        theme->name = value;
    } else if (text_equal(key, TEXT("Inherits"))) {
        theme->inherits = value;
    } else if (!is_key(key, TEXT("Name")) && !is_key(key, TEXT("Comment")) && !text_equal(key, TEXT("Example")) &&
               !text_starts_with(key, TEXT("X-"))) {
        builder_format(add(findings, "theme.unknown-key"),
                       "`[Sound Theme]` has no key `%t`. Remove it, or begin it with `X-`.", key);
    }
}

static void read_directory_key(struct directory *directory, struct text key, struct text value,
                               struct findings *findings) {
    if (!text_equal(key, TEXT("OutputProfile"))) {
        builder_format(add(findings, "theme.unknown-key"), "`[%t]` has no key `%t`. Remove it.", directory->path, key);
    } else if (text_equal(value, TEXT("mono"))) {
        directory->is_mono = true;
    } else if (!text_equal(value, TEXT("stereo"))) {
        builder_format(add(findings, "directory.unsupported"),
                       "`[%t]` has the `OutputProfile` `%t`. Use `mono` or `stereo`.", directory->path, value);
    }
}

/* A key that a group has twice is read differently by each program. */
static bool is_repeated(const struct text *keys, size_t count, struct text key) {
    for (size_t i = 0; i < count; i++) {
        if (text_equal(keys[i], key)) {
            return true;
        }
    }
    return false;
}

void theme_read(struct text source, struct findings *findings, struct theme *theme) {
    enum { BEFORE, THEME, DIRECTORY, OTHER } group = BEFORE;
    struct directory *directory = NULL;
    struct text keys[64];
    size_t key_count = 0;
    struct text line;
    uint64_t number = 0;
    *theme = (struct theme){0};
    while (text_next(&source, '\n', &line)) {
        number++;
        if (text_ends_with(line, TEXT("\r"))) {
            line.length--;
        }
        line = text_trim(line);
        if (!text_is_plain(line)) {
            builder_format(add(findings, "theme.malformed"),
                           "Line %u is not UTF-8, or has a control character. Write it anew.", number);
        } else if (line.length == 0 || line.bytes[0] == '#') {
            continue;
        } else if (line.bytes[0] == '[') {
            struct text name = text_from(line, 1);
            if (!text_ends_with(name, TEXT("]"))) {
                builder_format(add(findings, "theme.malformed"), "Line %u has a `[` and no `]`. Close it.", number);
                group = OTHER;
                continue;
            }
            name.length--;
            key_count = 0;
            directory = directory_named(theme, name);
            if (text_equal(name, TEXT("Sound Theme"))) {
                if (group != BEFORE) {
                    builder_format(add(findings, "theme.malformed"),
                                   "Line %u: `[Sound Theme]` comes first, and once. Move it.", number);
                }
                group = THEME;
            } else if (directory == NULL) {
                builder_format(add(findings, "directory.unlisted"),
                               "Line %u: `%t` is not in `Directories`. Add it, or remove the group.", number, name);
                group = OTHER;
            } else {
                if (directory->is_described) {
                    builder_format(add(findings, "directory.duplicate"), "Line %u: `[%t]` is there already. Remove one.",
                                   number, name);
                }
                directory->is_described = true;
                group = DIRECTORY;
            }
        } else {
            struct text value = line, key;
            bool has_value = text_next(&value, '=', &key) && key.length < line.length;
            key = text_trim(key);
            value = text_trim(value);
            if (!has_value || key.length == 0 || group == BEFORE) {
                builder_format(add(findings, "theme.malformed"),
                               "Line %u is neither a group, a comment nor `Key=Value` in a group. Correct it.", number);
            } else if (is_repeated(keys, key_count, key) || key_count == sizeof keys / sizeof keys[0]) {
                builder_format(add(findings, "theme.malformed"), "Line %u: `%t` is there already. Remove one.", number, key);
            } else {
                keys[key_count++] = key;
                if (group == THEME) {
                    read_theme_key(key, value, findings, theme);
                } else if (group == DIRECTORY) {
                    read_directory_key(directory, key, value, findings);
                }
            }
        }
    }
    if (theme->name.length == 0 || theme->name.length > 200) {
        builder_format(add(findings, "theme.malformed"), "`[Sound Theme]` has no `Name` of 1 to 200 bytes. Add it.");
    }
    if (theme->directory_count == 0) {
        builder_format(add(findings, "directory.missing"),
                       "`[Sound Theme]` lists no `Directories`. Add `Directories=stereo`.");
    }
    for (size_t i = 0; i < theme->directory_count; i++) {
        if (!theme->directories[i].is_described) {
            builder_format(add(findings, "directory.undescribed"),
                           "`%t` is in `Directories` and has no group. Add `[%t]`.", theme->directories[i].path,
                           theme->directories[i].path);
        }
    }
}

const struct directory *theme_directory(const struct theme *theme, struct text path) {
    struct text folder, rest = path;
    if (!text_next(&rest, '/', &folder) || folder.length == path.length) {
        return NULL;
    }
    struct text deeper = rest, name;
    text_next(&deeper, '/', &name);
    if (name.length != rest.length) {
        return NULL;
    }
    return directory_named((struct theme *)theme, folder);
}
