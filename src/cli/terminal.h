// What the terminal can show: how wide it is, and whether it takes colours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hearken::cli {

/// Columns of the terminal that `descriptor` is; 0 when it is none or does not say.
std::size_t terminal_columns(int descriptor);

/// Whether what stands there can be drawn over: a terminal, and TERM is not "dumb".
bool can_redraw(int descriptor);

/// Whether `descriptor` may carry colours: a terminal, NO_COLOR is not set, and TERM is not "dumb".
bool colours(int descriptor);

/// How parts of a result are told apart where standard output may carry colours; elsewhere the text as it is.
enum class Style { bold, dim, high, moderate };
std::string styled(std::string_view text, Style style);

/// What of `text` fits behind `used` columns of the terminal that standard output is; elsewhere all of it.
std::string fitted(std::string_view text, std::size_t used);
/// The same of a path, of which the end says most: "…/album/song.ogg".
std::string fitted_path(std::string_view path, std::size_t used);

/// Whether there are fewer columns than a line needs to say everything: what matters less is left out.
bool is_narrow();

/// Columns before the second line of a result: less on a narrow terminal.
std::size_t detail_indent();

/// `text` in lines of at most `width` columns, broken at spaces; each further line begins with `indent` spaces, and the
/// first stands after `used` columns.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent, std::size_t used);

}  // namespace hearken::cli
