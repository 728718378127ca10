// Cookies are kept as digests, so that looking one up tells nothing about another.
#include "server/access/sessions.h"

#include <algorithm>
#include <utility>

#include "core/threads/threads.h"
#include "server/access/secret.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostSessions = 1000;

}  // namespace

std::string Sessions::begin(BrowserSession session) {
  const std::string cookie = random_id() + random_id();
  session.began_at = session.seen_at = unix_seconds();
  const std::lock_guard lock(mutex_);
  tidy();
  session.id = ++last_id_;
  if (sessions_.size() >= kMostSessions)
    sessions_.erase(std::ranges::min_element(sessions_, {}, [](const auto& one) { return one.second.seen_at; }));
  sessions_.emplace(digest_of(cookie), std::move(session));
  return cookie;
}

std::optional<BrowserSession> Sessions::find(const std::string& cookie) {
  const std::lock_guard lock(mutex_);
  tidy();
  const auto at = sessions_.find(digest_of(cookie));
  if (at == sessions_.end()) return std::nullopt;
  at->second.seen_at = unix_seconds();
  return at->second;
}

void Sessions::end(const std::string& cookie) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(digest_of(cookie));
}

std::vector<BrowserSession> Sessions::all() {
  const std::lock_guard lock(mutex_);
  tidy();
  std::vector<BrowserSession> out;
  for (const auto& [digest, session] : sessions_) out.push_back(session);
  std::ranges::sort(out, {}, &BrowserSession::id);
  return out;
}

bool Sessions::end(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(sessions_, [&](const auto& one) { return one.second.id == id; }) > 0;
}

void Sessions::tidy() {
  const std::int64_t now = unix_seconds();
  std::erase_if(sessions_, [&](const auto& one) { return now - one.second.seen_at > kIdleSeconds; });
}

}  // namespace hearken::server
