// JSON in and out: bodies read strictly, a wrong one refused with the field's name.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_object.h"
#include "server/http/http.h"

namespace hearken::server {

using nlohmann::json;

/// As UTF-8; what is none is replaced.
std::string dumped(const json& document);
Response json_response(const json& document, int status = 200);

/// Throws Error(invalid_argument) naming line and column, also for a document nested deeper than 32.
json parsed(std::string_view body);

/// An object's fields, each read once; done() refuses those that nobody asked for. Every call throws
/// Error(invalid_argument) that begins with the field's path ("items[2].start: …"). What is null counts as left out.
/// The document must outlive it.
class Reader {
 public:
  explicit Reader(const json& object, const std::string& path = {});

  bool has(const char* name) { return value(name) != nullptr; }  // and it is not null
  const json* value(const char* name);

  std::string text(const char* name, std::size_t most_bytes);  // must be there
  std::string text(const char* name, std::size_t most_bytes, const std::string& otherwise) {
    return has(name) ? object_.text(name, most_bytes) : otherwise;
  }
  double number(const char* name, double otherwise, double least, double most) {
    return has(name) ? object_.number(name, least, most) : otherwise;
  }
  std::int64_t integer(const char* name, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
    return has(name) ? object_.whole(name, least, most) : otherwise;
  }
  bool boolean(const char* name, bool otherwise) { return has(name) ? object_.boolean(name) : otherwise; }
  std::string one_of(const char* name, std::initializer_list<const char*> words, const char* otherwise);
  std::vector<std::int64_t> ids(const char* name, std::size_t most);
  std::vector<std::string> texts(const char* name, std::size_t most, std::size_t most_bytes);
  const json* array(const char* name, std::size_t most) {  // null when it is not there
    return has(name) ? &object_.list(name, most) : nullptr;
  }

  /// Calls each(Reader) for every object of an array that must have 1 to `most` of them (when it is there).
  template <class Each>
  void objects(const char* name, std::size_t most, Each each) {
    const json* list = array(name, most);
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
      Reader reader((*list)[i], path_ + name + "[" + std::to_string(i) + "]");
      each(reader);
      reader.done();
    }
  }

  void done() const;
  [[noreturn]] void refuse(const std::string& name, const std::string& reason) const { object_.fail(name, reason); }

 private:
  std::string path_;  // "items[2]."; empty: of the document itself
  JsonObject object_;
  std::set<std::string, std::less<>> asked_;
};

/// The query's fields with their kinds, as an object that a Reader takes: what begins like a number is one, "true" and
/// "false" are booleans, a name in `lists` is an array. `texts` are never anything but text.
json query_object(const Request& request, std::initializer_list<std::string_view> texts,
                  std::initializer_list<std::string_view> lists = {});

}  // namespace hearken::server
