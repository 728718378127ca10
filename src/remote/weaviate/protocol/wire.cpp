// Field numbers are those of the .proto files; each group of them is named after its message.
#include "remote/weaviate/protocol/wire.h"

#include <bit>
#include <cstring>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include "core/paths.h"
#include "hearken/error.h"

namespace hearken::remote::weaviate {
namespace {

using protozero::pbf_reader;
using protozero::pbf_writer;

static_assert(std::endian::native == std::endian::little, "vectors are copied as they lie in memory");

constexpr std::int32_t kOne = 1, kQuorum = 2;  // ConsistencyLevel
constexpr std::int32_t kSingleFp32 = 1;        // Vectors.VectorType
// The limit that the engine puts on what one search returns is its QUERY_MAXIMUM_RESULTS, 10,000 unless configured.

[[noreturn]] void corrupt(const std::string& what, const std::string& why) {
  throw Error(ErrorCode::corrupt, "the engine's answer is no " + what + ": " + why);
}

// What protozero throws, as an Error.
template <class Read>
auto reading(const char* what, Read read) {
  try {
    return read();
  } catch (const protozero::exception& error) {
    corrupt(what, display(error.what()));
  }
}

template <class Number>
std::string_view bytes_of(const std::vector<Number>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Number)};
}

template <class Number>
std::vector<Number> numbers_of(protozero::data_view bytes, const char* what) {
  if (bytes.size() % sizeof(Number) != 0) corrupt(what, "a list of numbers ends within one");
  std::vector<Number> out(bytes.size() / sizeof(Number));
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

void write_vector(pbf_writer& to, protozero::pbf_tag_type field, std::string_view name,
                  const std::vector<float>& values) {
  pbf_writer vectors(to, field);
  if (!name.empty()) vectors.add_string(1, name.data(), name.size());
  const std::string_view bytes = bytes_of(values);
  vectors.add_bytes(3, bytes.data(), bytes.size());
  vectors.add_enum(4, kSingleFp32);
}

// Filters

std::int32_t number_of(Filter::Operator op) {
  switch (op) {
    case Filter::Operator::equal: return 1;
    case Filter::Operator::not_equal: return 2;
    case Filter::Operator::greater: return 3;
    case Filter::Operator::at_least: return 4;
    case Filter::Operator::less: return 5;
    case Filter::Operator::at_most: return 6;
    case Filter::Operator::all: return 7;
    case Filter::Operator::any: return 8;
    case Filter::Operator::like: return 10;
    case Filter::Operator::contains_any: return 12;
    case Filter::Operator::negation: return 15;
  }
  throw Error(ErrorCode::internal, "a filter of no operator");
}

void write_test(pbf_writer& to, const Filter& filter) {
  const bool integer = filter.kind == Filter::Kind::integer;
  if (const auto* truth = std::get_if<bool>(&filter.value)) {
    to.add_bool(6, *truth);
  } else if (const auto* number = std::get_if<double>(&filter.value)) {
    if (integer) {
      to.add_int64(5, static_cast<std::int64_t>(*number));
    } else {
      to.add_double(7, *number);
    }
  } else if (const auto* text = std::get_if<std::string>(&filter.value)) {
    to.add_string(4, *text);
  } else if (const auto* texts = std::get_if<std::vector<std::string>>(&filter.value)) {
    pbf_writer array(to, 9);
    for (const std::string& one : *texts) array.add_string(1, one);
  } else if (const auto* numbers = std::get_if<std::vector<double>>(&filter.value)) {
    if (integer) {
      const std::vector<std::int64_t> whole(numbers->begin(), numbers->end());
      pbf_writer array(to, 10);
      array.add_packed_int64(1, whole.begin(), whole.end());
    } else {
      pbf_writer array(to, 12);
      array.add_packed_double(1, numbers->begin(), numbers->end());
    }
  }
}

void write_filter(pbf_writer& to, protozero::pbf_tag_type field, const Filter& filter) {
  pbf_writer out(to, field);
  out.add_enum(1, number_of(filter.op));
  for (const Filter& part : filter.parts) write_filter(out, 3, part);
  if (filter.property.empty()) return;
  write_test(out, filter);
  pbf_writer target(out, 20);
  target.add_string(1, filter.property);
}

// Objects

struct PropertyWriter {
  pbf_writer& properties;  // BatchObject.Properties
  pbf_writer& fields;      // google.protobuf.Struct
  const std::string& name;

  template <class Write>
  void one(Write write) const {
    pbf_writer entry(fields, 1);
    entry.add_string(1, name);
    pbf_writer value(entry, 2);
    write(value);
  }
  void operator()(bool truth) const {
    one([&](pbf_writer& value) { value.add_bool(4, truth); });
  }
  void operator()(double number) const {
    one([&](pbf_writer& value) { value.add_double(2, number); });
  }
  void operator()(const std::string& text) const {
    one([&](pbf_writer& value) { value.add_string(3, text); });
  }
  // Lists are beside the struct, those without elements by their names alone.
  void operator()(const std::vector<std::string>& texts) const {
    if (texts.empty()) return;
    pbf_writer list(properties, 6);
    for (const std::string& text : texts) list.add_string(1, text);
    list.add_string(2, name);
  }
  void operator()(const std::vector<double>& numbers) const {
    if (numbers.empty()) return;
    pbf_writer list(properties, 4);
    list.add_string(2, name);
    const std::string_view bytes = bytes_of(numbers);
    list.add_bytes(3, bytes.data(), bytes.size());
  }
};

bool is_list(const Value& value) {
  return std::holds_alternative<std::vector<std::string>>(value) || std::holds_alternative<std::vector<double>>(value);
}

bool is_empty_list(const Value& value) {
  const auto* texts = std::get_if<std::vector<std::string>>(&value);
  const auto* numbers = std::get_if<std::vector<double>>(&value);
  return (texts != nullptr && texts->empty()) || (numbers != nullptr && numbers->empty());
}

void write_object(pbf_writer& to, const std::string& collection, const Object& object) {
  pbf_writer out(to, 1);
  out.add_string(1, to_string(object.id));
  {
    pbf_writer properties(out, 3);
    {
      pbf_writer fields(properties, 1);
      for (const Property& property : object.properties)
        if (!is_list(property.value)) std::visit(PropertyWriter{properties, fields, property.name}, property.value);
    }
    for (const Property& property : object.properties) {
      if (is_empty_list(property.value)) {
        properties.add_string(10, property.name);
      } else if (is_list(property.value)) {
        std::visit(PropertyWriter{properties, properties, property.name}, property.value);
      }
    }
  }
  out.add_string(4, collection);
  for (const NamedVector& vector : object.vectors) {
    if (!vector.name.empty()) {
      write_vector(out, 23, vector.name, vector.values);
      continue;
    }
    const std::string_view bytes = bytes_of(vector.values);
    out.add_bytes(6, bytes.data(), bytes.size());
  }
}

// Replies

std::vector<std::string> read_texts(pbf_reader in) {
  std::vector<std::string> out;
  while (in.next(1)) out.push_back(in.get_string());
  return out;
}

std::vector<double> read_booleans(pbf_reader in) {
  std::vector<double> out;
  while (in.next(1)) {
    if (in.wire_type() != protozero::pbf_wire_type::length_delimited) {
      out.push_back(in.get_bool() ? 1 : 0);
      continue;
    }
    for (const bool truth : in.get_packed_bool()) out.push_back(truth ? 1 : 0);
  }
  return out;
}

template <class Number>
std::vector<double> read_numbers(pbf_reader in) {
  std::vector<double> out;
  while (in.next(1)) {
    for (const Number number : numbers_of<Number>(in.get_view(), "SearchReply"))
      out.push_back(static_cast<double>(number));
  }
  return out;
}

// Nothing: it is null, or of a kind that no property of Hearken has.
std::optional<Value> read_list(pbf_reader in) {
  std::optional<Value> out;
  while (in.next()) {
    switch (in.tag()) {
      case 2: out = read_numbers<double>(in.get_message()); break;
      case 3: out = read_booleans(in.get_message()); break;
      case 5:
      case 6:
      case 8: out = read_texts(in.get_message()); break;
      case 7: out = read_numbers<std::int64_t>(in.get_message()); break;
      default: in.skip();
    }
  }
  return out;
}

std::optional<Value> read_value(pbf_reader in) {
  std::optional<Value> out;
  while (in.next()) {
    switch (in.tag()) {
      case 1: out = in.get_double(); break;
      case 3: out = in.get_bool(); break;
      case 5: out = read_list(in.get_message()); break;
      case 6:
      case 7:
      case 10:
      case 13: out = in.get_string(); break;
      case 8: out = static_cast<double>(in.get_int64()); break;
      default: in.skip();
    }
  }
  return out;
}

void read_property(pbf_reader in, Found& to) {
  std::string name;
  std::optional<Value> value;
  while (in.next()) {
    switch (in.tag()) {
      case 1: name = in.get_string(); break;
      case 2: value = read_value(in.get_message()); break;
      default: in.skip();
    }
  }
  if (value) to.properties.push_back({std::move(name), std::move(*value)});
}

void read_properties(pbf_reader in, Found& to) {
  while (in.next(11)) {
    for (pbf_reader fields = in.get_message(); fields.next(1);) read_property(fields.get_message(), to);
  }
}

NamedVector read_vector(pbf_reader in) {
  NamedVector out;
  while (in.next()) {
    switch (in.tag()) {
      case 1: out.name = in.get_string(); break;
      case 3: out.values = numbers_of<float>(in.get_view(), "SearchReply"); break;
      default: in.skip();
    }
  }
  return out;
}

void read_metadata(pbf_reader in, Found& to) {
  bool identified = false;
  while (in.next()) {
    switch (in.tag()) {
      case 7: to.distance = in.get_float(); break;
      case 19: to.vectors.push_back({"", numbers_of<float>(in.get_view(), "SearchReply")}); break;
      case 20: {
        // A number, big-endian: without the zeros that it begins with.
        const auto bytes = in.get_view();
        if (bytes.size() > to.id.size()) corrupt("SearchReply", "an id is longer than 16 bytes");
        to.id.fill(0);
        if (bytes.size() > 0) std::memcpy(to.id.data() + to.id.size() - bytes.size(), bytes.data(), bytes.size());
        identified = true;
        break;
      }
      case 23: to.vectors.push_back(read_vector(in.get_message())); break;
      default: in.skip();
    }
  }
  if (!identified) corrupt("SearchReply", "an object has no id");
}

Found read_found(pbf_reader in) {
  Found out;
  bool described = false;
  while (in.next()) {
    switch (in.tag()) {
      case 1: read_properties(in.get_message(), out); break;
      case 2:
        read_metadata(in.get_message(), out);
        described = true;
        break;
      default: in.skip();
    }
  }
  if (!described) corrupt("SearchReply", "an object has no id");
  return out;
}

}  // namespace

