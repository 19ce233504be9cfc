#include "bench/peak.h"

#include <llvm/TargetParser/Host.h>

#include <chrono>

#include "bench/jit.h"
#include "bench/loaded_library.h"

namespace mobilith {

namespace {

constexpr int64_t iterations = 2500;

std::string host_features() {
  std::string features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures())
    features +=
        (features.empty() ? "" : ",") + std::string(feature.second ? "+" : "-") + feature.first().str();
  return features;
}

}  // namespace

struct PeakMeter::Impl {
  std::unique_ptr<llvm::orc::LLJIT> jit = make_jit();
  void (*run)(float*, int64_t) = nullptr;
  int products = 0;  // of one instruction
  alignas(64) float values[16] = {};
};

PeakMeter::PeakMeter(int vector_bits, PeakProducts products) : impl_(std::make_unique<Impl>()) {
  impl_->products = vector_bits / 32 * products_in_a_lane(products);
  using_jit(impl_->jit, [&] {
    auto context = std::make_unique<llvm::LLVMContext>();
    auto module = peak_loop(*context, impl_->jit->getTargetTriple(), llvm::sys::getHostCPUName().str(),
                            host_features(), vector_bits, products);
    if (auto error =
            impl_->jit->addIRModule(llvm::orc::ThreadSafeModule(std::move(module), std::move(context))))
      throw LoadError("can't compile the peak loop: " + llvm::toString(std::move(error)));
    auto symbol = impl_->jit->lookup("peak");
    if (!symbol) throw LoadError("can't compile the peak loop: " + llvm::toString(symbol.takeError()));
    impl_->run = symbol->toPtr<void (*)(float*, int64_t)>();
  });
}

PeakMeter::~PeakMeter() = default;

double PeakMeter::flops_per_burst() const {
  return 2.0 * peak_chains * peak_unroll * static_cast<double>(iterations) * impl_->products;
}

double PeakMeter::burst() {
  using Clock = std::chrono::steady_clock;
  for (float& value : impl_->values) value = 0.5f;  // converges to 1: never a denormal, never infinite
  const Clock::time_point start = Clock::now();
  impl_->run(impl_->values, iterations);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return flops_per_burst() / seconds / 1e9;
}

}  // namespace mobilith
