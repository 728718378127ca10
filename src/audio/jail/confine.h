// A process gives up its rights, for good.
#pragma once

namespace hearken::audio {

/// Sanitizers reserve terabytes of addresses, and say on standard error what they found.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// From here on this process reads, writes and maps what it has, and nothing else: no file is opened, no socket made,
/// no program or thread started, no page made executable, and no more memory had than kDecoderMemory (unless
/// kSanitized). Calls of the system that are not on the list fail with ENOSYS, those that would reach out with EPERM.
/// Landlock says no to files, sockets and signals once more, as far as the kernel has it. False, with nothing promised,
/// where the kernel has no seccomp or the processor is none that the list is known for.
bool confine_process();

}  // namespace hearken::audio
