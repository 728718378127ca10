// How a call goes into the library: without the interpreter's lock, and, where it may take long, so that Ctrl-C ends
// it.
#pragma once

#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "convert.h"

namespace hearken::python {

/// A call that is over soon.
template <class Call>
nb::object quick(Call&& call) {
  auto result = [&] {
    const nb::gil_scoped_release unlocked;
    return call();
  }();
  return to_python(std::move(result));
}

/// What a long call is watched by: `cancel` for calls that look at a flag; others are ended from their progress.
class Watch {
 public:
  explicit Watch(nb::object progress) : progress_(std::move(progress)) {}

  /// For WatchedRunOptions::progress and its like. `ends` says that the call has no flag: then what is thrown ends it.
  template <class Progress>
  std::function<void(const Progress&)> teller(bool ends) {
    return [this, ends](const Progress& now) {
      if (!cancel) tell(now);
      if (cancel && ends) throw Stopped{};
    };
  }

  /// Called with the interpreter's lock: keeps the Python error, if a signal came, and stops the call.
  void look_for_signals() {
    if (PyErr_CheckSignals() != 0) keep_error();
  }
  void rethrow() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

  std::atomic<bool> cancel{false};

 private:
  struct Stopped {};

  template <class Progress>
  void tell(const Progress& now) {
    const nb::gil_scoped_acquire locked;
    if (progress_.is_none()) return;
    try {
      progress_(to_python(now));
    } catch (nb::python_error&) {
      error_ = std::current_exception();
      cancel = true;
    }
  }

  void keep_error() {
    try {
      nb::raise_python_error();
    } catch (nb::python_error&) {
      if (!error_) error_ = std::current_exception();
      cancel = true;
    }
  }

  nb::object progress_;
  std::exception_ptr error_;
};

/// A call that may take long: on a thread of its own, while this one looks for signals. What a signal's handler raises
/// (KeyboardInterrupt) is raised here, once the call has come to its end.
template <class Call>
nb::object watched(nb::object progress, Call&& call) {
  Watch watch(std::move(progress));
  std::optional<decltype(call(watch))> result;
  std::exception_ptr failure;
  {
    const nb::gil_scoped_release unlocked;
    std::mutex mutex;
    std::condition_variable over;
    bool done = false;
    std::jthread worker([&] {
      try {
        result.emplace(call(watch));
      } catch (...) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex);
      done = true;
      over.notify_one();
    });
    std::unique_lock lock(mutex);
    while (!over.wait_for(lock, std::chrono::milliseconds(50), [&] { return done; })) {
      lock.unlock();
      {
        const nb::gil_scoped_acquire locked;
        watch.look_for_signals();
      }
      lock.lock();
    }
  }
  watch.rethrow();
  if (failure) std::rethrow_exception(failure);
  return to_python(std::move(*result));
}

/// A library file, for any number of threads: each call has a connection to itself, as Library's rules ask, and hands
/// it back for the next. The file is opened when it is first used; reading does not make it.
class SharedLibrary {
 public:
  explicit SharedLibrary(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const noexcept { return path_; }

  template <class Call>
  auto read(Call&& call) {
    Library library = take(readers_, OpenMode::read);
    const Back back{*this, readers_, library};
    return call(std::as_const(library));
  }
  /// For calls that write; the file is made where it is not there.
  template <class Call>
  auto write(Call&& call) {
    Library library = take(writers_, OpenMode::create);
    const Back back{*this, writers_, library};
    return call(library);
  }

  void close() {
    const std::lock_guard lock(mutex_);
    readers_.clear();
    writers_.clear();
  }

 private:
  using Free = std::vector<Library>;
  struct Back {
    SharedLibrary& shared;
    Free& free;
    const Library& library;
    ~Back() {
      const std::lock_guard lock(shared.mutex_);
      free.push_back(library);
    }
  };

  Library take(Free& free, OpenMode mode);

  std::filesystem::path path_;
  std::mutex mutex_;
  Free readers_, writers_;
  struct ::stat file_{};  // that the free connections are to
  int process_ = 0;       // that opened them
};

/// A dictionary of settings as one of the library's option structs.
template <class Options>
Options options_from(const nb::dict& given) {
  return from_python<Options>(given);
}

}  // namespace hearken::python
