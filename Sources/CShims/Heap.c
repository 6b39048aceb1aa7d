#include <malloc.h>

#include "CShims.h"

void cshims_trim_heap(void) { malloc_trim(0); }

void cshims_configure_heap(int arenas, int map_threshold_bytes, int trim_threshold_bytes) {
    mallopt(M_ARENA_MAX, arenas);
    mallopt(M_MMAP_THRESHOLD, map_threshold_bytes);
    mallopt(M_TRIM_THRESHOLD, trim_threshold_bytes);
}
