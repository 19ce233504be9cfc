// Pickles that are no state dict, or say what is not so.
#include "catch.h"
#include "state_dicts/fixtures.h"

namespace test_pickles {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

// A dictionary "w" of this value.
std::string entry(const std::string& opcodes) { return old_form("}" + text("w") + opcodes + "s"); }

std::string repeated(const std::string& piece, int times) {
  std::string all;
  for (int i = 0; i < times; i++) all += piece;
  return all;
}

}  // namespace

TEST_CASE("a state dict made by hand is read") { CHECK(refusal(one_tensor(0, {2, 2}, {2, 1})) == ""); }

TEST_CASE("a pickle that calls something is refused by its name, and nothing is called") {
  CHECK(refusal(old_form(global("os", "system") + tuple(text("touch hacked")) + "R")) ==
        "the pickle calls os.system; a state dict has no such thing");
  CHECK(refusal(entry(text("builtins") + text("eval") + "\x93" + tuple(text("1")) + "R")) ==
        "the pickle calls builtins.eval; a state dict has no such thing");
  CHECK(refusal(global("x", "y")) == "no state dict of a kind that is read");
  CHECK(refusal(pickle(global("posix", "system") + tuple(text("true")) + "R")) ==
        "the pickle calls posix.system; a state dict has no such thing");
}

TEST_CASE("a global is refused where it is not called, too") {
  CHECK(refusal(entry(global("numpy.core.multiarray", "scalar"))) ==
        "the pickle names numpy.core.multiarray.scalar; a state dict has no such thing");
  CHECK_THAT(refusal(entry(global("os\x07\x1b", "system") + ")R")), Contains("calls os??.system"));
  CHECK_THAT(refusal(entry(global("my.nets", "Net") + ")\x81")),
             Contains("an object of the class my.nets.Net"));
  CHECK_THAT(refusal(entry(text(std::string(1000, 'a')) + text("b") + "\x93")),
             Contains("a global of a long name"));
}

TEST_CASE("opcodes that state dicts do not have are refused by number and place") {
  CHECK_THAT(refusal(old_form("I1\n")), Contains("the opcode 0x49 at byte 2"));
  CHECK_THAT(refusal(old_form(std::string("\x82\x01", 2))), Contains("the opcode 0x82"));          // EXT1
  CHECK_THAT(refusal(old_form("(" + global("os", "system") + "o")), Contains("the opcode 0x6f"));  // OBJ
}

TEST_CASE("a damaged pickle is refused in words of what it lacks") {
  CHECK_THAT(refusal(old_form("")), Contains("takes from an empty stack"));
  CHECK_THAT(refusal(old_form("(N\x86")), Contains("takes from an empty stack"));
  CHECK_THAT(refusal(old_form("h\x05")), Contains("refers to what is not there"));
  CHECK_THAT(refusal(old_form("]Ns")), Contains("takes from an empty stack"));
  CHECK_THAT(refusal(old_form("]NNs")), Contains("into what is no dictionary"));
  CHECK_THAT(refusal(old_form("}Na")), Contains("appends to what is no list"));
  CHECK_THAT(refusal(old_form("X\xff\xff\xff\x7f")), Contains("cut short"));
  CHECK_THAT(refusal(old_form("N")), Contains("holds nothing, not a dictionary"));
  CHECK_THAT(refusal(old_form("}")), Contains("holds no tensors"));
  CHECK_THAT(refusal(entry("K\x01")), Contains("has a whole number as 'w'"));
}