std::string search_request(const Search& search) {
  std::string bytes;
  pbf_writer out(bytes);
  out.add_string(1, search.collection);
  out.add_enum(11, kOne);
  if (search.properties.empty()) {
    out.add_message(20, "", 0);  // without it, all are meant
  } else {
    pbf_writer properties(out, 20);
    for (const std::string& name : search.properties) properties.add_string(1, name);
  }
  {
    pbf_writer metadata(out, 21);
    metadata.add_bool(1, true);
    for (const std::string& name : search.vectors)
      if (name.empty()) metadata.add_bool(2, true);
    if (!search.near.empty()) metadata.add_bool(5, true);
    for (const std::string& name : search.vectors)
      if (!name.empty()) metadata.add_string(10, name);
  }
  out.add_uint32(30, search.limit);
  if (search.after) {
    out.add_string(33, to_string(*search.after));
  } else if (search.from_the_start) {
    out.add_string(33, to_string(Uuid{}));
  }
  if (search.filter) write_filter(out, 40, *search.filter);
  if (!search.near.empty()) {
    pbf_writer near(out, 43);
    if (!search.target_vector.empty()) {
      pbf_writer targets(near, 6);
      targets.add_string(1, search.target_vector);
    }
    write_vector(near, 9, "", search.near);
  }
  out.add_bool(102, true);  // answers in the form of version 1.27 and later
  return bytes;
}

