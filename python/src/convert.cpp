// What needs no template.
#include "convert.h"

namespace hearken::python {

PyObject* record_class(const char* name) {
  return nb::module_::import_("hearken_audio._records").attr(name).inc_ref().ptr();
}

nb::object text_object(std::string_view text) {
  PyObject* const made = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape");
  if (made == nullptr) nb::raise_python_error();
  return nb::steal(made);
}

nb::object path_object(const std::filesystem::path& path) {
  static PyObject* const made_as = nb::module_::import_("pathlib").attr("Path").inc_ref().ptr();
  return nb::handle(made_as)(text_object(path.native()));
}

std::filesystem::path path_from(nb::handle value) {
  PyObject* bytes = nullptr;
  if (PyUnicode_FSConverter(value.ptr(), &bytes) == 0) nb::raise_python_error();
  const nb::bytes held = nb::steal<nb::bytes>(bytes);
  return std::string(held.c_str(), held.size());
}

void refuse_setting(const std::string& name, std::string known) {
  throw nb::type_error(("no setting is called '" + name + "'; there are " + known).c_str());
}

void refuse_name(nb::handle value, const char* const* names, std::size_t count) {
  std::string known;
  for (std::size_t i = 0; i < count; ++i) known += (i == 0 ? "'" : ", '") + std::string(names[i]) + "'";
  throw nb::value_error((nb::cast<std::string>(nb::repr(value)) + " is none of " + known).c_str());
}

nb::object rows_object(std::vector<float>&& values, std::size_t width) {
  auto* const kept = new std::vector<float>(std::move(values));
  nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<float>*>(p); });
  const std::size_t rows = width == 0 ? 0 : kept->size() / width;
  return nb::cast(nb::ndarray<nb::numpy, float, nb::ndim<2>>(kept->data(), {rows, width}, owner));
}

nb::object Convert<std::vector<float>>::to(std::vector<float>& value) {
  auto* const kept = new std::vector<float>(std::move(value));
  nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<float>*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, float, nb::ndim<1>>(kept->data(), {kept->size()}, owner));
}

std::vector<float> Convert<std::vector<float>>::from(nb::handle value) {
  const auto array = nb::cast<Floats>(value);
  return {array.data(), array.data() + array.size()};
}

}  // namespace hearken::python
