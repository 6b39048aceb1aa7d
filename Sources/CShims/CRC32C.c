#include "CShims.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>

bool cshims_crc32c_hardware_available(void) { return __builtin_cpu_supports("sse4.2"); }

__attribute__((target("sse4.2"))) uint32_t cshims_crc32c_hardware(
    uint32_t crc, const void *bytes, size_t length) {
    const unsigned char *p = bytes;
    uint64_t state = ~crc;
    for (; length >= 8; length -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        state = _mm_crc32_u64(state, word);
    }
    for (; length > 0; length--, p++) {
        state = _mm_crc32_u8((uint32_t)state, *p);
    }
    return ~(uint32_t)state;
}

#elif defined(__aarch64__)
#include <sys/auxv.h>

bool cshims_crc32c_hardware_available(void) { return (getauxval(AT_HWCAP) & (1UL << 7)) != 0; }

__attribute__((target("crc"))) uint32_t cshims_crc32c_hardware(
    uint32_t crc, const void *bytes, size_t length) {
    const unsigned char *p = bytes;
    uint32_t state = ~crc;
    for (; length >= 8; length -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        state = __builtin_arm_crc32cd(state, word);
    }
    for (; length > 0; length--, p++) {
        state = __builtin_arm_crc32cb(state, *p);
    }
    return ~state;
}

#else

bool cshims_crc32c_hardware_available(void) { return false; }

uint32_t cshims_crc32c_hardware(uint32_t crc, const void *bytes, size_t length) {
    (void)crc;
    (void)bytes;
    (void)length;
    __builtin_trap();
}

#endif