std::vector<Found> search_reply(std::string_view bytes) {
  return reading("SearchReply", [&] {
    std::vector<Found> out;
    pbf_reader in(bytes.data(), bytes.size());
    while (in.next()) {
      if (in.tag() == 2)
        out.push_back(read_found(in.get_message()));
      else
        in.skip();
    }
    return out;
  });
}

std::string put_request(const std::string& collection, std::span<const Object* const> objects) {
  std::string bytes;
  std::size_t size = 0;
  constexpr std::size_t kBesideVectors = 1024;
  for (const Object* object : objects) {
    size += kBesideVectors;
    for (const NamedVector& vector : object->vectors) size += vector.values.size() * sizeof(float);
  }
  bytes.reserve(size);
  pbf_writer out(bytes);
  for (const Object* object : objects) write_object(out, collection, *object);
  out.add_enum(2, kQuorum);
  return bytes;
}

std::vector<Refusal> put_reply(std::string_view bytes, std::size_t objects) {
  return reading("BatchObjectsReply", [&] {
    std::vector<Refusal> out;
    pbf_reader in(bytes.data(), bytes.size());
    while (in.next(2)) {
      std::int32_t index = 0;
      Refusal refusal;
      for (pbf_reader error = in.get_message(); error.next();) {
        switch (error.tag()) {
          case 1: index = error.get_int32(); break;
          case 2: refusal.reason = error.get_string(); break;
          default: error.skip();
        }
      }
      if (index < 0 || static_cast<std::size_t>(index) >= objects)
        corrupt("BatchObjectsReply", "it speaks of an object that was not sent");
      refusal.index = static_cast<std::size_t>(index);
      out.push_back(std::move(refusal));
    }
    return out;
  });
}

