// What the environment says.
#pragma once

#include <filesystem>
#include <string>

namespace hearken {

/// A variable's value; empty where it is not set. Not while another thread changes the environment.
std::string environment(const char* name);

/// $HOME, else what the system's list of users says; empty where neither says anything.
std::filesystem::path user_home();

}  // namespace hearken
