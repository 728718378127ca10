// What the environment says about the hub: the variables of the Hugging Face tools, read as those read them, except
// that an empty variable counts as one that is not set.
#pragma once

#include <filesystem>
#include <string>

namespace hearken::model::hub {

struct Endpoint {
  std::string url;      // "https://huggingface.co", no slash at its end
  bool chosen = false;  // by the user, with HF_ENDPOINT
};

/// HF_HUB_CACHE, else HUGGINGFACE_HUB_CACHE, else hub/ in HF_HOME, which is by default huggingface/ in XDG_CACHE_HOME
/// or ~/.cache. Absolute; need not exist.
std::filesystem::path cache_directory();

/// HF_ENDPOINT, else the public hub. Throws Error(invalid_argument) when it is no http or https address.
Endpoint endpoint();

/// HF_TOKEN, else the first line of the file that HF_TOKEN_PATH names (by default token in HF_HOME), else empty.
/// Throws Error(invalid_argument) for a token that cannot be one; never shows it.
std::string token();

/// HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) is 1, ON, YES or TRUE.
bool offline();

/// SSL_CERT_FILE: the certificates to trust instead of the system's, for networks that use their own; else empty.
std::string certificates();

/// HF_HUB_DOWNLOAD_TIMEOUT: seconds without a byte after which a connection counts as dropped; by default 30.
int stall_seconds();

}  // namespace hearken::model::hub
