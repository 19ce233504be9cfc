// Runs a network on the formula's input (tests/data/golden/README.md) in Node and prints its output as JSON.
//   node golden.mjs NETWORK_MODULE.mjs FILE.wasm
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [module, wasm] = process.argv.slice(2);
const { Network } = await import(pathToFileURL(module));

const word = (value) => BigInt.asUintN(64, value);

function formula(name, index) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(name)) hash = word((hash ^ BigInt(byte)) * 0x100000001b3n);
  let x = word(hash + BigInt(index) + 0x9e3779b97f4a7c15n);
  x = word((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n);
  x = word((x ^ (x >> 27n)) * 0x94d049bb133111ebn);
  x ^= x >> 31n;
  return Number(x >> 40n) / 16777216;
}

const network = await Network.load(await WebAssembly.compile(await readFile(wasm)));
const input = Float32Array.from({ length: network.height * network.width * 3 }, (_, i) => 2 * formula("input", i) - 1);
const output = network.run(input), again = network.run(input);
let refused = "";
try {
  network.run(input.subarray(1));
} catch (error) {
  refused = error.message;
}
console.log(JSON.stringify({ output: Array.from(output), same: output.every((value, i) => value === again[i]), refused,
                             milliseconds: network.time(input) }));
