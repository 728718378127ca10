// What clients write: paths, forms, base64, JSON bodies with a query in them. Each is refused as a wrong argument, or
// read as a value within its limits.
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/text.h"
#include "hearken/error.h"
#include "server/http/http.h"
#include "server/http/json.h"
#include "server/state/vectors.h"
#include "target.h"

// A list of empty objects takes a map's node for three bytes; a form's fields are two strings each.
const HeapBound kHeapBound{512, 256 << 10};

namespace {

using namespace hearken;
using namespace hearken::server;

template <class Read>
void refused_or(Read read) {
  try {
    read();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument) std::abort();
  }
}

void read_query(const json& document) {
  Reader reader(document);
  int items = 0;
  reader.objects("items", 32, [&](Reader& one) {
    ++items;
    if (one.text("text", 2000, {}).size() > 2000) std::abort();
    if (one.integer("track", 1, 1, 1000) > 1000) std::abort();
    if (!(one.number("start", 0, 0, 1e7) <= 1e7)) std::abort();
    one.boolean("negative", false);
  });
  if (items > 32) std::abort();
  for (const std::int64_t id : reader.ids("tracks", 100))
    if (id < 1) std::abort();
  reader.texts("texts", 100, 100);
  reader.one_of("rank", {"mean", "best"}, "mean");
  reader.done();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto decoded = url_decoded(text, true); decoded && url_decoded(url_encoded(*decoded), false) != decoded)
    std::abort();
  if (const auto form = parse_form(text)) {
    Request request;
    request.query = *form;
    refused_or([&] { read_query(query_object(request, {"text"}, {"texts", "tracks"})); });
  }
  if (const auto bytes = from_base64(text); bytes && from_base64(to_base64(*bytes)) != bytes) std::abort();
  refused_or([&] {
    const json document = parsed(text);
    dumped(document);
    read_query(document);
  });
  refused_or([&] { vector_from(parsed(text), 4, "vector"); });
  return 0;
}
