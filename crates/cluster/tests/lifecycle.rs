//! The life of a private server, with PostgreSQL's real programs.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use cluster::{Cluster, ClusterError, ClusterSettings};

fn settings(folder: &Path) -> ClusterSettings {
    ClusterSettings { folder: folder.to_path_buf(), durable: false, connections_max: 20 }
}

fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[test]
fn a_server_starts_in_an_empty_folder_and_again_in_its_own() {
    let folder = open_folder();
    let cluster = Cluster::start(&settings(folder.path())).unwrap();
    let first = cluster.process_id();
    assert!(cluster.url("postgres").starts_with("postgres://kiebot@%2F"));
    cluster.stop();
    let cluster = Cluster::start(&settings(folder.path())).unwrap();
    assert_ne!(cluster.process_id(), first);
}

#[test]
fn a_fresh_start_keeps_nothing_and_touches_no_folder_in_use() {
    let folder = open_folder();
    let ours = folder.path().join("postgres/data/ours");
    let first = Cluster::start(&settings(folder.path())).unwrap();
    fs::write(&ours, "data").unwrap();
    let second = Cluster::start_afresh(&settings(folder.path()));
    assert!(matches!(second, Err(ClusterError::InUse { .. })), "{second:?}");
    assert!(ours.exists());
    first.stop();
    let _cluster = Cluster::start_afresh(&settings(folder.path())).unwrap();
    assert!(!ours.exists());
}

#[test]
fn a_second_program_is_turned_away_from_a_folder_in_use() {
    let folder = open_folder();
    let _cluster = Cluster::start(&settings(folder.path())).unwrap();
    let second = Cluster::start(&settings(folder.path()));
    assert!(matches!(second, Err(ClusterError::InUse { .. })), "{second:?}");
}

#[test]
fn data_of_another_version_is_refused_with_the_way_out() {
    let folder = open_folder();
    Cluster::start(&settings(folder.path())).unwrap().stop();
    fs::write(folder.path().join("postgres/data/PG_VERSION"), "9\n").unwrap();
    let error = Cluster::start(&settings(folder.path())).unwrap_err().to_string();
    assert!(error.contains("PostgreSQL 9") && error.contains("pg_dumpall"), "{error}");
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named_and_left_alone() {
    let folder = open_folder();
    let file = folder.path().join("taken");
    fs::write(&file, "mine").unwrap();
    let error = Cluster::start(&settings(&file)).unwrap_err();
    assert!(matches!(error, ClusterError::FolderUnusable { .. }), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn a_deep_folder_keeps_its_socket_within_the_limit_of_the_system() {
    let folder = open_folder();
    let deep = folder.path().join("d".repeat(90));
    let cluster = Cluster::start(&settings(&deep)).unwrap();
    assert!(!cluster.url("postgres").contains("dddd"));
}
