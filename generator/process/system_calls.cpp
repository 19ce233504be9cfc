#include "process/system_calls.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace mobilith {

namespace {

#ifdef __x86_64__
constexpr uint32_t ours = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t ours = AUDIT_ARCH_AARCH64;
#endif

constexpr uint32_t harmless[] = {SYS_read,          SYS_write,          SYS_exit,        SYS_exit_group,
                                 SYS_brk,           SYS_munmap,         SYS_mremap,      SYS_madvise,
                                 SYS_rt_sigreturn,  SYS_futex,          SYS_getpid,      SYS_gettid,
                                 SYS_clock_gettime, SYS_gettimeofday,   SYS_getrandom,   SYS_sysinfo,
                                 SYS_sched_yield,   SYS_rt_sigprocmask, SYS_rt_sigaction};

constexpr uint32_t field(size_t at) { return static_cast<uint32_t>(at); }
// The low half: numbers of files and protections are no larger.
constexpr uint32_t argument(size_t i) { return field(offsetof(seccomp_data, args) + 8 * i); }

sock_filter load(uint32_t at) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at); }
sock_filter answer(uint32_t what) { return BPF_STMT(BPF_RET | BPF_K, what); }
// Skips so many rules if it is so, or if it is not.
sock_filter when_equal(uint32_t value, uint8_t yes, uint8_t no) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no);
}
sock_filter when_set(uint32_t bits, uint8_t yes, uint8_t no) {
  return BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, yes, no);
}

// A rule that does not fit skips to the next one.
std::vector<sock_filter> filter() {
  const sock_filter allow = answer(SECCOMP_RET_ALLOW), refuse = answer(SECCOMP_RET_ERRNO | EPERM);
  const uint32_t nowhere = ~uint32_t{0};  // -1 as the file of a mapping
  std::vector<sock_filter> program{load(field(offsetof(seccomp_data, arch))), when_equal(ours, 1, 0),
                                   answer(SECCOMP_RET_KILL_PROCESS), load(field(offsetof(seccomp_data, nr)))};
  const auto add = [&](std::initializer_list<sock_filter> rules) { program.insert(program.end(), rules); };
  for (const uint32_t call : harmless) add({when_equal(call, 0, 1), allow});
  add({when_equal(SYS_mmap, 0, 6), load(argument(2)), when_set(PROT_EXEC, 3, 0), load(argument(4)),
       when_equal(nowhere, 0, 1), allow, refuse});
  add({when_equal(SYS_mprotect, 0, 3), load(argument(2)), when_set(PROT_EXEC, 1, 0), allow});
  add({refuse});
  return program;
}

}  // namespace

void allow_computing_only() {
  std::vector<sock_filter> rules = filter();
  const sock_fprog program{static_cast<unsigned short>(rules.size()), rules.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

}  // namespace mobilith

#else

namespace mobilith {
void allow_computing_only() {}
}  // namespace mobilith

#endif
