//! kiebot.
