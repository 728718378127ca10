// The hub's two questions over HTTP, and its refusals in words.
#include "model/hub/client.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/paths.h"
#include "model/hub/cache.h"
#include "model/hub/content_hash.h"
#include "model/hub/name.h"

namespace hearken::model::hub {
namespace {

constexpr int kTriesOfAQuestion = 4;  // of one question
constexpr std::size_t kMostListingBytes = 8 << 20;
constexpr std::uint64_t kMostFileBytes = 50'000'000'000;  // what the hub itself gives out over plain HTTP

std::optional<std::uint64_t> number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The ETag in a header as the cache names blobs: without the mark of a weak one and without quotes.
std::string bare_etag(std::string text) {
  if (text.starts_with("W/")) text.erase(0, 2);
  std::erase(text, '"');
  return text;
}

template <class Ask>
Reply persistently(Ask ask) {
  for (int tries = 1;; ++tries) {
    Reply reply = ask();
    if (tries == kTriesOfAQuestion || !may_pass(reply)) return reply;
    back_off(reply, tries);
  }
}

}  // namespace

bool may_pass(const Reply& reply) {
  if (reply.outcome != Outcome::answered) return reply.outcome == Outcome::dropped;
  return reply.status == 429 || reply.status == 408 || reply.status >= 500;
}

void back_off(const Reply& reply, int tries_before) {
  constexpr std::uint64_t kFirst = 500, kMost = 30'000;  // milliseconds
  std::uint64_t wait = std::min(kMost, kFirst << std::min(tries_before - 1, 10));
  if (const auto asked = number(reply.header("retry-after"))) wait = std::min(kMost, std::min(*asked, kMost) * 1000);
  std::this_thread::sleep_for(std::chrono::milliseconds(wait));
}

Client::Client() : http_(hub::endpoint(), hub::token(), hub::stall_seconds()) {}

std::string Client::file_url(std::string_view repo, std::string_view revision, std::string_view file) const {
  return http_.endpoint() + "/" + std::string(repo) + "/resolve/" + url_encoded(revision, false) + "/" +
         url_encoded(file, true);
}

Listing Client::list(std::string_view repo, std::string_view revision) {
  const std::string url =
      http_.endpoint() + "/api/models/" + std::string(repo) + "/revision/" + url_encoded(revision, false);
  const auto wrong = [&](const std::string& what) {
    return Error(ErrorCode::corrupt, display(url) + ": the hub's answer " + what);
  };
  std::string text;
  const Reply reply = persistently([&] {
    text.clear();
    return http_.get(url, 0, [&](const Reply&, std::string_view piece) {
      if (text.size() + piece.size() > kMostListingBytes) throw wrong("is longer than 8 MiB");
      text += piece;
    });
  });
  if (reply.outcome != Outcome::answered || reply.status != 200) refuse(reply, repo, revision, {});

  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto sha = json.is_object() ? json.find("sha") : json.end();
  if (!json.is_object() || sha == json.end() || !sha->is_string()) throw wrong("is not the description of a model");
  Listing listing{sha->get<std::string>(), {}};
  if (!is_commit(listing.commit)) throw wrong("names no commit");
  if (const auto siblings = json.find("siblings"); siblings != json.end() && siblings->is_array())
    for (const auto& sibling : *siblings)
      if (sibling.is_object() && sibling.contains("rfilename") && sibling["rfilename"].is_string())
        if (const auto file = sibling["rfilename"].get<std::string>(); valid_file(file)) listing.files.push_back(file);
  return listing;
}

RemoteFile Client::about(std::string_view repo, std::string_view revision, std::string_view file) {
  const std::string url = file_url(repo, revision, file);
  std::string commit, etag, bytes;
  const Reply reply = persistently([&] {
    commit.clear();
    etag.clear();
    bytes.clear();
    // The answer that redirects to the storage already says all about the file; the storage's own ETag is another.
    return http_.head(url, [&](const Reply& r) {
      if (commit.empty()) commit = r.header("x-repo-commit");
      if (etag.empty()) etag = bare_etag(r.header("x-linked-etag"));
      if (bytes.empty()) bytes = r.header("x-linked-size");
      return r.redirects() && !commit.empty() && !etag.empty();
    });
  });
  if (reply.outcome != Outcome::answered || reply.status >= 400) {
    if (reply.header("x-error-code") == "EntryNotFound" && is_commit(reply.header("x-repo-commit")))
      write_no_exist(repo, reply.header("x-repo-commit"), file);
    refuse(reply, repo, revision, file);
  }
  if (etag.empty()) etag = bare_etag(reply.header("etag"));
  if (bytes.empty() && !reply.redirects()) bytes = reply.header("content-length");

  const auto wrong = [&](const std::string& what) {
    return Error(ErrorCode::corrupt, display(repo) + ": " + display(file) + ": " + what);
  };
  if (!is_commit(commit))
    throw wrong("the server at " + display(http_.endpoint()) + " does not answer as a hub does (no X-Repo-Commit)");
  if (!names_content(etag))
    throw wrong("the hub gives no hash to check the content with (its ETag is \"" + display(etag) + "\")");
  RemoteFile remote{commit, etag, number(bytes)};
  if (remote.bytes.value_or(0) > kMostFileBytes)
    throw wrong("is " + std::to_string(*remote.bytes) + " bytes long, more than the 50 GB that Hearken fetches");
  return remote;
}

Reply Client::fetch(std::string_view repo, std::string_view commit, std::string_view file, std::uint64_t offset,
                    const Body& body) {
  return http_.get(file_url(repo, commit, file), offset, body);
}

void Client::refuse(const Reply& reply, std::string_view repo, std::string_view revision, std::string_view file) const {
  const std::string hub = display(http_.endpoint());
  const std::string what = "model " + display(repo) + (file.empty() ? "" : ": " + display(file)) + ": ";
  if (reply.outcome != Outcome::answered) throw Unreachable("cannot reach " + hub + " (" + reply.reason + ")");
  const std::string code = reply.header("x-error-code");
  const auto in_its_words = [&] {
    const std::string words = reply.header("x-error-message");
    return words.empty() ? "" : " (it says: " + display(words.substr(0, 300)) + ")";
  };
  const std::string how =
      http_.has_token() ? "the token in use has no access; another one is given in HF_TOKEN"
                        : "give a token in HF_TOKEN or in the file that `hf auth login` writes; they are made at " +
                              hub + "/settings/tokens";

  if (code == "GatedRepo")
    throw Error(ErrorCode::permission_denied, what + "its terms have to be accepted first, at " + hub + "/" +
                                                  display(repo) + "; " + how + in_its_words());
  if (code == "RevisionNotFound")
    throw Error(ErrorCode::not_found, what + "the repository has no revision \"" + display(revision) + "\"");
  if (code == "EntryNotFound")
    throw Error(ErrorCode::not_found, what + "the repository has no such file at revision " + display(revision));
  if (code == "RepoNotFound" || (code.empty() && reply.status == 404 && file.empty()))
    throw Error(ErrorCode::not_found, what + hub + " has no repository of this name, or it is a private one" +
                                          (http_.has_token() ? "" : " (then " + how + ")"));
  if (reply.status == 401)
    throw Error(ErrorCode::permission_denied,
                what + hub + " has no repository of this name, or wants to know who asks: " + how + in_its_words());
  if (reply.status == 403) throw Error(ErrorCode::permission_denied, what + "access refused: " + how + in_its_words());
  if (reply.status == 404) throw Error(ErrorCode::not_found, what + hub + " has no such file" + in_its_words());
  if (may_pass(reply))
    throw Unreachable(hub + " is in trouble (HTTP status " + std::to_string(reply.status) + ")" + in_its_words());
  throw Error(ErrorCode::io, what + hub + " answers with HTTP status " + std::to_string(reply.status) + in_its_words());
}

}  // namespace hearken::model::hub
