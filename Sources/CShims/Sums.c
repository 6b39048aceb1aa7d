#include "CShims.h"

// Sums that carry the errors of their additions along, found by two-sums (Knuth). Nothing is multiplied, so wider
// vectors and fused operations change no bit.

typedef double lanes __attribute__((vector_size(64), aligned(8)));

enum { lane_count = 8 };

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/// Neighbouring windows, `vectors` times eight of them: as each addition waits for the one before in its window, it takes
/// several vectors to keep the processor busy. False when a sum is not finite.
ALWAYS_INLINE bool some_means(
    const double *values, size_t rows, bool begins_with_zero, double divisor, double *out, const int vectors) {
    lanes sums[4], errors[4], check = {0};
#pragma clang loop unroll(full)
    for (int vector = 0; vector < vectors; vector++) {
        sums[vector] = begins_with_zero ? (lanes){0} : *(const lanes *)(values + vector * lane_count);
        errors[vector] = (lanes){0};
    }
    for (size_t row = begins_with_zero ? 0 : 1; row < rows; row++) {
#pragma clang loop unroll(full)
        for (int vector = 0; vector < vectors; vector++) {
            const lanes value = *(const lanes *)(values + row + vector * lane_count);
            const lanes sum = sums[vector];
            const lanes total = sum + value;
            const lanes added = total - sum;
            errors[vector] += (sum - (total - added)) + (value - added);
            sums[vector] = total;
        }
    }
#pragma clang loop unroll(full)
    for (int vector = 0; vector < vectors; vector++) {
        *(lanes *)(out + vector * lane_count) = sums[vector] / divisor + errors[vector] / divisor;
        // Zero for all but infinities and NaN.
        check += sums[vector] - sums[vector];
    }
    double rest = 0;
    for (int lane = 0; lane < lane_count; lane++) {
        rest += check[lane];
    }
    return rest == 0;
}

/// Windows that do not make up a whole run are computed with some of those before.
ALWAYS_INLINE size_t means(
    const double *values, size_t rows, size_t windows, bool begins_with_zero, double divisor, double *out,
    const int vectors) {
    const size_t run = (size_t)vectors * lane_count;
    size_t done = 0;
    while (done < windows && windows >= run) {
        const size_t start = done + run <= windows ? done : windows - run;
        if (!some_means(values + start, rows, begins_with_zero, divisor, out + start, vectors)) {
            return done;
        }
        done = start + run;
    }
    while (done < windows && windows >= lane_count) {
        const size_t start = done + lane_count <= windows ? done : windows - lane_count;
        if (!some_means(values + start, rows, begins_with_zero, divisor, out + start, 1)) {
            return done;
        }
        done = start + lane_count;
    }
    return done;
}

ALWAYS_INLINE void add(const double *restrict row, double *restrict sums, double *restrict errors, size_t count) {
    for (size_t index = 0; index < count; index++) {
        const double sum = sums[index], value = row[index];
        const double total = sum + value;
        const double added = total - sum;
        const double error = errors[index] + ((sum - (total - added)) + (value - added));
        sums[index] = total;
        errors[index] = __builtin_fabs(total) == __builtin_inf() ? 0 : error;
    }
}

ALWAYS_INLINE bool add_counted(
    const double *restrict row, double *restrict sums, double *restrict errors, double *restrict counts, size_t count) {
    int64_t others = 0;
    for (size_t index = 0; index < count; index++) {
        const bool is_sum = __builtin_fabs(sums[index] + row[index]) != __builtin_inf() && counts[index] > 0;
        others += is_sum ? 0 : 1;
    }
    if (others > 0) {
        return false;
    }
    add(row, sums, errors, count);
    for (size_t index = 0; index < count; index++) {
        counts[index] += 1;
    }
    return true;
}

#if defined(__x86_64__)

__attribute__((target("avx512f"))) static size_t means_512(
    const double *values, size_t rows, size_t windows, bool begins_with_zero, double divisor, double *out) {
    return means(values, rows, windows, begins_with_zero, divisor, out, 4);
}

__attribute__((target("avx2"))) static size_t means_256(
    const double *values, size_t rows, size_t windows, bool begins_with_zero, double divisor, double *out) {
    return means(values, rows, windows, begins_with_zero, divisor, out, 2);
}

__attribute__((target("avx512f"))) static void add_512(const double *row, double *sums, double *errors, size_t count) {
    add(row, sums, errors, count);
}

__attribute__((target("avx2"))) static void add_256(const double *row, double *sums, double *errors, size_t count) {
    add(row, sums, errors, count);
}

__attribute__((target("avx512f"))) static bool add_counted_512(
    const double *row, double *sums, double *errors, double *counts, size_t count) {
    return add_counted(row, sums, errors, counts, count);
}

__attribute__((target("avx2"))) static bool add_counted_256(
    const double *row, double *sums, double *errors, double *counts, size_t count) {
    return add_counted(row, sums, errors, counts, count);
}

#endif

int cshims_vector_bits(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") ? 512 : __builtin_cpu_supports("avx2") ? 256 : 128;
#else
    return 128;
#endif
}

size_t cshims_window_means(
    const double *values, size_t rows, size_t windows, bool begins_with_zero, double divisor, double *out, int bits) {
#if defined(__x86_64__)
    if (bits >= 512) {
        return means_512(values, rows, windows, begins_with_zero, divisor, out);
    }
    if (bits >= 256) {
        return means_256(values, rows, windows, begins_with_zero, divisor, out);
    }
#else
    (void)bits;
#endif
    return means(values, rows, windows, begins_with_zero, divisor, out, 1);
}

void cshims_add_compensated(const double *row, double *sums, double *errors, size_t count, int bits) {
#if defined(__x86_64__)
    if (bits >= 512) {
        return add_512(row, sums, errors, count);
    }
    if (bits >= 256) {
        return add_256(row, sums, errors, count);
    }
#else
    (void)bits;
#endif
    add(row, sums, errors, count);
}

bool cshims_add_compensated_counted(
    const double *row, double *sums, double *errors, double *counts, size_t count, int bits) {
#if defined(__x86_64__)
    if (bits >= 512) {
        return add_counted_512(row, sums, errors, counts, count);
    }
    if (bits >= 256) {
        return add_counted_256(row, sums, errors, counts, count);
    }
#else
    (void)bits;
#endif
    return add_counted(row, sums, errors, counts, count);
}
