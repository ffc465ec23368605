//! kiebot.
fn main() {}
