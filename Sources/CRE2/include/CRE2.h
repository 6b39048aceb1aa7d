#ifndef CRE2_H
#define CRE2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CRE2Pattern CRE2Pattern;

/// A byte range of the matched text; `offset` is -1 for a group that took no part.
typedef struct {
    long offset;
    long length;
} CRE2Range;

/// Compiles a pattern (RE2 syntax, `.` matches newline, UTF-8, program memory at most `memory` bytes).
/// Never returns NULL; ask `cre2_error` whether it is usable. Free with `cre2_free`.
CRE2Pattern *cre2_compile(const char *pattern, size_t length, long memory);
void cre2_free(CRE2Pattern *pattern);

/// The reason why the pattern is unusable, or NULL. Owned by the pattern.
const char *cre2_error(const CRE2Pattern *pattern);

/// The part of the pattern the error is about. Owned by the pattern; never NULL.
const char *cre2_error_argument(const CRE2Pattern *pattern);

/// RE2's number for the kind of error (RE2::ErrorCode), 0 for none.
int cre2_error_code(const CRE2Pattern *pattern);

/// Bytes of the compiled program.
size_t cre2_program_bytes(const CRE2Pattern *pattern);

/// True when the whole text matches. Safe to call from several threads.
bool cre2_full_match(const CRE2Pattern *pattern, const char *text, size_t length);

/// True when the whole text matches; fills `count` ranges, the first being the whole match.
bool cre2_full_match_groups(
    const CRE2Pattern *pattern, const char *text, size_t length, CRE2Range *ranges, int count);

/// Number of capturing groups, without the whole match.
int cre2_group_count(const CRE2Pattern *pattern);

/// Number of the named group, or -1.
int cre2_group_named(const CRE2Pattern *pattern, const char *name, size_t length);

#ifdef __cplusplus
}
#endif

#endif
