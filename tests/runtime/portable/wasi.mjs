// node wasi.mjs MODULE [ARGUMENT...]: runs a WASI command that sees the current folder as /.
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [module, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: [module, ...args], preopens: { '/': '.' }, returnOnExit: true });
const imports = wasi.getImportObject?.() ?? { wasi_snapshot_preview1: wasi.wasiImport }; // Node 18 has the second alone
const { instance } = await WebAssembly.instantiate(readFileSync(module), imports);
process.exitCode = wasi.start(instance);
