// What a token lets its holder do, and who asks.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hearken::server {

/// Each includes those before it. A route's is the least that it asks for.
enum class Right {
  none,   // for anybody, without a token
  read,   // search, listen, look
  rate,   // ratings, and playlists of one's own
  admin,  // indexing, tags, playlists of others, sessions of others
};
inline constexpr std::array<std::string_view, 4> kRightNames = {"none", "read", "rate", "admin"};
constexpr std::string_view to_string(Right right) { return kRightNames[static_cast<std::size_t>(right)]; }

struct Caller {
  std::string name;           // of the token; empty: of `serve --token`, or where none is asked for
  Right right = Right::none;  // none: nobody that is known
  std::int64_t session = 0;   // the number of the session that the cookie is of; 0: came without one
};

}  // namespace hearken::server
