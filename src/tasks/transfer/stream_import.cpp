// A stream of vectors into a library, in one reading.
#include <utility>
#include <variant>

#include "core/paths.h"
#include "hearken/exchange.h"
#include "library/library_impl.h"
#include "tasks/transfer/track_import.h"
#include "tasks/transfer/vector_stream.h"

namespace hearken {

void VectorStream::Impl::advance() {
  row.reset();
  while (auto next = rows.next()) {
    ++read;
    if (auto* found = std::get_if<tasks::StreamRow>(&*next)) {
      row = std::move(*found);
      return;
    }
    notes.push_back(std::move(std::get<FileNote>(*next)));
  }
}

void VectorStream::Impl::check_same_origin() const {
  // Machines may call the model otherwise, and compute at other precisions.
  if (row->origin.fingerprint == origin.fingerprint && row->origin.windowing == origin.windowing &&
      row->origin.dimension == origin.dimension)
    return;
  throw Error(ErrorCode::mismatch, display(shown) + ": the vectors of " + display(row->track.track.path) +
                                       " are of another model or other windows than those of the rows before it");
}

VectorStream::VectorStream(std::istream& in, std::filesystem::path shown)
    : impl_(std::make_unique<Impl>(Impl{tasks::StreamRows(in, shown), shown, {}, {}, {}, 0})) {
  impl_->advance();
  if (!impl_->row) {
    throw Error(ErrorCode::not_found, display(impl_->shown) + ": none of its " + std::to_string(impl_->read) +
                                          " rows has the vectors of a file");
  }
  impl_->origin = impl_->row->origin;
}

VectorStream::~VectorStream() = default;

const VectorOrigin& VectorStream::origin() const noexcept { return impl_->origin; }

ImportReport import_vectors(Library& library, VectorStream& stream, const ImportOptions& options) {
  if (impl_of(library).mode == OpenMode::read)
    throw Error(ErrorCode::invalid_argument, display(library.path()) + ": the library was opened for reading only");
  VectorStream::Impl& from = impl_of(stream);
  tasks::check_origin(library, from.origin, from.shown, options.model);
  tasks::TrackImport import(library, from.origin, options);
  try {
    for (; from.row && !import.cancelled(); from.advance()) {
      from.check_same_origin();
      import.take(from.row->track);
    }
  } catch (const Error&) {
    import.write();  // what came before is sound
    throw;
  }
  import.write();
  import.report.tracks = from.read;
  from.notes.insert(from.notes.end(), import.report.skipped.begin(), import.report.skipped.end());
  import.report.skipped = std::move(from.notes);
  return std::move(import.report);
}

}  // namespace hearken
