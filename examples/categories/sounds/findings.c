#include "findings.h"

struct builder *findings_add(struct findings *findings, const char *rule, struct text subject) {
    static struct builder dropped;
    if (findings->count == MOST_FINDINGS) {
        dropped.length = 0;
        return &dropped;
    }
    struct finding *finding = &findings->list[findings->count++];
    *finding = (struct finding){rule, subject, {NULL, 0, 0}};
    return &finding->message;
}
