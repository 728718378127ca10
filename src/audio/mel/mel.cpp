// Log-mel spectrograms: what is checked and prepared before the vector code runs.
#include "audio/mel/mel.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "audio/mel/mel_kernel.h"
#include "core/cpu/isa.h"
#include "hearken/error.h"

namespace hearken::audio {

struct MelFrontEnd::Impl {
  std::variant<MelTables<double>, MelTables<float>> tables;
  std::size_t n_fft, hop, mel_bins;
};

namespace {

template <class T>
MelTables<T> tables_of(const MelConfig& config) {
  const auto n_fft = static_cast<std::size_t>(config.n_fft), bins = n_fft / 2 + 1;
  MelTables<T> tables{RealFft<T>(n_fft), static_cast<std::size_t>(config.hop), {}, 0, {}, {}, config.power_floor};
  for (const float w : config.window) tables.window.push_back(static_cast<T>(w) / 2);
  for (std::size_t m = 0; m < static_cast<std::size_t>(config.mel_bins); ++m) {
    const float* row = config.filters.data() + m * bins;
    const float* end = row + bins;
    const float* first = std::find_if(row, end, [](float w) { return w != 0; });
    while (end != first && *(end - 1) == 0) --end;
    const auto first_bin = static_cast<std::size_t>(first - row), count = static_cast<std::size_t>(end - first);
    tables.filters.push_back({first_bin, count, tables.weights.size()});
    tables.weights.insert(tables.weights.end(), first, end);
    tables.bins = std::max(tables.bins, first_bin + count);
  }
  return tables;
}

}  // namespace

MelFrontEnd::MelFrontEnd(MelConfig config) {
  isa_cap();
  const auto fail = [](const std::string& what) { throw Error(ErrorCode::corrupt, "mel front end: " + what); };
  if (config.n_fft < 16 || config.n_fft > 65536 || (config.n_fft & (config.n_fft - 1)) != 0) {
    fail("n_fft is " + std::to_string(config.n_fft) + ", not a power of two from 16 to 65536");
  }
  if (config.hop < 1) fail("hop is " + std::to_string(config.hop));
  if (config.mel_bins < 1) fail("mel_bins is " + std::to_string(config.mel_bins));
  const auto n_fft = static_cast<std::size_t>(config.n_fft), mel_bins = static_cast<std::size_t>(config.mel_bins);
  const std::size_t bins = n_fft / 2 + 1;
  if (config.window.size() != n_fft) {
    fail("the window has " + std::to_string(config.window.size()) + " values, not " + std::to_string(n_fft));
  }
  if (config.filters.size() != mel_bins * bins) {
    fail("the filters have " + std::to_string(config.filters.size()) + " values, not " + std::to_string(mel_bins) +
         "*" + std::to_string(bins));
  }
  if (!(config.power_floor > 0)) fail("the power floor is not positive");

  const auto hop = static_cast<std::size_t>(config.hop);
  impl_ = std::make_unique<const Impl>(config.precision == MelPrecision::exact
                                           ? Impl{tables_of<double>(config), n_fft, hop, mel_bins}
                                           : Impl{tables_of<float>(config), n_fft, hop, mel_bins});
}

MelFrontEnd::~MelFrontEnd() = default;
MelFrontEnd::MelFrontEnd(MelFrontEnd&&) noexcept = default;

std::size_t MelFrontEnd::frames(std::size_t samples) const noexcept { return 1 + samples / impl_->hop; }

int MelFrontEnd::mel_bins() const noexcept { return static_cast<int>(impl_->mel_bins); }

void MelFrontEnd::compute(std::span<const float> samples, std::span<float> out) const {
  if (samples.size() <= impl_->n_fft / 2 || out.size() != impl_->mel_bins * frames(samples.size())) {
    throw Error(ErrorCode::invalid_argument, "mel front end: " + std::to_string(samples.size()) +
                                                 " samples do not fill " + std::to_string(out.size()) + " values");
  }
  std::visit([&](const auto& tables) { log_mel(tables, samples, out); }, impl_->tables);
}

}  // namespace hearken::audio
