// Guesses counted by address, a bounded number of addresses.
#include "server/access/backoff.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/text.h"
#include "server/access/secret.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostAddresses = 4096, kMostSecrets = 16;

std::string counted_as(const std::string& address) {
  std::array<std::uint8_t, sizeof(in6_addr)> six{};
  if (::inet_pton(AF_INET6, address.c_str(), six.data()) != 1) return address;
  constexpr std::size_t kNetwork = 8;
  const bool mapped = IN6_IS_ADDR_V4MAPPED(reinterpret_cast<const in6_addr*>(six.data())) != 0;
  return to_hex(std::span(six).first(mapped ? six.size() : kNetwork));
}

}  // namespace

int Backoff::wait_seconds(const std::string& address, Time now) {
  const std::lock_guard lock(mutex_);
  const auto at = addresses_.find(counted_as(address));
  if (at == addresses_.end() || now >= at->second.until) return 0;
  return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(at->second.until - now).count());
}

void Backoff::failed(const std::string& address, const std::string& secret, Time now) {
  const std::string digest = digest_of(secret);
  const std::lock_guard lock(mutex_);
  std::erase_if(addresses_,
                [&](const auto& one) { return now - one.second.last > std::chrono::seconds(kForgottenSeconds); });
  if (addresses_.size() >= kMostAddresses)
    addresses_.erase(std::ranges::min_element(addresses_, {}, [](const auto& one) { return one.second.last; }));
  Guesses& guesses = addresses_[counted_as(address)];
  if (std::ranges::find(guesses.secrets, digest) != guesses.secrets.end()) return;
  guesses.secrets.push_back(digest);
  if (guesses.secrets.size() > kMostSecrets) guesses.secrets.pop_front();
  guesses.last = now;
  constexpr int kMostDoublings = 10;
  const int doublings = std::min(kMostDoublings, ++guesses.count - kFree);
  if (doublings >= 0) guesses.until = now + std::chrono::seconds(std::min(kLongestSeconds, 1 << doublings));
}

}  // namespace hearken::server
