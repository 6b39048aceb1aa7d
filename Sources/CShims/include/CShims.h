#ifndef CSHIMS_H
#define CSHIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Numbers as text. The output buffer must hold at least 32 bytes (shortest, scientific) or 352 (fixed);
// the result is the number of bytes written, without a terminator.

/// Shortest digits that read back as the same value, in scientific notation (`1.25e+03`).
size_t cshims_double_scientific(double value, char *output);

/// Shortest digits that read back as the same value, without an exponent.
size_t cshims_double_fixed(double value, char *output);

/// Reads a decimal number (no sign `+`, no hexadecimal) from exactly these bytes. False when they are not one.
/// Values out of range give an infinity or zero, as C's strtod does.
bool cshims_parse_double(const char *text, size_t length, double *value);

// CRC32C (Castagnoli), continuing from `crc` (0 at the start).

/// True when this processor has the instruction.
bool cshims_crc32c_hardware_available(void);
uint32_t cshims_crc32c_hardware(uint32_t crc, const void *bytes, size_t length);

// Cells of a matrix that readers may look at while they are filled.

static inline uint64_t cshims_load_acquire(const uint64_t *address) {
    return __atomic_load_n(address, __ATOMIC_ACQUIRE);
}
static inline void cshims_store_release(uint64_t *address, uint64_t value) {
    __atomic_store_n(address, value, __ATOMIC_RELEASE);
}
static inline uint64_t *cshims_load_pointer_acquire(uint64_t *const *address) {
    return __atomic_load_n(address, __ATOMIC_ACQUIRE);
}
static inline void cshims_store_pointer_release(uint64_t **address, uint64_t *value) {
    __atomic_store_n(address, value, __ATOMIC_RELEASE);
}

/// Begins to load a cache line that is written to soon.
static inline void cshims_prefetch_write(const void *address) { __builtin_prefetch(address, 1, 3); }

/// Begins to load a cache line that is read soon. The address may be any.
static inline void cshims_prefetch_read(const void *address) { __builtin_prefetch(address, 0, 3); }

// Arithmetic.

/// Divides each number; the quotients are correctly rounded, as those of the processor are. The divisor is an integer
/// from 1 to 2^52, the numbers are integers of magnitude up to 2^63.
void cshims_divide(double *values, size_t count, double divisor);

/// Bits of the widest vectors that this processor has and the functions below know: 512, 256 or 128. They get it as
/// `bits`, or less; their results do not depend on it.
int cshims_vector_bits(void);

/// sum_over_time or avg_over_time of `windows` neighbouring windows of `rows` values, the first of which begins at
/// `values`: of each the sum and the errors of its additions, both divided. A sum begins with zero, or else with the
/// window's first value. Returns how many windows were computed: up to where one has no finite sum, and none where they
/// are fewer than eight.
size_t cshims_window_means(
    const double *values, size_t rows, size_t windows, bool begins_with_zero, double divisor, double *out, int bits);

/// Adds one number to each of many sums, and to each sum's error that of the addition; to an infinite sum belongs none.
void cshims_add_compensated(const double *row, double *sums, double *errors, size_t count, int bits);

/// The same for sums of averages, and one more for each count. False, with nothing added, when a sum would not be finite or
/// a count is not above zero.
bool cshims_add_compensated_counted(
    const double *row, double *sums, double *errors, double *counts, size_t count, int bits);

/// Gives free heap pages back to the system.
void cshims_trim_heap(void);

/// Keeps the C library from holding memory back per thread: one arena, early trimming.
void cshims_configure_heap(int arenas, int map_threshold_bytes, int trim_threshold_bytes);

/// Names the calling thread for ps and gdb; at most 15 bytes. (A GNU extension that Swift's Glibc module hides.)
void cshims_name_this_thread(const char *name);

#ifdef __cplusplus
}
#endif

#endif
