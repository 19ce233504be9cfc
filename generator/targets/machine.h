// What a schedule needs to know of the CPU that it is for.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>

#include "targets/json_fields.h"

namespace mobilith {

struct Machine {
  int lanes = 8;       // floats per vector
  int registers = 16;  // vector registers
  // An FMA can take a broadcast scalar from memory (AVX-512) or a lane (NEON): no register for it.
  bool broadcast_operand = false;
  int64_t l1 = 32 << 10, l2 = 512 << 10;  // bytes of data cache that one core has to itself
  // Paired products (products/winograd.h), for CPUs whose additions run beside FMAs. 0: none. 1: in
  // tiles of one vector, whose additions take broadcasts from memory. 2: in tiles of two vectors or more,
  // which share broadcasts in registers, for fewer loads.
  int pair_vectors = 0;
  // The CPU's own prefetchers bring weights as fast as memory delivers them where they lie in the order in
  // which they are read; asking disturbs them. Decides how a head goes through its classifier (HeadOrder).
  bool streams = false;
  // An FMA can take an element of any register as a factor (NEON): products/by_element.cpp.
  bool element_operand = false;
  // Of kernels of whole numbers: products of bytes whose sum one instruction adds to a 32-bit sum. 4: u8 with
  // i8 (VNNI). 2: of 16 bits (pmaddwd). 1: none does.
  int byte_group = 1;
  // Of those: an instruction adds the products of two u8 with two i8 in 16 bits, if these hold the sum
  // (pmaddubsw, which saturates): QuantisedProductsShape::reduced_range.
  bool byte_pairs = false;
  // Halide writes its narrower products for another architecture: of kernels of whole numbers they are of 32
  // bits.
  bool wide_products = false;
  // Of kernels of whole numbers: a product of four bytes takes them as an element of a register (NEON's dot
  // products). Depthwise convolutions multiply one by one.
  bool byte_elements = false;
  // And multiplies i8 with i8 alone: u8 are flipped before.
  bool like_signs = false;
  // Weights of products are stored so (layout/channels.h: weights_type()); at most one of the two.
  bool bf16_weights = false, f16_weights = false;
  // Products of pixels with a matrix take inputs and weights of bf16, and one instruction adds a pair of them
  // to a 32-bit sum. Other weights of products are stored so, too.
  bool bf16_products = false;
  // Vectors of half the machine's width take half the time: its units have that width. Of kernels of bf16
  // alone, whose code follows from it.
  bool half_vectors = false;
  // An instruction moves a vector's bytes to places that another vector says, and Halide may write products
  // of 16 bits (not RISC-V, whose kernels are asked for x86). Not in JSON: it decides which schedules fit,
  // and a kernel's code follows from its schedule.
  bool byte_shuffles = true;
  // One instruction multiplies and adds; else a product takes a register. Not in JSON, for the same reason.
  bool fused = true;
  // An FMA can take a whole vector from memory (x86); else a window's weights and the inputs that it shares
  // between pixels are all in registers (NEON, RISC-V). Not in JSON, as kernels of one instruction set have
  // one answer.
  bool vector_operand = true;
  // Products of pixels with a matrix take inputs and weights rounded to f16. Other weights of products are
  // stored so, too.
  bool f16_products = false;
  // And one instruction multiplies them, without a conversion, and adds them to 32-bit sums (NEON's FMLAL).
  bool f16_elements = false;
  // `streams` of heads with a short convolution alone (layout/classifier_order.h). Not in JSON: it decides
  // which schedules fit.
  bool short_streams = false;
  // How many threads will share a kernel, as the user says; 0: not said. For default schedules alone, and not
  // in JSON.
  int threads = 0;
};

// Pairs in tiles of 4 x 2 vectors, which are all that 16 registers leave them (AVX2).
inline bool pairs_in_few_registers(const Machine& machine) {
  return machine.pair_vectors > 1 && machine.registers < 32;
}

// As JSON: a field that is missing has its default. The record of a kernel is kept by it (records/records.h),
// so that only what changes code belongs here. A new field's row has no always_written: committed records
// then stay as they are.
std::span<const JsonField<Machine>> machine_fields();
void to_json(nlohmann::json&, const Machine&);
// Throws std::invalid_argument, one line: "machine.lanes: expected a whole number from 1 to 1024, got 0".
void from_json(const nlohmann::json&, Machine&);
// What a library was compiled for: `json`, and what is not in JSON as its CPU has it, which default schedules
// and layouts follow, too. Throws as from_json().
Machine machine_of_cpu(const nlohmann::json&, Machine cpu);

}  // namespace mobilith
