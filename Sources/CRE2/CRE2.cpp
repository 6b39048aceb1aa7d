#include "CRE2.h"

#include <re2/re2.h>

#include <string>
#include <vector>

struct CRE2Pattern {
    RE2 expression;
    CRE2Pattern(const re2::StringPiece &pattern, const RE2::Options &options) : expression(pattern, options) {}
};

CRE2Pattern *cre2_compile(const char *pattern, size_t length, long memory) {
    RE2::Options options;
    options.set_dot_nl(true);
    options.set_log_errors(false);
    options.set_max_mem(memory);
    return new CRE2Pattern(re2::StringPiece(pattern, length), options);
}

void cre2_free(CRE2Pattern *pattern) { delete pattern; }

const char *cre2_error(const CRE2Pattern *pattern) {
    return pattern->expression.ok() ? nullptr : pattern->expression.error().c_str();
}

const char *cre2_error_argument(const CRE2Pattern *pattern) {
    return pattern->expression.error_arg().c_str();
}

int cre2_error_code(const CRE2Pattern *pattern) { return pattern->expression.error_code(); }

size_t cre2_program_bytes(const CRE2Pattern *pattern) {
    const size_t instruction_bytes = 16;
    return pattern->expression.ok() ? pattern->expression.ProgramSize() * instruction_bytes : 0;
}

bool cre2_full_match(const CRE2Pattern *pattern, const char *text, size_t length) {
    return pattern->expression.Match(
        re2::StringPiece(text, length), 0, length, RE2::ANCHOR_BOTH, nullptr, 0);
}

bool cre2_full_match_groups(
    const CRE2Pattern *pattern, const char *text, size_t length, CRE2Range *ranges, int count) {
    std::vector<re2::StringPiece> groups(count);
    re2::StringPiece whole(text, length);
    if (!pattern->expression.Match(whole, 0, length, RE2::ANCHOR_BOTH, groups.data(), count)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        ranges[i].offset = groups[i].data() ? groups[i].data() - text : -1;
        ranges[i].length = (long)groups[i].size();
    }
    return true;
}

int cre2_group_count(const CRE2Pattern *pattern) { return pattern->expression.NumberOfCapturingGroups(); }

int cre2_group_named(const CRE2Pattern *pattern, const char *name, size_t length) {
    const auto &named = pattern->expression.NamedCapturingGroups();
    const auto found = named.find(std::string(name, length));
    return found == named.end() ? -1 : found->second;
}
