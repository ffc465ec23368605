//! test_db.
