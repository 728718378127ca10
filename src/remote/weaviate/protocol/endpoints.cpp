// Which endpoint is asked next.
#include "remote/weaviate/protocol/endpoints.h"

#include <algorithm>
#include <random>

namespace hearken::remote::weaviate {
namespace {

constexpr std::chrono::milliseconds kShortest{500}, kLongest{30'000};

}  // namespace

Endpoints::Endpoints(const Address& address) : states_(address.endpoints.size()) {
  for (const Endpoint& endpoint : address.endpoints) {
    const bool v6 = endpoint.host.find(':') != std::string::npos;
    names_.push_back((v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.grpc_port));
  }
  preferred_ = std::random_device()() % names_.size();
}

std::size_t Endpoints::choose(std::size_t not_this) const {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  for (std::size_t i = 0; i < size(); ++i) {
    const std::size_t endpoint = (preferred_ + i) % size();
    if (endpoint != not_this && states_[endpoint].until <= now) return endpoint;
  }
  const auto soonest = std::min_element(states_.begin(), states_.end(),
                                        [](const State& a, const State& b) { return a.until < b.until; });
  return static_cast<std::size_t>(soonest - states_.begin());
}

bool Endpoints::set_aside(std::size_t endpoint) const {
  const std::lock_guard lock(mutex_);
  return states_[endpoint].until > Clock::now();
}

bool Endpoints::another(std::size_t endpoint) const {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  for (std::size_t i = 0; i < size(); ++i)
    if (i != endpoint && states_[i].until <= now) return true;
  return false;
}

void Endpoints::answered(std::size_t endpoint) {
  const std::lock_guard lock(mutex_);
  any_answered_ = true;
  states_[endpoint] = {};
  // The preferred one stays so unless it is the one that failed.
  if (states_[preferred_].failures > 0) preferred_ = endpoint;
}

void Endpoints::failed(std::size_t endpoint, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  State& state = states_[endpoint];
  state.reason = reason;
  const auto now = Clock::now();
  if (state.until > now) return;  // of the calls that failed with it, one counts
  constexpr int kDoublings = 10;
  state.until = now + std::min(kLongest, kShortest * (1 << std::min(state.failures, kDoublings)));
  ++state.failures;
}

bool Endpoints::any_ever_answered() const {
  const std::lock_guard lock(mutex_);
  return any_answered_;
}

std::string Endpoints::reasons() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (std::size_t i = 0; i < size(); ++i) {
    if (states_[i].reason.empty()) continue;
    out += (out.empty() ? "" : ", ") + names_[i] + " (" + states_[i].reason + ")";
  }
  return out;
}

}  // namespace hearken::remote::weaviate
