// Nothing: what tests include most is compiled once, with this file.
