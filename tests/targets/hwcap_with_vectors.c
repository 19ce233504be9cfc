/* For qemu 7.2, which executes RISC-V's vectors without saying so in AT_HWCAP: a getauxval that says it, in
 * front of libc's. Linux on a CPU with vectors sets that bit. Tests only. */
#include <sys/auxv.h>

unsigned long getauxval(unsigned long type) {
  const unsigned long vectors = 1ul << ('V' - 'A'), rv64gc = 0x112dul;
  return type == AT_HWCAP ? rv64gc | vectors : 0;
}
