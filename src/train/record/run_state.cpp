// Writing and reading it.
#include "train/record/run_state.h"

#include <fmt/format.h>

#include <map>
#include <system_error>
#include <utility>

#include "core/files/mapped_file.h"
#include "core/files/new_file.h"
#include "core/paths.h"
#include "hearken/error.h"
#include "model/checkpoint/safetensors.h"
#include "model/checkpoint/safetensors_writer.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr const char* kFile = "state.json";
constexpr int kVersion = 1;

// Each field with its name in the file.
template <class Point, class Visit>
void each_field(Point& point, Visit visit) {
  visit("step", point.step);
  visit("epochs_done", point.epochs_done);
  visit("began", point.began);
  visit("best", point.best);
  visit("best_score", point.best_score);
  visit("best_loss", point.best_loss);
  visit("finished", point.finished);
  visit("stopped_early", point.stopped_early);
  visit("epoch_loss", point.epoch_loss);
  visit("epoch_pairs", point.epoch_pairs);
  visit("epoch_refused", point.epoch_refused);
  visit("refused_in_a_row", point.refused_in_a_row);
  visit("epoch_seconds", point.epoch_seconds);
  visit("metrics_bytes", point.metrics_bytes);
}

ordered_json point_json(const RunPoint& point) {
  ordered_json out;
  each_field(point, [&](const char* name, const auto& value) { out[name] = value; });
  return out;
}

RunPoint point_in(const ordered_json& json) {
  RunPoint point;
  each_field(point, [&](const char* name, auto& value) { json.at(name).get_to(value); });
  return point;
}

std::string shown(const ordered_json& value) {
  return value.is_string() ? display(value.get_ref<const std::string&>()) : value.dump();
}

void compare(const ordered_json& begun, const ordered_json& now, const fs::path& folder) {
  for (const auto& [name, value] : now.items())
    if (!begun.contains(name) || begun.at(name) != value)
      throw Error(
          ErrorCode::mismatch,
          fmt::format("{}: a run was begun here with {} {}, not {}; go on with that, or name another directory",
                      display(folder), name, begun.contains(name) ? shown(begun.at(name)) : "unset", shown(value)));
}

// What a killed run was writing (core/files/new_file.h), the model beside its state included.
void remove_partial(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".partial") fs::remove(entry.path(), ignored);
}

}  // namespace

RunState::RunState(fs::path folder, ordered_json settings)
    : folder_(std::move(folder)), settings_(std::move(settings)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw os_error(folder_, "make the directory", error.value());
  try {
    lock_.emplace(folder_ / kFile, folder_);
  } catch (const Error& taken) {
    if (taken.code() != ErrorCode::busy) throw;
    throw Error(ErrorCode::busy, display(folder_) + ": another process is training here; wait for it or stop it");
  }
  if (!fs::exists(folder_ / kFile)) {
    write(point_, "");
    return;
  }
  remove_partial(folder_);
  remove_partial(folder_.parent_path());
  const MappedFile file(folder_ / kFile);
  const std::string_view text(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  try {
    const ordered_json json = ordered_json::parse(text);
    if (json.at("version").get<int>() != kVersion)
      throw Error(ErrorCode::mismatch, display(folder_ / kFile) + ": was written by another version of hearken");
    compare(json.at("settings"), settings_, folder_);
    point_ = point_in(json.at("point"));
    tensors_ = json.at("tensors").get<std::string>();
  } catch (const nlohmann::json::exception& broken) {
    throw Error(ErrorCode::corrupt, display(folder_ / kFile) + ": is not the state of a run", broken.what());
  }
}

std::vector<StateTensor> RunState::tensors() const {
  std::vector<StateTensor> out;
  if (tensors_.empty()) return out;
  const model::Tensors file = model::read_safetensors(folder_ / tensors_);
  for (const auto& [name, tensor] : file.all()) out.push_back({name, tensor.shape, file.floats(name)});
  return out;
}

void RunState::save(const RunPoint& point, std::span<const StateTensor> tensors) {
  if (tensors.empty()) return write(point, "");
  std::map<std::string, model::Tensor> views;
  for (const StateTensor& tensor : tensors)
    views[tensor.name] = {model::TensorType::f32, tensor.shape,
                          reinterpret_cast<const std::byte*>(tensor.values.data()),
                          tensor.values.size() * sizeof(float), ""};
  const std::string name = fmt::format("state-{}.safetensors", point.step);
  NewFile file(folder_ / name);
  model::write_safetensors(file, views);
  file.finish();
  file.appear();
  write(point, name);
}

void RunState::write(const RunPoint& point, const std::string& tensors) {
  const ordered_json json{
      {"version", kVersion}, {"settings", settings_}, {"point", point_json(point)}, {"tensors", tensors}};
  NewFile file(folder_ / kFile);
  file.write(json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
  file.finish();
  sync_folder(folder_);  // the tensors' file, before anything names it
  file.appear();
  sync_folder(folder_);
  point_ = point;
  tensors_ = tensors;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored))
    if (const std::string name = entry.path().filename(); name.starts_with("state-") && name != tensors_)
      fs::remove(entry.path(), ignored);
}

}  // namespace hearken::train
