// Values of the library as Python objects, and back. The library's structs become the dataclasses of
// hearken_audio._records, which generate.py writes from the same headers; enumerations become their names.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "hearken/hearken.h"

namespace hearken::python {

namespace nb = nanobind;

template <class Member>
struct Field {
  const char* name;
  Member member;
};
template <class Member>
constexpr Field<Member> field(const char* name, Member member) {
  return {name, member};
}

template <class T>
struct Fields;  // of a struct: `name`, `all`
template <class T>
struct Names;  // of an enumeration: `values`

#include "records.inc"

/// The dataclass of that name; borrowed, for good.
PyObject* record_class(const char* name);
/// A str; bytes that are no UTF-8 become lone surrogates, as Python does with names of files.
nb::object text_object(std::string_view text);
nb::object path_object(const std::filesystem::path& path);
std::filesystem::path path_from(nb::handle value);
/// Throws TypeError: there is no setting of this name; `known` are those there are.
[[noreturn]] void refuse_setting(const std::string& name, std::string known);
/// Throws ValueError: `value` is none of `names`.
[[noreturn]] void refuse_name(nb::handle value, const char* const* names, std::size_t count);

/// Takes from `value`: what is large is moved, not copied.
template <class T>
struct Convert {
  static nb::object to(T& value) {
    if constexpr (std::is_enum_v<T>)
      return nb::str(Names<T>::values[static_cast<std::size_t>(value)]);
    else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::vector<bool>::reference>)
      return nb::cast(value);
    else
      return record(value);
  }

  static T from(nb::handle value) {
    if constexpr (std::is_enum_v<T>) {
      const std::size_t count = std::size(Names<T>::values);
      if (nb::isinstance<nb::str>(value)) {
        const auto name = nb::cast<std::string>(value);
        for (std::size_t i = 0; i < count; ++i)
          if (name == Names<T>::values[i]) return static_cast<T>(i);
      }
      refuse_name(value, Names<T>::values, count);
    } else if constexpr (std::is_arithmetic_v<T>) {
      return nb::cast<T>(value);
    } else {
      return from_record(value);
    }
  }

 private:
  static nb::object record(T& value) {
    static PyObject* const made_as = record_class(Fields<T>::name);
    return std::apply(
        [&](const auto&... fields) {
          constexpr std::size_t count = sizeof...(fields);
          std::array<nb::object, count> members{
              Convert<std::remove_cvref_t<decltype(value.*(fields.member))>>::to(value.*(fields.member))...};
          std::array<PyObject*, count + 1> arguments{};
          for (std::size_t i = 0; i < count; ++i) arguments[i + 1] = members[i].ptr();
          PyObject* const made =
              PyObject_Vectorcall(made_as, arguments.data() + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
          if (made == nullptr) nb::raise_python_error();
          return nb::steal(made);
        },
        Fields<T>::all);
  }

  // Of a dictionary those that it has, None standing for "as it is"; of any other object its attributes.
  static T from_record(nb::handle value) {
    T out{};
    if (!nb::isinstance<nb::dict>(value)) {
      std::apply([&](const auto&... fields) { (set(out.*(fields.member), value.attr(fields.name)), ...); },
                 Fields<T>::all);
      return out;
    }
    for (const auto& [key, given] : nb::borrow<nb::dict>(value)) {
      const auto name = nb::cast<std::string>(key);
      if (given.is_none()) continue;
      const bool found = std::apply(
          [&](const auto&... fields) {
            return ((name == fields.name && (set(out.*(fields.member), given), true)) || ...);
          },
          Fields<T>::all);
      if (found) continue;
      std::string known;
      std::apply([&](const auto&... fields) { ((known += std::string(", ") + fields.name), ...); }, Fields<T>::all);
      refuse_setting(name, known.substr(std::min<std::size_t>(2, known.size())));
    }
    return out;
  }

  template <class Member>
  static void set(Member& member, nb::handle value) {
    if constexpr (!std::is_same_v<Member, std::string_view>) member = Convert<Member>::from(value);
  }
};

template <>
struct Convert<std::string> {
  static nb::object to(const std::string& value) { return text_object(value); }
  static std::string from(nb::handle value) { return nb::cast<std::string>(value); }
};
template <>
struct Convert<std::string_view> {
  static nb::object to(std::string_view value) { return text_object(value); }
};
template <>
struct Convert<std::filesystem::path> {
  static nb::object to(const std::filesystem::path& value) { return path_object(value); }
  static std::filesystem::path from(nb::handle value) { return path_from(value); }
};

template <class T>
struct Convert<std::optional<T>> {
  static nb::object to(std::optional<T>& value) { return value ? Convert<T>::to(*value) : nb::none(); }
  static std::optional<T> from(nb::handle value) {
    return value.is_none() ? std::nullopt : std::optional<T>(Convert<T>::from(value));
  }
};

template <class T>
struct Convert<std::vector<T>> {
  static nb::object to(std::vector<T>& value) {
    nb::list out;
    for (auto&& one : value) {
      if constexpr (std::is_same_v<T, bool>) {
        out.append(nb::bool_(one));
      } else {
        out.append(Convert<T>::to(one));
      }
    }
    return out;
  }
  static std::vector<T> from(nb::handle value) {
    std::vector<T> out;
    for (nb::handle one : value) out.push_back(Convert<T>::from(one));
    return out;
  }
};

template <>
struct Convert<std::array<std::uint8_t, 16>> {
  static nb::object to(const std::array<std::uint8_t, 16>& value) { return nb::bytes(value.data(), value.size()); }
  static std::array<std::uint8_t, 16> from(nb::handle) { return {}; }  // no call takes one
};
template <class T, std::size_t n>
struct Convert<std::array<T, n>> {
  static nb::object to(std::array<T, n>& value) {
    nb::list out;
    for (T& one : value) out.append(Convert<T>::to(one));
    return nb::tuple(out);
  }
  static std::array<T, n> from(nb::handle value) {
    std::array<T, n> out{};
    std::size_t i = 0;
    for (nb::handle one : value) out.at(i++) = Convert<T>::from(one);
    return out;
  }
};

/// Rows of numbers, C-contiguous, without a copy where they are float32 already.
using Floats = nb::ndarray<const float, nb::c_contig, nb::device::cpu>;

/// NumPy's, float32 [n, width]; the array owns the numbers.
nb::object rows_object(std::vector<float>&& values, std::size_t width);

template <>
struct Convert<std::vector<float>> {
  static nb::object to(std::vector<float>& value);
  static std::vector<float> from(nb::handle value);
};

template <class T>
nb::object to_python(T value) {
  return Convert<T>::to(value);
}
template <class T>
T from_python(nb::handle value) {
  return Convert<T>::from(value);
}

}  // namespace hearken::python
