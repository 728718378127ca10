// /v1/embeddings and /v1/models, as OpenAI's clients speak them; sound as `input_audio` parts beside text.
//
// Source: https://platform.openai.com/docs/api-reference/embeddings; input_audio is the part of its chat interface.
#include <algorithm>
#include <memory>
#include <span>
#include <utility>
#include <variant>

#include "core/numerics/vectors.h"
#include "core/text.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/media/uploads.h"
#include "server/state/vectors.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostInputs = 2048, kLongestInput = 32'000, kMostSounds = 32;

struct Sound {
  std::shared_ptr<UnnamedFile> file;
};
using Input = std::variant<std::string, Sound>;

// {"type": "text", "text": …} or {"type": "input_audio", "input_audio": {"data": base64, "format": "wav"}}
Input part(Worker& worker, const json& value, const std::string& name) {
  Reader reader(value, name);
  const std::string type = reader.one_of("type", {"text", "input_text", "input_audio"}, "");
  if (type != "input_audio") {
    std::string text = reader.text("text", kLongestInput);
    reader.done();
    return text;
  }
  worker.begin_long_work();
  const json* inside = reader.value("input_audio");
  reader.done();
  if (inside == nullptr) reader.refuse("input_audio", "is missing");
  Reader sound(*inside, name + ".input_audio");
  const std::string data = sound.text("data", worker.app.limits.large_json_bytes);
  sound.text("format", 20, "wav");  // what it is shows in its bytes
  sound.done();
  const auto bytes = from_base64(data);
  if (!bytes || bytes->empty()) sound.refuse("data", "sound in base64 was expected");
  auto file = std::make_shared<UnnamedFile>("keep an upload");
  file->write(*bytes);
  return Sound{std::move(file)};
}

Input input_of(Worker& worker, const json& value, const std::string& name) {
  if (value.is_object()) return part(worker, value, name);
  if (!value.is_string())
    throw Error(ErrorCode::unsupported,
                name + ": text or a part with sound was expected; lists of tokens are another model's");
  std::string text = value.get<std::string>();
  if (text.size() > kLongestInput) throw Error(ErrorCode::invalid_argument, name + ": is too long");
  return text;
}

std::vector<Input> inputs_of(Worker& worker, const json* value) {
  if (value == nullptr) throw Error(ErrorCode::invalid_argument, "input: is missing");
  std::vector<Input> out;
  if (!value->is_array()) {
    out.push_back(input_of(worker, *value, "input"));
  } else {
    if (value->size() > kMostInputs)
      throw Error(ErrorCode::invalid_argument, "input: has more than " + std::to_string(kMostInputs) + " entries");
    for (std::size_t i = 0; i < value->size(); ++i)
      out.push_back(input_of(worker, (*value)[i], "input[" + std::to_string(i) + "]"));
  }
  if (out.empty()) throw Error(ErrorCode::invalid_argument, "input: is empty");
  const auto sounds =
      std::count_if(out.begin(), out.end(), [](const Input& i) { return std::holds_alternative<Sound>(i); });
  if (static_cast<std::size_t>(sounds) > kMostSounds)
    throw Error(ErrorCode::invalid_argument, "input: has more than " + std::to_string(kMostSounds) + " sounds");
  for (const Input& one : out) {
    const auto* text = std::get_if<std::string>(&one);
    if (text != nullptr && is_blank(*text)) throw Error(ErrorCode::invalid_argument, "input: a text is empty");
  }
  return out;
}

void check_model(const App& app, const std::string& name) {
  if (name == app.model.info().name || name == "hearken") return;
  throw HttpError(404, "not_found",
                  "the model '" + name + "' does not exist here, only '" + app.model.info().name + "'");
}

Response openai_embeddings(Worker& worker, const Request& request, const std::vector<Input>& inputs, bool base64,
                           std::span<const float> rows) {
  const Model& model = worker.app.model;
  const auto width = static_cast<std::size_t>(model.info().dimension);
  json data = json::array();
  std::size_t text = 0, words = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::vector<float> vector;
    if (const auto* sound = std::get_if<Sound>(&inputs[i])) {
      const FileEmbedding heard = embed_within(model, sound->file->path(), "input[" + std::to_string(i) + "]", {},
                                               worker.app.limits, request.gone.get());
      vector = mean_vector(heard.vectors, width, EmbeddingForm::unit);
    } else {
      const auto row = rows.subspan(text++ * width, width);
      vector.assign(row.begin(), row.end());
      if (model.info().evidence) numerics::scale_to_unit(vector, width);
      const std::string& written = std::get<std::string>(inputs[i]);
      words += static_cast<std::size_t>(std::count(written.begin(), written.end(), ' ')) + 1;
    }
    data.push_back({{"object", "embedding"}, {"index", i}, {"embedding", vector_json(vector, base64)}});
  }
  return json_response({{"object", "list"},
                        {"data", std::move(data)},
                        {"model", model.info().name},
                        {"usage", {{"prompt_tokens", words}, {"total_tokens", words}}}});
}

Work embeddings(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  const std::string model = reader.text("model", 500);
  const bool base64 = reader.one_of("encoding_format", {"float", "base64"}, "float") == "base64";
  const std::int64_t dimension = worker.app.model.info().dimension;
  reader.integer("dimensions", dimension, dimension, dimension);
  reader.text("user", 500, {});
  const json* input = reader.value("input");
  reader.done();
  check_model(worker.app, model);
  auto inputs = std::make_shared<const std::vector<Input>>(inputs_of(worker, input));
  std::vector<std::string> texts;
  for (const Input& one : *inputs)
    if (const auto* text = std::get_if<std::string>(&one)) texts.push_back(*text);
  return {std::move(texts), [&worker, &request, inputs, base64](std::span<const float> rows) {
            return openai_embeddings(worker, request, *inputs, base64, rows);
          }};
}

json model_json(const App& app) {
  return {{"id", app.model.info().name}, {"object", "model"}, {"created", 0}, {"owned_by", "hearken"}};
}

Work models(Worker& worker, Request&) {
  return Work::done(json_response({{"object", "list"}, {"data", json::array({model_json(worker.app)})}}));
}

Work model(Worker& worker, Request& request) {
  check_model(worker.app, request.parameters[0]);
  return Work::done(json_response(model_json(worker.app)));
}

constexpr Route kOpenaiRoutes[] = {
    {"POST", "/v1/embeddings", embeddings, Lane::search, Body::large_json},
    {"GET", "/v1/models", models},
    {"GET", "/v1/models/{file}", model},
};

}  // namespace

std::span<const Route> openai_routes() { return kOpenaiRoutes; }

}  // namespace hearken::server
