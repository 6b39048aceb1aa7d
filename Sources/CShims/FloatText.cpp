#include <charconv>
#include <cstdlib>
#include <string>

#include "CShims.h"

size_t cshims_double_scientific(double value, char *output) {
    return std::to_chars(output, output + 32, value, std::chars_format::scientific).ptr - output;
}

size_t cshims_double_fixed(double value, char *output) {
    return std::to_chars(output, output + 352, value, std::chars_format::fixed).ptr - output;
}

bool cshims_parse_double(const char *text, size_t length, double *value) {
    const auto result = std::from_chars(text, text + length, *value, std::chars_format::general);
    if (result.ptr != text + length) {
        return false;
    }
    if (result.ec == std::errc::result_out_of_range) {
        // from_chars leaves the value alone; strtod says whether it is too large or too small.
        *value = std::strtod(std::string(text, length).c_str(), nullptr);
        return true;
    }
    return result.ec == std::errc();
}
