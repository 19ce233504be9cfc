# The CPUs (LLVM's names) whose records are built into the generator: one word for each <cpu>.json here.
set(MOBILITH_TUNED_CPUS znver4 znver5)