TEST_CASE("sizes, offsets and strides that lie outside a storage are refused with the tensor's name") {
  const int64_t huge = int64_t{1} << 62;
  CHECK_THAT(refusal(one_tensor(0, {5}, {1})), Contains("tensor 'w': reaches past the 4 numbers"));
  CHECK_THAT(refusal(one_tensor(1, {4}, {1})), Contains("reaches past"));
  CHECK_THAT(refusal(one_tensor(5, {1}, {1})), Contains("begins at 5 of 4"));
  CHECK_THAT(refusal(one_tensor(-1, {1}, {1})), Contains("begins at -1"));
  CHECK_THAT(refusal(one_tensor(huge, {1}, {1})), Contains("begins at"));
  CHECK_THAT(refusal(one_tensor(0, {2, 2}, {3, 1})), Contains("reaches past"));
  CHECK_THAT(refusal(one_tensor(0, {2}, {huge})), Contains("reaches past"));
  CHECK_THAT(refusal(one_tensor(3, {2}, {-1})), Contains("has the stride -1"));
  CHECK_THAT(refusal(one_tensor(0, {huge, huge}, {0, 0})), Contains("more than 2^28 numbers"));
  CHECK_THAT(refusal(one_tensor(0, {-2, -2}, {1, 1})), Contains("has the extent -2"));
  CHECK_THAT(refusal(one_tensor(0, {2, 2}, {1})), Contains("2 axes, and strides for 1"));
  CHECK_THAT(refusal(one_tensor(0, std::vector<int64_t>(9, 1), std::vector<int64_t>(9, 1))),
             Contains("9 numbers"));
  CHECK_THAT(refusal(one_tensor(0, {4}, {1}, 5)), Contains("storage '0': has 4 numbers, expected 5"));
  CHECK_THAT(refusal(one_tensor(0, {4}, {1}, huge)), Contains("storage '0': has 4 numbers, expected"));
}

TEST_CASE("storages of the old form that are missing, left, cut or double are refused") {
  const std::string object = "}" + text("w") + tensor(storage("FloatStorage", "0", 4), 0, {4}, {1}) + "s";
  const std::string four(16, '\0');
  CHECK(refusal(old_form(object, {{"0", four, 4}})) == "");
  CHECK_THAT(refusal(old_form(object)), Contains("storage '0': is missing"));
  CHECK_THAT(refusal(old_form(object, {{"0", four, 4}, {"1", four, 4}})),
             Contains("'1': belongs to no tensor"));
  CHECK_THAT(refusal(old_form(object, {{"0", four, 4}, {"0", four, 4}})), Contains("'0': is stored twice"));
  CHECK_THAT(refusal(old_form(object, {{"0", four.substr(1), 4}})), Contains("'0': is cut short"));
  CHECK_THAT(refusal(old_form(object, {{"0", four + "x", 4}})), Contains("1 bytes follow"));
  CHECK_THAT(refusal(entry(tensor(storage("ComplexFloatStorage", "0", 4), 0, {4}, {1}))),
             Contains("a storage of the class torch.ComplexFloatStorage"));
}

TEST_CASE("a pickle that refers to itself, or is nested without end, costs nothing") {
  CHECK_THAT(refusal(old_form("]q\x01h\x01"
                              "a")),
             Contains("holds a list"));
  CHECK_THAT(refusal(old_form("}q\x01" + text("state_dict") + "h\x01s")),
             Contains("has a dictionary as 'state_dict'"));
  CHECK_THAT(refusal(old_form("N" + repeated("\x85", 900000))), Contains("holds a tuple"));
  CHECK_THAT(refusal(old_form("N" + repeated("\x85", 1100000))), Contains("more than a million values"));
  CHECK_THAT(refusal(old_form(repeated("(", 1100000))), Contains("more than a million values"));
}

TEST_CASE("a list that is copied again and again is refused") {
  const std::string pair = text("a") + "N\x86";
  const std::string list = "](" + repeated(pair, 2000) + "eq\x01";
  const std::string copy = global("collections", "OrderedDict") + "h\x01\x85R";
  CHECK_THAT(refusal(old_form(list + repeated(copy, 2000))), Contains("more than a million values"));
}

TEST_CASE("two state dicts, or two tensors of a name, are refused") {
  const std::string one = tensor(storage("FloatStorage", "0", 4), 0, {4}, {1});
  const std::vector<Raw> raw{{"0", std::string(16, '\0'), 4}};
  CHECK_THAT(refusal(old_form("}" + text("w") + one + "s" + text("w") + one + "s", raw)),
             Contains("two tensors 'w'"));
  const std::string inner = "}" + text("w") + one + "s";
  CHECK_THAT(refusal(old_form("}" + text("model") + inner + "s" + text("state_dict") + inner + "s", raw)),
             Contains("holds both 'model' and 'state_dict'"));
}

}  // namespace test_pickles
