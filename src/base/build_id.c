/* SPDX-License-Identifier: Apache-2.0 */
/* The build id is a note in a segment that is loaded with the code: no file is opened. */
#define _GNU_SOURCE /* dl_iterate_phdr */
#include "base/build_id.h"

#include <link.h>

struct search {
    uintptr_t here; /* an address in the object that is looked for */
    str found;
};

static size_t padded(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* Notes are a header, the owner's name and the note itself, each padded to four bytes. */
static str find_note(const char *at, size_t size)
{
    ElfW(Nhdr) note;
    str rest = {at, size};
    while (rest.len >= sizeof note) {
        memcpy(&note, rest.ptr, sizeof note);
        rest = str_slice(rest, sizeof note, rest.len);
        str owner = str_slice(rest, 0, note.n_namesz);
        rest = str_slice(rest, padded(note.n_namesz), rest.len);
        str text = str_slice(rest, 0, note.n_descsz);
        rest = str_slice(rest, padded(note.n_descsz), rest.len);
        if (note.n_type == NT_GNU_BUILD_ID && str_eq(owner, (str){"GNU", 4})) {
            return text;
        }
    }
    return S("");
}

static int look_at(struct dl_phdr_info *info, size_t size, void *data)
{
    struct search *s = data;
    bool ours = false;
    str found = S("");
    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD) {
            ours = ours || (s->here >= start && s->here - start < segment->p_memsz);
        } else if (segment->p_type == PT_NOTE && found.len == 0) {
            found = find_note((const char *)start,
                              segment->p_memsz); /* NOLINT(performance-no-int-to-ptr) */
        }
    }
    s->found = ours ? found : S("");
    return ours;
}

str build_id(void)
{
    static const char here = 0;
    struct search s = {.here = (uintptr_t)&here};
    dl_iterate_phdr(look_at, &s);
    return s.found;
}