std::string erase_request(const std::string& collection, const Filter& filter) {
  std::string bytes;
  pbf_writer out(bytes);
  out.add_string(1, collection);
  write_filter(out, 2, filter);
  out.add_enum(5, kQuorum);
  return bytes;
}

Erased erase_reply(std::string_view bytes) {
  return reading("BatchDeleteReply", [&] {
    Erased out;
    pbf_reader in(bytes.data(), bytes.size());
    while (in.next()) {
      switch (in.tag()) {
        case 2: out.failed = in.get_int64(); break;
        case 3: out.matches = in.get_int64(); break;
        case 4: out.successful = in.get_int64(); break;
        default: in.skip();
      }
    }
    if (out.failed < 0 || out.matches < 0 || out.successful < 0) corrupt("BatchDeleteReply", "a number is negative");
    return out;
  });
}

std::string count_request(const std::string& collection, const Filter* filter) {
  std::string bytes;
  pbf_writer out(bytes);
  out.add_string(1, collection);
  out.add_bool(20, true);
  if (filter != nullptr) write_filter(out, 40, *filter);
  return bytes;
}

std::int64_t count_reply(std::string_view bytes) {
  return reading("AggregateReply", [&] {
    std::optional<std::int64_t> count;
    pbf_reader in(bytes.data(), bytes.size());
    while (in.next(2)) {
      for (pbf_reader single = in.get_message(); single.next(1);) count = single.get_int64();
    }
    if (!count || *count < 0) corrupt("AggregateReply", "it has no number of objects");
    return *count;
  });
}

}  // namespace hearken::remote::weaviate
