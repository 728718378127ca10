// Lists as Python prints them, which CSV files written by pandas hold: "['jazz', \"it's\"]", "[21, 38]".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearken::data {

/// The texts, UTF-8; of an empty cell none. Nothing when it is no such list. Of the escapes \\ \' \" \n \r \t \xNN
/// \uNNNN and \UNNNNNNNN are known.
std::optional<std::vector<std::string>> python_texts(std::string_view cell);

/// The whole numbers, likewise.
std::optional<std::vector<std::int64_t>> python_integers(std::string_view cell);

}  // namespace hearken::data
