// XSPF's locations, by expat: a parser in use everywhere, strict, with line numbers. A DOCTYPE ends the reading, so
// there are no entities but XML's own five and nothing outside the file is looked at.
#include <expat.h>

#include <cstddef>
#include <iterator>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/paths.h"
#include "core/text.h"
#include "tasks/playlists/playlist_read.h"

namespace hearken::tasks {
namespace {

constexpr std::size_t kDeepestXml = 64;  // elements within each other

// "location" of "http://xspf.org/ns/0/|location".
std::string_view local_name(const char* name) {
  const std::string_view whole = name;
  const std::size_t bar = whole.rfind('|');
  return bar == std::string_view::npos ? whole : whole.substr(bar + 1);
}

class Reader {
 public:
  explicit Reader(const std::filesystem::path& shown)
      : shown_(shown), parser_(XML_ParserCreateNS(nullptr, '|'), XML_ParserFree) {
    if (parser_ == nullptr) throw std::bad_alloc();
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(), [](void* self, const char* name, const char**) { static_cast<Reader*>(self)->begin(name); },
        [](void* self, const char*) { static_cast<Reader*>(self)->end(); });
    XML_SetCharacterDataHandler(parser_.get(), [](void* self, const char* text, int length) {
      static_cast<Reader*>(self)->text({text, static_cast<std::size_t>(length)});
    });
    XML_SetStartDoctypeDeclHandler(parser_.get(), [](void* self, const char*, const char*, const char*, int) {
      static_cast<Reader*>(self)->stop("has a DOCTYPE, which playlists do without");
    });
  }

  std::vector<FoundLocation> read(std::string_view bytes) {
    const auto status = XML_Parse(parser_.get(), bytes.data(), static_cast<int>(bytes.size()), XML_TRUE);
    if (!trouble_.empty()) throw bad_playlist(shown_, trouble_line_, trouble_);
    if (status != XML_STATUS_OK) {
      const XML_Error error = XML_GetErrorCode(parser_.get());
      throw bad_playlist(shown_, line(), std::string("is not XML: ") + XML_ErrorString(error));
    }
    if (!is_playlist_) throw bad_playlist(shown_, 1, "is not XSPF: its element is not <playlist>");
    return std::move(found_);
  }

 private:
  // Nothing may be thrown through the parser.
  void begin(const char* name) noexcept {
    static constexpr std::string_view kWay[] = {"playlist", "trackList", "track", "location"};
    const std::string_view local = local_name(name);
    if (depth_ == matched_ && depth_ < std::size(kWay) && local == kWay[depth_]) ++matched_;
    ++depth_;
    if (depth_ > kDeepestXml) return stop("has too many elements within each other");
    if (depth_ == 1 && matched_ == 1) is_playlist_ = true;
    if (depth_ == 3 && matched_ == 3) {
      if (found_.size() == kMostEntries) return stop("more entries than a playlist may have");
      found_.push_back({{}, line()});
    }
    if (depth_ == 4 && matched_ == 4 && found_.back().location.empty()) {
      reading_ = true;
      found_.back().line = line();
    }
  }
  void end() noexcept {
    if (reading_ && depth_ == 4) {
      reading_ = false;
      std::string& location = found_.back().location;
      location = std::string(trimmed(location));
    }
    if (matched_ == depth_) --matched_;
    --depth_;
  }
  void text(std::string_view more) noexcept {
    if (!reading_ || depth_ != 4) return;
    if (found_.back().location.size() + more.size() > kLongestLocation) return stop("has a location that is too long");
    found_.back().location += more;
  }
  void stop(const char* why) noexcept {
    if (!trouble_.empty()) return;
    trouble_ = why;
    trouble_line_ = line();
    XML_StopParser(parser_.get(), XML_FALSE);
  }
  std::size_t line() const noexcept {
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9  // where the older one is deprecated
    return XML_GetCurrentLineNumber64(parser_.get());
#else
    return XML_GetCurrentLineNumber(parser_.get());
#endif
  }

  const std::filesystem::path& shown_;
  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser_;
  std::vector<FoundLocation> found_;
  std::size_t depth_ = 0, matched_ = 0;  // elements open; of those the first so many are on the way to a location
  bool reading_ = false, is_playlist_ = false;
  std::string_view trouble_;
  std::size_t trouble_line_ = 0;
};

}  // namespace

std::vector<FoundLocation> xspf_locations(std::string_view bytes, const std::filesystem::path& shown) {
  return Reader(shown).read(bytes);
}

}  // namespace hearken::tasks
