use my_net::Network;

fn sizes(network: &Network) -> (usize, usize) {
    let (height, width) = network.input_size();
    (height * width * 3, network.classes())
}

fn picture(count: usize) -> Vec<f32> {
    Network::input_from_rgb(&(0..count).map(|i| (i * 31 % 251) as u8).collect::<Vec<_>>())
}

#[test]
fn probabilities_add_up_to_one_and_are_the_same_bits_with_two_threads_and_after_a_move() {
    let mut one = Network::new(1).unwrap();
    let (input, classes) = sizes(&one);
    let pixels = picture(input);
    let mut first = vec![0.0; classes];
    one.run(&pixels, &mut first).unwrap();
    assert!((first.iter().sum::<f32>() - 1.0).abs() < 1e-5);

    let mut two = Network::new(2).unwrap();
    let mut second = vec![0.0; classes];
    two.run(&pixels, &mut second).unwrap();
    assert_eq!(first, second);

    let third = std::thread::spawn(move || {
        let mut third = vec![0.0; classes];
        one.run(&pixels, &mut third).unwrap();
        third
    });
    assert_eq!(third.join().unwrap(), first);
}

#[test]
fn wrong_sizes_and_thread_counts_are_errors_with_a_message() {
    assert!(Network::new(0).err().unwrap().to_string().contains("threads"));
    let mut network = Network::new(1).unwrap();
    let (input, classes) = sizes(&network);
    let (mut output, mut short) = (vec![0.0; classes], vec![0.0; classes - 1]);
    assert!(network
        .run(&picture(input - 1), &mut output)
        .unwrap_err()
        .to_string()
        .contains("size"));
    assert!(network.run(&picture(input), &mut short).unwrap_err().to_string().contains("size"));
    assert!(network.run(&picture(input), &mut output).is_ok());
}
