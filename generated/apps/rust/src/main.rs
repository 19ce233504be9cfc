//! Prints the best five classes of binary PPM pictures of the network's own size.
use my_net::Network;
use std::{error::Error, fs, process::ExitCode};

/// Takes white space, comments and then one word from the front.
fn word<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
    loop {
        *bytes = bytes.trim_ascii_start();
        if bytes.first() != Some(&b'#') {
            break;
        }
        *bytes = &bytes[bytes.iter().position(|&b| b == b'\n').unwrap_or(bytes.len())..];
    }
    let (word, rest) = bytes.split_at(bytes.iter().position(u8::is_ascii_whitespace).unwrap_or(bytes.len()));
    *bytes = rest;
    word
}

/// The pixels of a PPM (P6, 8 bits a channel), which must be of this size.
fn read_picture(path: &str, (height, width): (usize, usize)) -> Result<Vec<u8>, String> {
    let file = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let mut bytes = file.as_slice();
    let header = ["P6", &width.to_string(), &height.to_string(), "255"];
    if header.iter().all(|expected| word(&mut bytes) == expected.as_bytes()) && bytes.len() == 1 + height * width * 3 {
        return Ok(bytes[1..].to_vec()); // one white space ends the header
    }
    Err(format!(
        "{path}: expected a binary PPM of {width} x {height} pixels, 8 bits a channel"
    ))
}

fn classify(path: &str, network: &mut Network) -> Result<(), Box<dyn Error>> {
    let input = Network::input_from_rgb(&read_picture(path, network.input_size())?);
    let mut output = vec![0.0; network.classes()];
    network.run(&input, &mut output)?;
    let mut order: Vec<usize> = (0..output.len()).collect();
    order.sort_by(|&a, &b| output[b].total_cmp(&output[a]));
    println!("{path}");
    for &class in order.iter().take(5) {
        println!("  {class:4}  {:.7}", output[class]);
    }
    Ok(())
}

fn main() -> ExitCode {
    let mut network = match Network::new(1) {
        Ok(network) => network,
        Err(error) => {
            eprintln!("my-net: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut code = ExitCode::SUCCESS;
    for path in std::env::args().skip(1) {
        if let Err(error) = classify(&path, &mut network) {
            eprintln!("my-net: {error}");
            code = ExitCode::FAILURE;
        }
    }
    code
}
