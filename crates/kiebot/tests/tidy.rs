//! The rules of the house that no compiler checks: which crate may use which, who writes which
//! table, where texts and SQL may stand, and how long a file may be.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each crate may use of ours. Arrows point downward only.
const MAY_USE: &[(&str, &[&str])] = &[
    ("money", &[]),
    ("clock", &[]),
    ("media", &[]),
    ("fetch", &[]),
    ("cluster", &[]),
    ("database", &[]),
    ("sandbox", &[]),
    ("telegram", &["clock"]),
    ("kie", &["clock", "money"]),
    ("catalog", &["media", "money"]),
    ("scenario", &["catalog", "media"]),
    ("wording", &["catalog", "money", "telegram"]),
    ("queue", &["clock", "database"]),
    ("backup", &["cluster", "database"]),
    ("outbox", &["queue"]),
    ("billing", &["money"]),
    ("promo", &["billing", "clock", "money", "outbox"]),
    ("figures", &["billing"]),
    (
        "generation",
        &[
            "billing", "catalog", "clock", "database", "fetch", "kie", "media", "money", "outbox",
            "queue",
        ],
    ),
    (
        "payments",
        &["billing", "clock", "database", "money", "outbox", "promo", "queue", "telegram"],
    ),
    (
        "chat",
        &[
            "billing",
            "catalog",
            "clock",
            "database",
            "fetch",
            "generation",
            "media",
            "money",
            "outbox",
            "promo",
            "payments",
            "queue",
            "scenario",
            "telegram",
            "wording",
        ],
    ),
    ("broadcast", &["catalog", "chat", "clock", "database", "outbox", "queue", "telegram"]),
    ("sync", &["catalog", "clock", "database", "kie", "outbox", "queue"]),
    (
        "admin",
        &[
            "backup",
            "billing",
            "broadcast",
            "catalog",
            "chat",
            "clock",
            "database",
            "figures",
            "generation",
            "money",
            "outbox",
            "payments",
            "promo",
            "queue",
            "sync",
            "telegram",
            "watch",
            "wording",
        ],
    ),
    (
        "watch",
        &[
            "billing",
            "clock",
            "database",
            "generation",
            "kie",
            "money",
            "outbox",
            "payments",
            "queue",
        ],
    ),
    ("test_db", &["cluster", "database"]),
    ("fleet", &["clock", "cluster", "database", "sandbox"]),
];

/// The one crate that writes each table.
const WRITERS: &[(&str, &str)] = &[
    ("users", "chat"),
    ("sessions", "chat"),
    ("updates", "chat"),
    ("progress_messages", "chat"),
    ("favourites", "chat"),
    ("person_paces", "chat"),
    ("jobs", "queue"),
    ("paces", "queue"),
    ("leases", "queue"),
    ("wallets", "billing"),
    ("bonus_lots", "billing"),
    ("holds", "billing"),
    ("ledger", "billing"),
    ("welcomed", "promo"),
    ("promo_days", "promo"),
    ("promo_codes", "promo"),
    ("promo_uses", "promo"),
    ("promo_tries", "promo"),
    ("invitations", "promo"),
    ("referrals", "promo"),
    ("gifts", "promo"),
    ("generations", "generation"),
    ("free_slots", "generation"),
    ("free_days", "generation"),
    ("batches", "generation"),
    ("softenings", "generation"),
    ("attempts", "generation"),
    ("outputs", "generation"),
    ("likenesses", "generation"),
    ("notices", "outbox"),
    ("alarms", "outbox"),
    ("key_balances", "watch"),
    ("rounds", "watch"),
    ("catalogue_revision", "sync"),
    ("listings", "sync"),
    ("syncs", "sync"),
    ("sync_models", "sync"),
    ("sync_changes", "sync"),
    ("success_rates", "sync"),
    ("breakers", "generation"),
    ("roles", "admin"),
    ("admin_sessions", "admin"),
    ("admin_actions", "admin"),
    ("admin_requests", "admin"),
    ("settings", "admin"),
    ("settings_history", "admin"),
    ("model_overrides", "admin"),
    ("payments", "payments"),
    ("reconciliations", "payments"),
    ("charges", "payments"),
    ("unclaimed_payments", "payments"),
    ("backups", "backup"),
    ("broadcasts", "broadcast"),
    ("reports", "figures"),
];

const LINES_MAX: usize = 620;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every file below a folder with one of these endings, outside `target`.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "target" && !name.starts_with('.') && name != "data" {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn crates() -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The program text of a crate without its tests.
fn sources(name: &str) -> Vec<(PathBuf, String)> {
    let all = files(&root().join("crates").join(name).join("src"), &[".rs"]);
    let test_modules: Vec<_> = all
        .iter()
        .flat_map(|path| {
            let text = fs::read_to_string(path).unwrap();
            text.split("#[cfg(test)]\n")
                .skip(1)
                .filter_map(|rest| {
                    rest.lines().next()?.split_once("mod ")?.1.strip_suffix(';').map(str::to_owned)
                })
                .collect::<Vec<_>>()
        })
        .collect();
    all.into_iter()
        .filter(|path| {
            let in_tests = path.components().any(|part| part.as_os_str() == "tests");
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            !in_tests && !test_modules.contains(&stem)
        })
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let program = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
            (path, program)
        })
        .collect()
}

