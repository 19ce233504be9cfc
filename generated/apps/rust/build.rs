//! Generates the network's library and has it linked.
//!
//! `MOBILITH` is the program (default: `mobilith` in PATH), `MOBILITH_OPTIONS` what `mobilith generate` gets, words apart by white
//! space (default: a small network of formula-made weights).
use std::{env, path::PathBuf, process::Command};

fn main() {
    let program = env::var("MOBILITH").unwrap_or_else(|_| "mobilith".into());
    let options =
        env::var("MOBILITH_OPTIONS").unwrap_or_else(|_| "--net mobilenet_v1 --alpha 0.25 --resolution 32 --weights synthetic".into());
    let tree = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("tree");

    println!("cargo:rerun-if-env-changed=MOBILITH");
    println!("cargo:rerun-if-env-changed=MOBILITH_OPTIONS");
    println!("cargo:rerun-if-changed=build.rs");
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        if let ("--weights", Some(file)) = (word, words.clone().next()) {
            if file != "synthetic" {
                println!("cargo:rerun-if-changed={file}"); // new weights, new library
            }
        }
    }
    if program.contains('/') {
        println!("cargo:rerun-if-changed={program}");
    }

    let done = Command::new(&program)
        .arg("generate")
        .args(options.split_whitespace())
        .args(["--name", "my_net", "--out"])
        .arg(&tree)
        .status()
        .unwrap_or_else(|error| panic!("MOBILITH: {program}: {error}"));
    assert!(done.success(), "{program} generate {options}: {done}");

    println!("cargo:rustc-link-search=native={}", tree.join("lib").display());
    println!("cargo:rustc-link-lib=static=my_net");
    println!("cargo:rustc-link-lib=static=mobilith_runtime");
    println!("cargo:rustc-link-lib=pthread");
}
