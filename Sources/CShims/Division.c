#include "CShims.h"

static void divide(double *values, size_t count, double divisor) {
    for (size_t index = 0; index < count; index++) {
        values[index] /= divisor;
    }
}

#if defined(__x86_64__)

// The quotient of the product with the inverse is off by less than two units in the last place. Each step adds what the
// remainder, which is exact, still gives: after the first one the quotient is off by less than one unit, and then the
// second one rounds correctly (Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor",
// theorem on division by a correctly rounded inverse).
__attribute__((target("avx2,fma"))) static void divide_fused(double *values, size_t count, double divisor) {
    const double inverse = 1 / divisor;
    for (size_t index = 0; index < count; index++) {
        const double value = values[index];
        double quotient = value * inverse;
        quotient = __builtin_fma(__builtin_fma(-quotient, divisor, value), inverse, quotient);
        values[index] = __builtin_fma(__builtin_fma(-quotient, divisor, value), inverse, quotient);
    }
}

void cshims_divide(double *values, size_t count, double divisor) {
    if (__builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2")) {
        divide_fused(values, count, divisor);
    } else {
        divide(values, count, divisor);
    }
}

#else

void cshims_divide(double *values, size_t count, double divisor) { divide(values, count, divisor); }

#endif
