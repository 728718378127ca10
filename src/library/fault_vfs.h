// For tests: a disk that fails at the Nth write or sync, or loses power there with all that was not synchronised.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hearken::library {

/// A SQLite file system layer over the usual one. One at a time; single-threaded use of each library opened on it.
class FaultVfs {
 public:
  static constexpr const char* kName = "hearken-fault";

  FaultVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.zName = kName;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.pAppData = this;
    vfs_.pNext = nullptr;
    vfs_.xOpen = &open;
    vfs_.xDelete = [](sqlite3_vfs* v, const char* name, int sync) {
      self(v).synced_.erase(name);
      return self(v).real_->xDelete(self(v).real_, name, sync);
    };
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~FaultVfs() { sqlite3_vfs_unregister(&vfs_); }
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  /// The `n`th write or sync from now on (1: the next) and all after it give `result`, until heal().
  void fail_from(std::int64_t n, int result) { left_ = n, result_ = result, before_ = nullptr; }
  /// Calls `before` ahead of the `n`th write or sync from now on, once.
  void call_before(std::int64_t n, std::function<void()> before) {
    left_ = n, result_ = SQLITE_OK, before_ = std::move(before);
  }
  void heal() { left_ = 0, result_ = SQLITE_OK, before_ = nullptr; }

  bool struck() const { return struck_ > 0; }
  std::int64_t operations() const { return operations_; }

  /// The files as a power cut would leave them at this moment: what was synchronised, by full path.
  const std::map<std::string, std::string>& synced() const { return synced_; }

 private:
  struct File {
    sqlite3_file base;
    FaultVfs* vfs;
    std::string* name;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static FaultVfs& self(sqlite3_vfs* v) { return *static_cast<FaultVfs*>(v->pAppData); }
  static File& file(sqlite3_file* f) { return *reinterpret_cast<File*>(f); }
  template <auto Method, class... A>
  static auto pass(sqlite3_file* f, A... arguments) {
    sqlite3_file* real = file(f).real();
    return (real->pMethods->*Method)(real, arguments...);
  }

  int strike() {
    ++operations_;
    if (left_ == 0) return SQLITE_OK;
    if (left_ > 1) return --left_, SQLITE_OK;
    ++struck_;
    if (before_) {
      left_ = 0;
      before_();
      return SQLITE_OK;
    }
    return result_;
  }

  static int open(sqlite3_vfs* v, const char* name, sqlite3_file* f, int flags, int* out_flags) {
    FaultVfs& vfs = self(v);
    File& opened = file(f);
    opened.base.pMethods = nullptr;
    const int result = vfs.real_->xOpen(vfs.real_, name, opened.real(), flags, out_flags);
    if (result != SQLITE_OK) return result;
    opened.vfs = &vfs;
    opened.name = new std::string(name != nullptr ? name : "");
    opened.base.pMethods = methods();
    return SQLITE_OK;
  }

  static int close(sqlite3_file* f) {
    delete file(f).name;
    return pass<&sqlite3_io_methods::xClose>(f);
  }

  static int write(sqlite3_file* f, const void* data, int size, sqlite3_int64 offset) {
    if (const int result = file(f).vfs->strike(); result != SQLITE_OK) return result;
    return pass<&sqlite3_io_methods::xWrite>(f, data, size, offset);
  }

  static int sync(sqlite3_file* f, int) {
    if (const int result = file(f).vfs->strike(); result != SQLITE_OK) return result;
    sqlite3_int64 size = 0;
    pass<&sqlite3_io_methods::xFileSize>(f, &size);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (size > 0)
      pass<&sqlite3_io_methods::xRead>(f, static_cast<void*>(bytes.data()), static_cast<int>(size), sqlite3_int64{0});
    file(f).vfs->synced_[*file(f).name] = std::move(bytes);
    return SQLITE_OK;  // the copy stands for the disk: a real sync would only take time
  }

  static const sqlite3_io_methods* methods() {
    using M = sqlite3_io_methods;
    static const M table = {3,
                            &close,
                            &pass<&M::xRead, void*, int, sqlite3_int64>,
                            &write,
                            &pass<&M::xTruncate, sqlite3_int64>,
                            &sync,
                            &pass<&M::xFileSize, sqlite3_int64*>,
                            &pass<&M::xLock, int>,
                            &pass<&M::xUnlock, int>,
                            &pass<&M::xCheckReservedLock, int*>,
                            &pass<&M::xFileControl, int, void*>,
                            &pass<&M::xSectorSize>,
                            &pass<&M::xDeviceCharacteristics>,
                            &pass<&M::xShmMap, int, int, int, void volatile**>,
                            &pass<&M::xShmLock, int, int, int>,
                            &pass<&M::xShmBarrier>,
                            &pass<&M::xShmUnmap, int>,
                            &pass<&M::xFetch, sqlite3_int64, int, void**>,
                            &pass<&M::xUnfetch, sqlite3_int64, void*>};
    return &table;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  std::int64_t left_ = 0, operations_ = 0, struck_ = 0;
  int result_ = SQLITE_OK;
  std::function<void()> before_;
  std::map<std::string, std::string> synced_;
};

}  // namespace hearken::library
