// What the server counts, as Prometheus reads it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace hearken::server {

/// Any thread may call.
class Metrics {
 public:
  /// `route` is a route's pattern, never what a client wrote.
  void answered(const std::string& route, int status, double seconds);

  /// Text format 0.0.4 of what is counted here.
  std::string text() const;

 private:
  static constexpr std::array kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
  struct Histogram {
    std::array<std::uint64_t, kBounds.size()> below{};
    std::uint64_t count = 0;
    double sum = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;  // by route and status
  std::map<std::string, Histogram> seconds_;                       // by route
};

/// "# HELP …" and "# TYPE …" of a metric.
std::string metric_head(const std::string& name, const std::string& kind, const std::string& help);

}  // namespace hearken::server
