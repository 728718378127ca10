// Writing and reading it.
#include "train/run_state.h"

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

ordered_json point_json(const RunPoint& point) {
  return {{"step", point.step},
          {"epochs_done", point.epochs_done},
          {"began", point.began},
          {"best", point.best},
          {"best_score", point.best_score},
          {"best_loss", point.best_loss},
          {"finished", point.finished},
          {"stopped_early", point.stopped_early},
          {"epoch_loss", point.epoch_loss},
          {"epoch_pairs", point.epoch_pairs},
          {"epoch_refused", point.epoch_refused},
          {"refused_in_a_row", point.refused_in_a_row},
          {"epoch_seconds", point.epoch_seconds},
          {"metrics_bytes", point.metrics_bytes}};
}

RunPoint point_in(const ordered_json& json) {
  RunPoint point;
  json.at("step").get_to(point.step);
  json.at("epochs_done").get_to(point.epochs_done);
  json.at("began").get_to(point.began);
  json.at("best").get_to(point.best);
  json.at("best_score").get_to(point.best_score);
  json.at("best_loss").get_to(point.best_loss);
  json.at("finished").get_to(point.finished);
  json.at("stopped_early").get_to(point.stopped_early);
  json.at("epoch_loss").get_to(point.epoch_loss);
  json.at("epoch_pairs").get_to(point.epoch_pairs);
  json.at("epoch_refused").get_to(point.epoch_refused);
  json.at("refused_in_a_row").get_to(point.refused_in_a_row);
  json.at("epoch_seconds").get_to(point.epoch_seconds);
  json.at("metrics_bytes").get_to(point.metrics_bytes);
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
