// libtorch is neither everywhere nor small, so what is built on it is a module of its own, opened when it is needed.
#pragma once

namespace hearken::nn {

/// The function of that name (extern "C") in libhearken_torch.so, which lies beside the program or in the folder of
/// this installation. Opens it on the first call; any thread.
/// Throws Error(unsupported): there is none (the message says how to get one), it does not load, or it belongs to
/// another version of this program.
void* torch_symbol(const char* name);

}  // namespace hearken::nn
