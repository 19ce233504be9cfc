#include "layout/matrix.h"

namespace mobilith {

namespace {

bool pairs_pay(const Matrix& m, const Machine& machine) {
  if (m.multiplier != 1 || m.out.width != machine.lanes) return false;
  if (!pairs_in_few_registers(machine))
    return m.in.count >= 12 && m.out.count > (machine.pair_vectors - 1) * machine.lanes;
  return m.in.count >= 64 && m.out.vectors >= 6;
}

}  // namespace

Multiplication multiplication_of(const Matrix& m, bool direct, const Machine& machine) {
  if (machine.bf16_products && !direct)
    return machine.element_operand ? Multiplication::dots_by_element : Multiplication::dots;
  if (machine.f16_elements && !direct) return Multiplication::halves_by_element;
  if (machine.pair_vectors > 0 && pairs_pay(m, machine) && !direct) return Multiplication::winograd;
  return machine.element_operand && m.in.count % elements == 0 ? Multiplication::by_element
                                                               : Multiplication::plain;
}

Matrix matrix_of(int in, int multiplier, int out, bool direct, const Machine& machine) {
  Matrix m{channels_of(in, machine), multiplier, channels_of(out, machine), Multiplication::plain,
           weights_type(machine)};
  m.multiplication = multiplication_of(m, direct, machine);
  if (m.multiplication == Multiplication::winograd && pairs_in_few_registers(machine)) m.pair_group = 4;
  if (machine.bf16_products && !direct) m.in.type = m.factors = ElementType::bf16;
  if (machine.f16_products && !direct) m.factors = ElementType::f16;
  if (m.multiplication == Multiplication::halves_by_element) m.in.type = ElementType::f16;
  return m;
}

}  // namespace mobilith
