// The extension module hearken_audio._hearken: the library's functions as they are. What people call is Python, in
// hearken_audio/*.py, and says what it takes.
#include "bind.h"

namespace hearken::python {

Library SharedLibrary::take(Free& free, OpenMode mode) {
  {
    const std::lock_guard lock(mutex_);
    struct ::stat now{};
    const bool there = ::stat(path_.c_str(), &now) == 0;
    if (process_ != ::getpid()) {
      // Connections of a process that was forked are its own: left alone, not closed.
      new Free(std::move(readers_));
      new Free(std::move(writers_));
      readers_ = {}, writers_ = {};
    } else if (!there || now.st_dev != file_.st_dev || now.st_ino != file_.st_ino) {
      readers_.clear(), writers_.clear();
    }
    process_ = ::getpid();
    file_ = now;
    if (!free.empty()) {
      Library library = std::move(free.back());
      free.pop_back();
      return library;
    }
  }
  return Library::open(path_, mode);
}

namespace {

void raise_error(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    static PyObject* const raised_as = nb::module_::import_("hearken_audio._errors").attr("Error").inc_ref().ptr();
    const nb::object made = nb::handle(raised_as)(text_object(to_string(error.code())), text_object(error.message()),
                                                  text_object(error.cause()));
    PyErr_SetObject(raised_as, made.ptr());
  }
}

}  // namespace
}  // namespace hearken::python

NB_MODULE(_hearken, module) {
  using namespace hearken::python;
  module.doc() = "Hearken's C++ library; hearken_audio is what to import.";
  nb::register_exception_translator(raise_error);
  module.attr("version") = std::string(hearken::version());
  bind_models(module);
  bind_catalogue(module);
  bind_searching(module);
  bind_hearing(module);
  bind_figures(module);
}
