//! kie.
