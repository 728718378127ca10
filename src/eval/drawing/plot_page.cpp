// Pages around plots and curves: style and script stand in them, allowed by their hashes and nothing else.
#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/carried.h"
#include "core/paths.h"
#include "core/text.h"
#include "eval/drawing/plot.h"
#include "hearken/version.h"

namespace hearken::eval {
namespace {

// As a content security policy names it.
std::string hash_of(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return "'sha256-" + to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()}) + "'";
}

const char* name_of(Shape shape) {
  constexpr std::array kNames = {"circle", "square", "triangle", "diamond"};
  return kNames[std::min(static_cast<std::size_t>(shape), kShapes)];
}

nlohmann::json data_of(const Plot& plot) {
  const std::vector<LegendEntry> legend = legend_of(plot);
  nlohmann::json out{{"axes", {axis_name(plot, 0), axis_name(plot, 1)}}};
  const bool rest = !legend.empty() && legend.back().of_class < 0;
  const std::size_t drawn = legend.size() - (rest ? 1 : 0);
  for (const LegendEntry& entry : legend)
    out["legend"].push_back({{"name", entry.name},
                             {"points", entry.points},
                             {"colour", fmt::format("#{:06X}", colour_of(entry.of_class))},
                             {"shape", name_of(shape_of({0, 0, entry.of_class, {}, {}, false}))}});
  for (const char* field : {"x", "y", "of", "name", "detail", "text"}) out[field] = nlohmann::json::array();
  const auto place = [](float x) { return nlohmann::json::parse(fmt::format("{:.4g}", static_cast<double>(x))); };
  for (const PlotPoint& point : plot.points) {
    out["x"].push_back(place(point.x));
    out["y"].push_back(place(point.y));
    const bool own = point.of_class >= 0 && static_cast<std::size_t>(point.of_class) < drawn;
    out["of"].push_back(own ? static_cast<std::size_t>(point.of_class) : drawn);
    out["name"].push_back(display(point.name));
    out["detail"].push_back(display(point.detail));
    out["text"].push_back(point.label ? 1 : 0);
  }
  return out;
}

std::string figure_of(const Plot& plot, std::size_t number, bool titled) {
  const std::string title = escaped(plot.title), note = escaped(plot.note);
  return fmt::format(
      "<figure class=\"plot\" data-plot=\"{}\"><figcaption>{}{}</figcaption>\n"
      "<div class=\"stage\"><canvas tabindex=\"0\" role=\"application\" aria-label=\"{}: {} points; arrows move, + and "
      "- "
      "zoom, 0 shows all, Page Down and Page Up go from point to point\"></canvas><div class=\"tip\" hidden></div>\n"
      "<div class=\"tools\"><button type=\"button\" data-do=\"in\" aria-label=\"larger\">+</button>"
      "<button type=\"button\" data-do=\"out\" aria-label=\"smaller\">−</button>"
      "<button type=\"button\" data-do=\"all\" aria-label=\"all of it\">0</button></div></div>\n"
      "<ul class=\"legend\" aria-label=\"classes\"></ul>\n<div class=\"status\" role=\"status\"></div></figure>\n",
      number, titled ? "<strong>" + title + "</strong><br>" : "", note, title, plot.points.size());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

std::string scripted_page(const std::string& title, const std::string& body, const nlohmann::ordered_json& data,
                          std::string_view own_script) {
  const std::string script = std::string(carried_file("web/report/page.js")) + "\n" + std::string(own_script);
  const std::string text = data.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n";
  out += fmt::format(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action 'none'; "
      "script-src {}; style-src {}\">\n",
      hash_of(script), hash_of(carried_file("web/report/plot.css")));
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + escaped(title) +
         "</title>\n<style>";
  out.append(carried_file("web/report/plot.css"))
      .append("</style></head>\n<body>\n<h1>" + escaped(title) + "</h1>\n<main>\n" + body + "</main>\n");
  out += "<noscript><p>This is drawn by a script, which is switched off here.</p></noscript>\n<footer>hearken " +
         std::string(version()) + "</footer>\n";
  // Within a script element nothing may read like markup.
  out += "<script id=\"data\" type=\"application/json\">" + replaced(text, "<", "\\u003c") + "</script>\n<script>";
  out.append(script).append("</script>\n</body></html>\n");
  return out;
}

std::string plot_page(const std::string& title, const std::string& body, std::span<const Plot> plots,
                      nlohmann::ordered_json data, std::string_view script) {
  std::string whole = body;
  data["plots"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < plots.size(); ++i) {
    data["plots"].push_back(nlohmann::ordered_json(data_of(plots[i])));
    whole =
        replaced(std::move(whole), fmt::format("<!--plot {}-->", i), figure_of(plots[i], i, plots[i].title != title));
  }
  return scripted_page(title, whole, data,
                       std::string(carried_file("web/report/plot.js")) + "\n" + std::string(script));
}

}  // namespace hearken::eval