/// The names under `[dependencies]` of a crate's manifest.
fn dependencies(name: &str) -> Vec<String> {
    let manifest = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    section
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_crate_uses_only_what_lies_below_it() {
    let known: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let ours = crates();
    for name in &ours {
        // The program and the benchmark put everything together.
        if name == "kiebot" || name == "bench" {
            continue;
        }
        let allowed = known.get(name.as_str()).unwrap_or_else(|| panic!("{name} has no rule here"));
        for used in dependencies(name) {
            assert!(
                !ours.contains(&used) || allowed.contains(&used.as_str()),
                "{name} must not use {used}"
            );
        }
    }
}

#[test]
fn every_folder_is_called_like_its_crate() {
    for name in crates() {
        let manifest =
            fs::read_to_string(root().join("crates").join(&name).join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}

#[test]
fn each_table_is_written_by_one_crate() {
    let migrations = files(&root().join("crates/database/migrations"), &[".sql"]);
    let schema: String = migrations.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let tables: Vec<_> = schema
        .lines()
        .filter_map(|line| line.strip_prefix("create table "))
        .map(|rest| rest.split([' ', '(']).next().unwrap())
        .collect();
    for table in &tables {
        assert!(WRITERS.iter().any(|(known, _)| known == table), "nobody may write {table}");
    }
    for name in crates() {
        if name == "test_db" {
            continue;
        }
        for (path, text) in sources(&name) {
            for (table, writer) in WRITERS {
                for verb in ["insert into", "update", "delete from"] {
                    let writes = text.contains(&format!("{verb} {table} "))
                        || text.contains(&format!("{verb} {table}\n"));
                    assert!(
                        !writes || name == *writer,
                        "{} writes {table}, which is {writer}'s",
                        path.display()
                    );
                }
            }
        }
    }
}

#[test]
fn people_are_spoken_to_only_in_text_files() {
    // Letters of Russian in program text are texts for people in the wrong place. The emulators and
    // the demo speak for themselves; comments may quote.
    for name in crates() {
        if ["sandbox", "kiebot", "bench"].contains(&name.as_str()) {
            continue;
        }
        for (path, text) in sources(&name) {
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap();
                let russian = code.chars().any(|letter| ('а'..='я').contains(&letter));
                assert!(!russian, "{}:{}: {line}", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn sql_stands_only_where_tables_are_kept() {
    // A crate keeps its statements in files named for it; the rest of a crate asks them.
    const HOMES: &[&str] = &[
        "store", "hold", "grant", "adjust", "wallet", "payback", "audit", "lease", "pace",
        "database", "test_db", "http", "serve",
    ];
    for name in crates() {
        if name == "bench" {
            continue;
        }
        for (path, text) in sources(&name) {
            let shown = path.display().to_string();
            let home = HOMES.iter().any(|home| shown.contains(home));
            let has_sql = text.contains("sqlx::query") || text.contains("sqlx::raw_sql");
            assert!(!has_sql || home, "{shown} has SQL of its own");
        }
    }
}

#[test]
fn time_and_chance_come_in_through_the_door() {
    const WINDOWS: &[&str] =
        &["OffsetDateTime::now_utc()", "SystemTime::now()", "Uuid::new_v4()", "Uuid::now_v7()"];
    for name in crates() {
        if ["clock", "bench"].contains(&name.as_str()) {
            continue;
        }
        for (path, text) in sources(&name) {
            for window in WINDOWS {
                assert!(!text.contains(window), "{} opens {window}", path.display());
            }
        }
    }
}

#[test]
fn files_stay_short_and_unfinished_work_is_not_left_in_them() {
    for path in files(&root().join("crates"), &[".rs"]) {
        let text = fs::read_to_string(&path).unwrap();
        // A list of names is no program that somebody has to follow.
        let lines = if path.ends_with("texts/key.rs") { 0 } else { text.lines().count() };
        assert!(lines <= LINES_MAX, "{} has {lines} lines", path.display());
        let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"]].map(|halves| halves.concat());
        for mark in marks {
            assert!(!text.contains(&mark), "{} has a {mark}", path.display());
        }
    }
}

#[test]
fn no_folder_is_called_for_nothing_in_particular() {
    for path in files(&root().join("crates"), &[".rs"]) {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        for empty in ["utils", "util", "helpers", "helper", "common", "manager", "misc", "mod"] {
            assert_ne!(stem, empty, "{}", path.display());
        }
    }
}
