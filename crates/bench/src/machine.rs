//! What the figures were taken on, and what processes have used of it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use crate::server::Server;

/// Linux counts the processor time of a process in hundredths of a second on every architecture.
const TICK: Duration = Duration::from_millis(10);

/// What a reader of the figures must know.
pub(crate) async fn facts(server: &Server) -> anyhow::Result<Vec<(&'static str, String)>> {
    let cores = std::thread::available_parallelism()?.get();
    let model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    let memory_kib: u64 = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .unwrap_or(0);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown").to_owned();
    Ok(vec![
        ("cores", format!("{cores}, {model}")),
        ("memory", format!("{} MiB", memory_kib / 1024)),
        ("PostgreSQL", server.version().await?),
        ("disk", mount_of(server.folder())),
        ("load before the run", load),
    ])
}

/// The value of a line `name : value`.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The file system below a folder: on one in memory, a commit costs nothing.
fn mount_of(folder: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let found = mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (device, place, kind) = (words.next()?, words.next()?, words.next()?);
            folder.starts_with(place).then_some((place.len(), format!("{kind} on {device}")))
        })
        .max();
    found.map_or_else(|| "unknown".to_owned(), |(_, text)| text)
}

/// The numbers of a `stat` file behind the name of the process, from the state on.
fn stat(path: &str) -> Option<Vec<u64>> {
    let text = fs::read_to_string(path).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(|word| word.parse().unwrap_or(0)).collect())
}

fn ticks(fields: &[u64], places: &[usize]) -> u64 {
    places.iter().filter_map(|place| fields.get(*place)).sum()
}

fn duration(ticks: u64) -> Duration {
    TICK.saturating_mul(u32::try_from(ticks).unwrap_or(u32::MAX))
}

/// Processor time of this process without the threads of that name, which stand for the outside.
pub(crate) fn own_cpu(without_threads: &str) -> Duration {
    let all = stat("/proc/self/stat").map_or(0, |fields| ticks(&fields, &[11, 12]));
    duration(all).saturating_sub(thread_cpu(without_threads))
}

/// Processor time of the threads of that name.
pub(crate) fn thread_cpu(name: &str) -> Duration {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return Duration::ZERO };
    let sum = threads
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            fs::read_to_string(path.join("comm")).is_ok_and(|found| found.trim_end() == name)
        })
        .filter_map(|path| stat(&path.join("stat").display().to_string()))
        .map(|fields| ticks(&fields, &[11, 12]))
        .sum();
    duration(sum)
}

/// Processor time of a process and of its children, those that ended too.
pub(crate) fn family_cpu(process_id: u32) -> Duration {
    let Ok(entries) = fs::read_dir("/proc") else { return Duration::ZERO };
    let sum = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|id| Some((id, stat(&format!("/proc/{id}/stat"))?)))
        .map(|(id, fields)| {
            if id == process_id {
                ticks(&fields, &[11, 12, 13, 14])
            } else if fields.get(1) == Some(&u64::from(process_id)) {
                ticks(&fields, &[11, 12])
            } else {
                0
            }
        })
        .sum();
    duration(sum)
}

/// Memory of a process in MiB by the name of its line in `status`, such as `VmRSS`.
pub(crate) fn memory_mib(process_id: u32, name: &str) -> anyhow::Result<f64> {
    let text = field(&format!("/proc/{process_id}/status"), name)
        .context("the memory of the process cannot be read")?;
    let kib: u32 = text.split_whitespace().next().unwrap_or_default().parse()?;
    Ok(f64::from(kib) / 1024.0)
}
