// Counters and histograms.
#include "server/http/metrics.h"

#include <fmt/format.h>

#include <cstddef>

namespace hearken::server {

void Metrics::answered(const std::string& route, int status, double seconds) {
  std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  Histogram& histogram = seconds_[route];
  for (std::size_t i = 0; i < kBounds.size(); ++i) histogram.below[i] += seconds <= kBounds[i] ? 1 : 0;
  ++histogram.count;
  histogram.sum += seconds;
}

std::string metric_head(const std::string& name, const std::string& kind, const std::string& help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, kind, help);
}

std::string Metrics::text() const {
  std::lock_guard lock(mutex_);
  std::string out = metric_head("hearken_http_requests_total", "counter", "Requests answered, by route and status.");
  for (const auto& [key, count] : requests_)
    out += fmt::format("hearken_http_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", key.first, key.second, count);
  const std::string name = "hearken_http_request_seconds";
  out += metric_head(name, "histogram", "From a request's last byte to its answer, by route.");
  for (const auto& [route, histogram] : seconds_) {
    for (std::size_t i = 0; i < kBounds.size(); ++i)
      out += fmt::format("{}_bucket{{route=\"{}\",le=\"{}\"}} {}\n", name, route, kBounds[i], histogram.below[i]);
    out += fmt::format("{}_bucket{{route=\"{}\",le=\"+Inf\"}} {}\n", name, route, histogram.count);
    out += fmt::format("{0}_sum{{route=\"{1}\"}} {2}\n{0}_count{{route=\"{1}\"}} {3}\n", name, route, histogram.sum,
                       histogram.count);
  }
  return out;
}

}  // namespace hearken::server
