// A generated network in WebAssembly, in browsers and in Node.

// Byte offsets in mobilith_model_info (mobilith.h) for wasm32, where pointers and size_t have four bytes.
const info_fields = { height: 28, width: 32, classes: 40, inputBytes: 44, outputBytes: 48, weightsBytes: 52, probabilities: 60 };
const name_field = 0;
// In mobilith_port, and in mobilith_frame.
const port_fields = { structBytes: 0, rowBytes: 28, format: 36 };
const rgba8 = 3;
const frame_fields = { structBytes: 0, pixels: 4, bytes: 8, width: 32, height: 36 }, frame_bytes = 40;

// What libc asks of the system (WASI): there is a clock, the environment is empty, and there are no files.
function system(module, memory) {
  const no_file = () => 8; // EBADF
  const calls = {
    clock_time_get(_clock, _precision, result) {
      new DataView(memory().buffer).setBigUint64(result, BigInt(Math.round(performance.now() * 1e6)), true);
      return 0;
    },
    environ_sizes_get(count, bytes) {
      new DataView(memory().buffer).setUint32(count, 0, true);
      new DataView(memory().buffer).setUint32(bytes, 0, true);
      return 0;
    },
    environ_get: () => 0,
    proc_exit(code) {
      throw new Error(`the program ended: ${code}`);
    },
  };
  return { wasi_snapshot_preview1: Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, calls[name] ?? no_file])) };
}

/** One session of the network in a .wasm file that link.sh made. */
export class Network {
  #exports;
  #session;
  #input;
  #output;
  #frame;

  /** module: a WebAssembly.Module. Throws an Error with the runtime's message. */
  static async load(module) {
    let memory;
    const { exports } = await WebAssembly.instantiate(module, system(module, () => memory));
    memory = exports.memory;
    exports._initialize();
    return new Network(exports);
  }

  constructor(exports) {
    this.#exports = exports;
    const model = exports.my_net.value;
    const info = exports.mobilith_model_describe(model);
    for (const [name, offset] of Object.entries(info_fields)) this[name] = this.#view().getInt32(info + offset, true);
    this.name = this.#text(this.#view().getUint32(info + name_field, true));
    const port = exports.mobilith_model_input(model, 0);
    for (const [name, offset] of Object.entries(port_fields)) this[name] = this.#view().getInt32(port + offset, true);
    const slot = this.#allocate(4);
    this.#require(exports.mobilith_session_create(model, 0, slot));
    this.#session = this.#view().getUint32(slot, true);
    this.#input = this.#allocate(this.inputBytes);
    this.#output = this.#allocate(this.outputBytes);
  }

  /** input: Float32Array (y, x, RGB), each x / 127.5 - 1. Returns a Float32Array, one value for each class. */
  run(input) {
    if (input.byteLength !== this.inputBytes) throw new Error(`expected ${this.inputBytes / 4} values, got ${input.length}`);
    // The buffer is another one after each growth of the memory: it is never kept.
    new Float32Array(this.#exports.memory.buffer, this.#input, input.length).set(input);
    this.#require(this.#exports.mobilith_run(this.#session, this.#input, this.inputBytes, this.#output, this.outputBytes));
    return new Float32Array(this.#exports.memory.buffer, this.#output, this.classes).slice();
  }

  /** Whether it takes pictures as a canvas has them, of at most its height and width (mobilith generate --input rgba8:HxW
   *  --fit stretch), and resizes and normalises them itself. */
  get takesPictures() {
    return this.structBytes > port_fields.format && this.format === rgba8; // ports of other libraries end before it
  }

  /** picture: an ImageData. The same as run. */
  runPicture({ data, height, width }) {
    if (height > this.height || width > this.width) throw new Error(`expected at most ${this.width} x ${this.height} pixels, got ${width} x ${height}`);
    const frame = (this.#frame ??= this.#allocate(frame_bytes + 8)), results = frame + frame_bytes;
    const bytes = new Uint8Array(this.#exports.memory.buffer), view = this.#view();
    for (let y = 0; y < height; y++) bytes.set(data.subarray(4 * width * y, 4 * width * (y + 1)), this.#input + this.rowBytes * y);
    bytes.fill(0, frame, frame + frame_bytes);
    const values = { structBytes: frame_bytes, pixels: this.#input, bytes: this.inputBytes, width, height };
    for (const [name, value] of Object.entries(values)) view.setUint32(frame + frame_fields[name], value, true);
    view.setUint32(results, this.#output, true);
    view.setUint32(results + 4, this.outputBytes, true);
    this.#require(this.#exports.mobilith_run_frame(this.#session, frame, 1, results, results + 4));
    return new Float32Array(this.#exports.memory.buffer, this.#output, this.classes).slice();
  }

  /** Of what inputFrom returns: a class's value each. */
  classify(input) {
    return this.takesPictures ? this.runPicture(input) : this.run(input);
  }

  /** Milliseconds of one run, the mean of as many as fit into `budget` milliseconds: browsers' clocks are coarse. */
  time(input, budget = 50) {
    const start = performance.now();
    let runs = 0, elapsed;
    do {
      this.classify(input);
      runs++;
      elapsed = performance.now() - start;
    } while (elapsed < budget);
    return elapsed / runs;
  }

  #view() {
    return new DataView(this.#exports.memory.buffer);
  }

  #allocate(bytes) {
    const address = this.#exports.malloc(bytes);
    if (address === 0) throw new Error("out of memory");
    return address;
  }

  #text(address) {
    const bytes = new Uint8Array(this.#exports.memory.buffer);
    return new TextDecoder().decode(bytes.slice(address, bytes.indexOf(0, address)));
  }

  #require(status) {
    if (status !== 0) throw new Error(this.#text(this.#exports.mobilith_status_message(status)));
  }
}

/** The best `count` classes of an output, falling: [{number, value}]. */
export function best(output, count) {
  return Array.from(output, (value, number) => ({ number, value }))
    .sort((a, b) => b.value - a.value)
    .slice(0, count);
}
